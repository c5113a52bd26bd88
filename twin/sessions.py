"""What a session of a role shall be, as a request asks for it and as STS lets it be.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from policies.iam import MalformedPolicy, parse_policy
from twin.authorization.live.managed import text_of
from twin.call import Call
from twin.errors import ServiceError
from twin.identity import SessionRequest
from twin.moto_state import PARTITION, role_of

_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SHORTEST, _USUAL, _CHAINED, _LONGEST = 900, 3600, 3600, 43_200
_MOST_TAGS, _MOST_POLICIES, _LONGEST_POLICY = 50, 10, 2048


def requested(call: Call) -> SessionRequest:
    """Return the session that a request asks for.

    A source identity stays for the rest of a chain, and so do transitive tags. Raises
    ServiceError ValidationError, InvalidParameterValue, MalformedPolicyDocument for what AWS
    takes from nobody, and AccessDenied for another source identity than the caller's.
    """
    role_arn = str(call.parameters.get("RoleArn") or "")
    if _ROLE.fullmatch(role_arn) is None:
        raise _invalid(f"{role_arn} is invalid")
    tags, transitive = _tags(call)
    return SessionRequest(
        role_arn,
        _named("roleSessionName", str(call.parameters.get("RoleSessionName") or "")),
        _seconds(call, role_arn),
        _source_identity(call),
        tags,
        session_policies=session_policies(call.parameters, role_arn),
        transitive_tag_keys=transitive,
    )


def session_policies(parameters: Mapping[str, Any], role_arn: str) -> tuple[str, ...]:
    """Return the texts that limit a session: the one given, and those of the ARNs given."""
    texts: list[str] = []
    given = parameters.get("Policy")
    if given:
        texts.append(_session_policy(str(given)))
    arns = [str(found["arn"]) for found in parameters.get("PolicyArns") or ()]
    if len(arns) > _MOST_POLICIES:
        raise _invalid(f"Member must have length less than or equal to {_MOST_POLICIES}")
    account = role_arn.split(":")[4]
    for arn in arns:
        owner = arn.split(":")[4] if arn.count(":") >= 5 else ""
        text = text_of(arn) if owner in (account, PARTITION) else None
        if text is None:
            raise _invalid(f"Policy {arn} does not exist or cannot be used with {role_arn}")
        texts.append(text)
    return tuple(texts)


def _session_policy(text: str) -> str:
    if len(text) > _LONGEST_POLICY:
        raise _invalid(f"Member must have length less than or equal to {_LONGEST_POLICY}")
    try:
        policy = parse_policy("session policy", text)
    except MalformedPolicy as error:
        raise ServiceError("MalformedPolicyDocument", str(error), 400) from error
    if any(statement.principals is not None for statement in policy.statements):
        message = "Policy document should not specify a principal."
        raise ServiceError("MalformedPolicyDocument", message, 400)
    return text


def _seconds(call: Call, role_arn: str) -> int:
    given = call.parameters.get("DurationSeconds")
    if given is None:
        return _USUAL
    seconds = int(given)
    if not _SHORTEST <= seconds <= _LONGEST:
        raise _invalid(
            f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to "
            f"satisfy constraint: must be between {_SHORTEST} and {_LONGEST}"
        )
    if call.caller.role_arn is not None and seconds > _CHAINED:
        raise _invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by "
            "role chaining."
        )
    role = role_of(role_arn)
    if role is not None and seconds > int(role.max_session_duration or _USUAL):
        raise _invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return seconds


def _source_identity(call: Call) -> str | None:
    given: str | None = call.parameters.get("SourceIdentity")
    if given is not None:
        _named("sourceIdentity", given)
        if given.lower().startswith("aws:"):
            raise _invalid("Source identities must not begin with aws:")
    held = call.caller.source_identity
    if held and given and held != given:
        raise ServiceError(
            "AccessDenied", f"The source identity {held} of the session cannot be changed", 403
        )
    return held or given


def _tags(call: Call) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return all tags of the new session, and the keys of those that go on from there."""
    pairs = [(str(t["Key"]), str(t["Value"])) for t in call.parameters.get("Tags") or ()]
    given = {key.lower(): key for key, _ in pairs}
    if len(pairs) > _MOST_TAGS or len(given) != len(pairs):
        problem = "at most 50 tags" if len(pairs) > _MOST_TAGS else "no tag key twice"
        raise ServiceError("InvalidParameterValue", f"A session may have {problem}.", 400)
    caller = call.caller
    going_on = {key.lower() for key in caller.transitive_tag_keys}
    inherited = {key: value for key, value in caller.tags.items() if key.lower() in going_on}
    if any(key.lower() in given for key in inherited):
        raise ServiceError(
            "InvalidParameterValue",
            "One of the specified tag keys conflicts with a transitive tag key of the session.",
            400,
        )
    wanted = [str(key) for key in call.parameters.get("TransitiveTagKeys") or ()]
    if any(key.lower() not in given for key in wanted):
        raise ServiceError(
            "InvalidParameterValue", "Every transitive tag key must be the key of a tag.", 400
        )
    keys = (*inherited, *(given[key.lower()] for key in wanted))
    return {**inherited, **dict(pairs)}, keys


def _named(member: str, value: str) -> str:
    if _NAME.fullmatch(value) is None:
        raise _invalid(
            f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}"
        )
    return value


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationError", message, 400)
