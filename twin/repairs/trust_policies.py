"""Lets the trust of a role be changed to what it may be when the role is made.

moto 5.2.5 takes none but the three ways to assume a role when the trust policy is changed, so that
a session could not be given a tag or a source identity:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.iam.models import iam_backends

from policies.iam import MalformedPolicy, Policy, parse_policy
from twin.call import Call
from twin.errors import ServiceError
from twin.moto_state import PARTITION
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the answer into the registry."""
    registry.answers("iam", "UpdateAssumeRolePolicy")(_update)


def _update(_twin: Twin, call: Call) -> Mapping[str, Any]:
    text = str(call.parameters["PolicyDocument"])
    _refuse_other_actions(_parsed(text))
    name = str(call.parameters["RoleName"])
    for role in list(iam_backends[call.account_id][PARTITION].roles.values()):
        if role.name == name:
            role.assume_role_policy_document = text
            return {}
    message = f"The role with name {name} cannot be found."
    raise ServiceError("NoSuchEntity", message, 404)


def _parsed(text: str) -> Policy:
    try:
        return parse_policy("trust policy", text)
    except MalformedPolicy as error:
        raise ServiceError("MalformedPolicyDocument", str(error), 400) from error


def _refuse_other_actions(policy: Policy) -> None:
    for statement in policy.statements:
        if statement.principals is None or statement.resources:
            what = "Has prohibited field Resource" if statement.resources else "Missing principals"
            raise ServiceError("MalformedPolicyDocument", what, 400)
        if not all(action.startswith("sts:") for action in statement.folded_actions):
            message = "AssumeRole policy may only specify STS AssumeRole actions."
            raise ServiceError("MalformedPolicyDocument", message, 400)
