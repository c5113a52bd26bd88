"""Answers STS: role sessions with trust policies, source identity, tags and chaining."""

from __future__ import annotations

from typing import Any

from twin import trust
from twin.call import Call
from twin.errors import ServiceError
from twin.identity import Credentials, SessionRequest, trust_policy
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations of STS into the registry."""
    registry.answers("sts", "AssumeRole")(assume_role)
    registry.answers("sts", "GetCallerIdentity")(get_caller_identity)


def get_caller_identity(_twin: Twin, call: Call) -> dict[str, Any]:
    """Answer who the caller is."""
    caller = call.caller
    return {"UserId": caller.principal_id, "Account": caller.account_id, "Arn": caller.arn}


def assume_role(twin: Twin, call: Call) -> dict[str, Any]:
    """Start a role session if the role's trust policy lets the caller.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    role_arn = call.parameters["RoleArn"]
    source_identity = _source_identity(call)
    tags = {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags", [])}
    asker = _asker(twin, call, source_identity, tags)
    policy = trust_policy(role_arn)
    needed = ["sts:AssumeRole"]
    if call.parameters.get("SourceIdentity"):
        needed.append("sts:SetSourceIdentity")
    if tags:
        needed.append("sts:TagSession")
    if policy is None or not all(trust.allows(policy, action, asker) for action in needed):
        raise ServiceError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: {needed[-1]} "
            f"on resource: {role_arn}",
            403,
        )
    request = SessionRequest(
        role_arn,
        call.parameters["RoleSessionName"],
        int(call.parameters.get("DurationSeconds") or 3600),
        source_identity,
        tags,
    )
    caller, credentials = twin.identities.add_session(request)
    answer: dict[str, Any] = {
        "Credentials": _credentials(credentials),
        "AssumedRoleUser": {"AssumedRoleId": caller.principal_id, "Arn": caller.arn},
        "PackedPolicySize": 0,
    }
    if source_identity:
        answer["SourceIdentity"] = source_identity
    return answer


def _source_identity(call: Call) -> str | None:
    """Return the source identity of the new session: once set, a chain cannot change it."""
    given: str | None = call.parameters.get("SourceIdentity")
    held = call.caller.source_identity
    if held and given and held != given:
        raise ServiceError(
            "AccessDenied", f"The source identity {held} of the session cannot be changed", 403
        )
    return held or given


def _asker(
    twin: Twin, call: Call, source_identity: str | None, tags: dict[str, str]
) -> trust.Asker:
    caller = call.caller
    arns = tuple(arn for arn in (caller.arn, caller.role_arn) if arn)
    context = {
        "aws:PrincipalArn": caller.role_arn or caller.arn,
        "aws:PrincipalAccount": caller.account_id,
        "aws:PrincipalIsAWSService": "false",
        "sts:RoleSessionName": call.parameters["RoleSessionName"],
    }
    if twin.settings.organization_id:
        context["aws:PrincipalOrgID"] = twin.settings.organization_id
    if source_identity:
        context["sts:SourceIdentity"] = source_identity
        context["aws:SourceIdentity"] = source_identity
    if call.parameters.get("ExternalId"):
        context["sts:ExternalId"] = call.parameters["ExternalId"]
    context.update({f"aws:RequestTag/{key}": value for key, value in tags.items()})
    context.update({f"aws:PrincipalTag/{key}": value for key, value in caller.tags.items()})
    return trust.Asker(caller.account_id, arns, None, context)


def _credentials(credentials: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "SessionToken": credentials.session_token,
        "Expiration": credentials.expires,
    }
