"""Refuses policies of the organisation that AWS refuses: by size, number, type and content.

moto 5.2.5 takes any text of any length, attaches any number of policies, and detaches even the
last control policy of a target.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from moto.organizations import organizations_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

# Characters of a policy, and policies of the type that one target may have.
_LONGEST = {
    "AISERVICES_OPT_OUT_POLICY": 2500,
    "RESOURCE_CONTROL_POLICY": 5120,
    "SERVICE_CONTROL_POLICY": 5120,
    "TAG_POLICY": 10000,
}
_MOST = {
    "AISERVICES_OPT_OUT_POLICY": 5,
    "RESOURCE_CONTROL_POLICY": 5,
    "SERVICE_CONTROL_POLICY": 5,
    "TAG_POLICY": 10,
}
_CONTROL = ("RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY")


def register(registry: Registry) -> None:
    """Put the refusals around the operations on policies."""
    registry.wraps("organizations", "*")(_only_management)
    for operation in ("CreatePolicy", "UpdatePolicy"):
        registry.wraps("organizations", operation)(_check_content)
    registry.wraps("organizations", "AttachPolicy")(_check_attachment)
    registry.wraps("organizations", "DetachPolicy")(_check_detachment)


def _only_management(_twin: Twin, call: Call, forward: Forward) -> Response:
    """A member may ask what it belongs to, and no more."""
    member = call.account_id in organizations_backends.master_accounts
    if member and call.operation != "DescribeOrganization":
        raise ServiceError(
            "AccessDeniedException", "You don't have permissions to access this resource."
        )
    if not member and _backend(call).org is None and call.operation != "CreateOrganization":
        raise ServiceError(
            "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
        )
    return forward()


def _check_content(_twin: Twin, call: Call, forward: Forward) -> Response:
    content = call.parameters.get("Content")
    if content is not None:
        policy_type = call.parameters.get("Type") or _policy(call).type
        if len(content) > _LONGEST.get(policy_type, len(content)):
            raise ServiceError(
                "ConstraintViolationException",
                "You have exceeded the maximum policy size "
                f"({_LONGEST[policy_type]} characters, got {len(content)}).",
            )
        problem = next(_problems(policy_type, content), None)
        if problem is not None:
            raise ServiceError(
                "MalformedPolicyDocumentException",
                f"The provided policy document does not meet the requirements: {problem}.",
            )
    return forward()


def _check_attachment(_twin: Twin, call: Call, forward: Forward) -> Response:
    policy, target = _policy(call), _target(call)
    if target is not None:
        root = _backend(call).ou[0]
        if policy.type not in {enabled["Type"] for enabled in root.policy_types}:
            raise ServiceError(
                "PolicyTypeNotEnabledException",
                "This operation can be performed only for enabled policy types.",
            )
        if policy in target.attached_policies:
            raise ServiceError(
                "DuplicatePolicyAttachmentException",
                "A policy with the same name and type already exists.",
            )
        present = [held for held in target.attached_policies if held.type == policy.type]
        if len(present) >= _MOST.get(policy.type, len(present) + 1):
            raise ServiceError(
                "ConstraintViolationException",
                "You have attached the maximum number of policies of this type to this target "
                f"({_MOST[policy.type]}).",
            )
    return forward()


def _check_detachment(_twin: Twin, call: Call, forward: Forward) -> Response:
    policy, target = _policy(call), _target(call)
    if target is not None:
        if policy not in target.attached_policies:
            raise ServiceError(
                "PolicyNotAttachedException",
                "The policy isn't attached to the specified target in the specified root.",
            )
        present = [held for held in target.attached_policies if held.type == policy.type]
        if policy.type in _CONTROL and len(present) == 1:
            raise ServiceError(
                "ConstraintViolationException",
                "You cannot detach the last policy of this type from a target.",
            )
    return forward()


def _problems(policy_type: str, content: str) -> Iterator[str]:
    try:
        document = json.loads(content)
    except ValueError:
        yield "it is not JSON"
        return
    if policy_type not in _CONTROL:
        return
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        yield from _problems_of_statement(policy_type, statement)


def _problems_of_statement(policy_type: str, statement: dict[str, Any]) -> Iterator[str]:
    if policy_type == "SERVICE_CONTROL_POLICY":
        if {"Principal", "NotPrincipal"} & set(statement):
            yield "a service control policy names no principal"
        return
    if statement.get("Effect") != "Deny":
        yield "a resource control policy only denies"
    if statement.get("Principal") != "*":
        yield 'the principal of a resource control policy is "*"'
    actions = statement.get("Action", [])
    if "NotAction" in statement or "*" in ([actions] if isinstance(actions, str) else actions):
        yield "a resource control policy names the services of its actions"


def _backend(call: Call) -> Any:
    return organizations_backends[call.account_id]["aws"]


def _policy(call: Call) -> Any:
    policies = _backend(call).policies
    found = next((held for held in policies if held.id == call.parameters["PolicyId"]), None)
    if found is None:
        raise ServiceError(
            "PolicyNotFoundException",
            "We can't find a policy with the PolicyId that you specified.",
        )
    return found


def _target(call: Call) -> Any | None:
    """Give the target, or None where moto shall say that there is none."""
    backend, target_id = _backend(call), call.parameters["TargetId"]
    return next((held for held in (*backend.ou, *backend.accounts) if held.id == target_id), None)
