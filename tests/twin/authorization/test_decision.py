"""How a ruling comes about, with everything that it is made from given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from policies.iam import Layers, MalformedPolicy, Principal, parse_policy
from twin.authorization.asked import Asked, UnknownAction
from twin.authorization.decision import Judges, rule
from twin.authorization.dependents import Dependent
from twin.authorization.dependents.dependent import by_itself, forwarded
from twin.call import Call, Caller
from twin.errors import ServiceError
from twin.network import Route, Unreachable

_ACCOUNT = "111111111111"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/worker"
_OBJECT = "arn:aws:s3:::bucket/key"
_KEY = f"arn:aws:kms:eu-west-1:{_ACCOUNT}:key/1"
_TWIN: Any = object()


def _call(caller: Caller | None = None, service: str = "s3") -> Call:
    session = f"arn:aws:sts::{_ACCOUNT}:assumed-role/worker/w"
    held = caller or Caller(_ACCOUNT, session, "ASIA", "AROA:w", role_arn=_ROLE)
    return Call(service, "GetObject", {}, "eu-west-1", held, "id", b"", {})


def _judges(*actions: str, **others: Any) -> Judges:
    """Make judges by whom a role may do some actions on everything."""
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}],
    }
    policy = parse_policy("role", document)
    given: dict[str, Any] = {
        "asked": lambda _twin, call: (Asked("s3:GetObject", _OBJECT, call.account_id),),
        "route": lambda _twin, _call: Route(endpoint_policy="p"),
        "keys": lambda _twin, _call, _asked, _route: {},
        "layers": lambda _twin, _call, _asked, _route: Layers(identity=(policy,)),
        "principal_of": lambda _caller: Principal.role(_ROLE, "w"),
        "dependents": lambda _twin, _call: (),
    }
    return Judges(**(given | others))


def _of_key(error: ServiceError | None = None) -> Any:
    def found(_twin: Any, call: Call) -> tuple[Dependent, ...]:
        made = forwarded(call, "s3.amazonaws.com", "kms", "Decrypt", {"KeyId": _KEY})
        return (Dependent(made, "page", Asked("kms:Decrypt", _KEY, _ACCOUNT), error=error),)

    return found


def test_what_a_policy_allows_may_be_done() -> None:
    ruling = rule(_judges("s3:GetObject"), _TWIN, _call())
    assert ruling.allowed
    assert [each.asked.action for each in ruling.decisions] == ["s3:GetObject"]


def test_what_no_policy_allows_is_refused() -> None:
    ruling = rule(_judges("s3:PutObject"), _TWIN, _call())
    assert ruling.error is not None
    assert ruling.error.code == "AccessDenied"


def test_a_request_is_refused_if_what_its_service_does_for_it_is() -> None:
    ruling = rule(_judges("s3:GetObject", dependents=_of_key()), _TWIN, _call())
    assert not ruling.allowed
    assert [each.decision.allowed for each in ruling.decisions] == [True, False]
    assert ruling.decisions[1].service == "s3.amazonaws.com"
    assert "kms:Decrypt" in (ruling.error.message if ruling.error else "")


def test_a_service_may_tell_a_refusal_in_its_own_words() -> None:
    own = ServiceError("InsufficientEncryptionPolicyException", "no", 400)
    ruling = rule(_judges("s3:GetObject", dependents=_of_key(own)), _TWIN, _call())
    assert ruling.error is own


def test_both_allowed_is_allowed() -> None:
    judges = _judges("s3:GetObject", "kms:Decrypt", dependents=_of_key())
    assert rule(judges, _TWIN, _call()).allowed


def test_no_endpoint_decides_what_services_ask_each_other() -> None:
    seen: list[tuple[str, Route]] = []

    def layers(_twin: Any, _call: Call, asked: Asked, route: Route) -> Layers:
        seen.append((asked.action, route))
        return Layers()

    rule(_judges("s3:GetObject", dependents=_of_key(), layers=layers), _TWIN, _call())
    assert [(action, way.endpoint_policy) for action, way in seen] == [
        ("s3:GetObject", "p"),
        ("kms:Decrypt", None),
    ]


def test_a_forwarded_request_says_through_whom_it_came() -> None:
    seen: list[Call] = []

    def keys(_twin: Any, call: Call, _asked: Asked, _route: Route) -> Mapping[str, Any]:
        seen.append(call)
        return {}

    rule(_judges("s3:*", "kms:*", dependents=_of_key(), keys=keys), _TWIN, _call())
    assert [call.caller.called_via for call in seen] == [(), ("s3.amazonaws.com",)]
    assert seen[1].caller.arn == seen[0].caller.arn
    assert seen[1].position.service == "s3.amazonaws.com"


def test_what_a_service_does_as_itself_is_not_its_callers() -> None:
    made = by_itself(_call(), "logs.eu-west-1.amazonaws.com", "kms", "Encrypt", {}, "arn:x")
    assert made.caller.is_service
    assert made.caller.role_arn is None
    assert (made.caller.source_arn, made.caller.source_account) == ("arn:x", _ACCOUNT)


@pytest.mark.parametrize(
    "failure", [UnknownAction("s3", "GetObject", "x"), MalformedPolicy("p", "must be", got="x")]
)
def test_what_is_not_known_is_refused(failure: Exception) -> None:
    def unknown(*_given: Any) -> Any:
        raise failure

    ruling = rule(_judges("*", asked=unknown), _TWIN, _call())
    assert not ruling.allowed
    assert ruling.unknown
    assert ruling.error is not None
    assert "does not know what this asks for" in ruling.error.message


def test_what_leads_nowhere_is_not_decided() -> None:
    def nowhere(*_given: Any) -> Any:
        raise Unreachable("no endpoint")

    ruling = rule(_judges("*", route=nowhere), _TWIN, _call())
    assert (ruling.allowed, ruling.unreachable) == (False, "no endpoint")


def test_a_service_reads_what_it_holds_itself() -> None:
    service = Caller(_ACCOUNT, "s3.amazonaws.com", "", "s3", is_service=True)
    assert rule(_judges("s3:PutObject"), _TWIN, _call(service)).allowed
    other = replace(service, arn="events.amazonaws.com")
    assert not rule(_judges("s3:PutObject"), _TWIN, _call(other)).allowed
