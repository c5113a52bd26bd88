"""Answers STS: sessions of roles, with all that limits them and that later requests know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twin import federation
from twin.call import Call
from twin.credentials import Credentials
from twin.errors import ServiceError
from twin.identity import SessionRequest
from twin.moto_state import role_of
from twin.registry import Registry
from twin.sessions import requested
from twin.twin import Twin

# Keys that the twin would not know again; moto would hand them out.
_REFUSED = ("AssumeRoleWithSAML", "AssumeRoot", "GetFederationToken", "GetSessionToken")


def register(registry: Registry) -> None:
    """Put the operations of STS into the registry."""
    registry.answers("sts", "AssumeRole")(assume_role)
    registry.answers("sts", "AssumeRoleWithWebIdentity")(assume_role_with_web_identity)
    registry.answers("sts", "GetCallerIdentity")(get_caller_identity)
    for operation in _REFUSED:
        registry.answers("sts", operation)(_refuse)


def get_caller_identity(_twin: Twin, call: Call) -> dict[str, Any]:
    """Answer who the caller is."""
    caller = call.caller
    return {"UserId": caller.principal_id, "Account": caller.account_id, "Arn": caller.arn}


def assume_role(twin: Twin, call: Call) -> dict[str, Any]:
    """Start a session of a role.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    request = requested(call)
    answer = _begun(twin, call, request)
    if request.source_identity:
        answer["SourceIdentity"] = request.source_identity
    return answer


def assume_role_with_web_identity(twin: Twin, call: Call) -> dict[str, Any]:
    """Start a session of a role for somebody whom an identity provider vouches for.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    token = federation.token_of(twin, call)
    request = replace(requested(call), federated_provider=token.provider_arn)
    return {
        **_begun(twin, call, request),
        "SubjectFromWebIdentityToken": token.subject,
        "Audience": token.audience,
        "Provider": token.provider_arn,
    }


def _begun(twin: Twin, call: Call, request: SessionRequest) -> dict[str, Any]:
    if role_of(request.role_arn) is None:
        raise _denied(call, f"sts:{call.operation}", request.role_arn)
    caller, credentials = twin.identities.add_session(request)
    return {
        "Credentials": _credentials(credentials),
        "AssumedRoleUser": {"AssumedRoleId": caller.principal_id, "Arn": caller.arn},
        "PackedPolicySize": 0,
    }


def _denied(call: Call, action: str, role_arn: str) -> ServiceError:
    return ServiceError(
        "AccessDenied",
        f"User: {call.caller.arn} is not authorized to perform: {action} on resource: {role_arn}",
        403,
    )


def _refuse(_twin: Twin, call: Call) -> None:
    raise ServiceError(
        "UnknownOperationException", f"The twin does not model sts:{call.operation}", 400
    )


def _credentials(credentials: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "SessionToken": credentials.session_token,
        "Expiration": credentials.expires,
    }
