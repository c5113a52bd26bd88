"""Keys of IAM, STS and Organizations: roles, boundaries, sessions and policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from twin.authorization.keys.ask import Ask, Family, Reader, Values, by_action, one, sent, texts
from twin.authorization.keys.live_state import held

_PARTITION = "aws"
_SETS_BOUNDARY = frozenset(
    {"CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"}
)


def _boundary(ask: Ask) -> Values | None:
    """Return the boundary that a request sets, else that of the role or user which it is about."""
    if ask.action in _SETS_BOUNDARY:
        return one(ask.parameters.get("PermissionsBoundary"))
    found = _identity(ask)
    return one((found.permissions_boundary_arn or None) if found is not None else None)


def _identity(ask: Ask) -> Any | None:
    backend = held(iam_backends, ask.asked.owner, _PARTITION)
    if backend is None:
        return None
    if ":role/" in ask.asked.resource:
        roles = list(backend.roles.values())
        return next((role for role in roles if role.name == ask.name), None)
    user = backend.users.get(ask.name) if ":user/" in ask.asked.resource else None
    # moto's users have no boundary of their own until one is put.
    return user if user is not None and hasattr(user, "permissions_boundary_arn") else None


def _claims(ask: Ask) -> Mapping[str, Values]:
    """Return what a token of an identity provider claims, under the provider's name.

    ``aud`` is the token's ``azp`` where it has one:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
    Whether the token is genuine is no question of this module.
    """
    token = str(ask.parameters.get("WebIdentityToken") or "")
    given = _payload(token)
    issuer = str(given.get("iss") or "").partition("://")[2].rstrip("/").lower()
    if not issuer:
        return {}
    found = {"aud": given.get("azp") or given.get("aud"), "sub": given.get("sub")}
    if given.get("azp") and issuer == "accounts.google.com":
        found["oaud"] = given.get("aud")
    found["amr"] = given.get("amr")
    made = {f"{issuer}:{name}": _texts(value) for name, value in found.items() if value}
    return {key: values for key, values in made.items() if values}


def _texts(value: object) -> Values:
    return (texts(value) if isinstance(value, list) else one(value)) or ()


def _payload(token: str) -> Mapping[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        read = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return read if isinstance(read, Mapping) else {}


def _source_identity(ask: Ask) -> Values | None:
    """Return the source identity of the session to come: a chain hands its own on."""
    return one(ask.parameters.get("SourceIdentity") or ask.caller.source_identity)


def _policy_type(ask: Ask) -> Values | None:
    """Return the type of the organisation's policy that is asked about, or of those listed."""
    given = ask.parameters.get("Type") or ask.parameters.get("PolicyType")
    if given is None:
        parts = ask.asked.resource.split("/")
        # arn:aws:organizations::ACCOUNT:policy/o-ID/service_control_policy/p-ID
        given = parts[2].upper() if ":policy/" in ask.asked.resource and len(parts) > 3 else None
    return one(given or ask.parameters.get("Filter"))


READERS: Mapping[str, Reader] = {
    "iam:associatedresourcearn": sent("AssociatedResourceArn"),
    "iam:awsservicename": sent("AWSServiceName"),
    "iam:organizationspolicyid": sent("OrganizationsPolicyId"),
    "iam:permissionsboundary": _boundary,
    "iam:policyarn": sent("PolicyArn"),
    "iam:servicespecificcredentialagedays": sent("CredentialAgeDays"),
    "iam:servicespecificcredentialservicename": sent("ServiceName"),
    "organizations:policytype": _policy_type,
    "organizations:serviceprincipal": sent("ServicePrincipal"),
    "sts:awsservicename": by_action(
        {"GetServiceBearerToken": lambda _ask: ("codeartifact.amazonaws.com",)}
    ),
    "sts:durationseconds": sent("DurationSeconds", "durationSeconds"),
    "sts:externalid": sent("ExternalId"),
    "sts:identitytokenaudience": sent("Audience"),
    "sts:rolesessionname": sent("RoleSessionName"),
    "sts:signingalgorithm": sent("SigningAlgorithm"),
    "sts:sourceidentity": _source_identity,
    "sts:taskpolicyarn": sent("TaskPolicyArn.arn"),
    "sts:transitivetagkeys": sent("TransitiveTagKeys"),
}
OF_ACTION: Mapping[str, tuple[Family, ...]] = {
    f"sts:{action}": (_claims,)
    for action in ("assumerolewithwebidentity", "setsourceidentity", "tagsession")
}
"""Families whose keys have no common beginning, by the actions that carry them."""
