"""Faults hit the requests that they are for, as often as told, and the same ones each time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.twin.names import bucket, unique
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin, client
from twin.call import Call, Caller
from twin.control_client import ControlClient
from twin.errors import TwinError
from twin.faults import Fault, Faults, Kind, Misasked


def call(service: str = "s3", operation: str = "PutObject", account: str = DATA_SCIENCE) -> Call:
    caller = Caller(account, "arn", "key", "id")
    return Call(service, operation, {}, "eu-west-1", caller, "request", b"", {})


def hits(fault: Fault, times: int = 200) -> list[bool]:
    faults = Faults()
    faults.add(fault)
    return [faults.strike(call()) is not None for _ in range(times)]


def test_seed_decides_which_requests_are_hit() -> None:
    first = hits(Fault(Kind.FAIL, rate=0.3, seed=7))

    assert hits(Fault(Kind.FAIL, rate=0.3, seed=7)) == first
    assert hits(Fault(Kind.FAIL, rate=0.3, seed=8)) != first
    assert 30 < sum(first) < 90


def test_count_ends_a_fault() -> None:
    assert hits(Fault(Kind.FAIL, count=3), 5) == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("fault", "other"),
    [
        pytest.param(Fault(Kind.FAIL, service="s3"), call("sns", "Publish"), id="service"),
        pytest.param(Fault(Kind.FAIL, operation="Put*"), call(operation="GetObject"), id="verb"),
        pytest.param(Fault(Kind.FAIL, account=DATA_SCIENCE), call(account=STAGING), id="account"),
    ],
)
def test_fault_spares_what_it_is_not_for(fault: Fault, other: Call) -> None:
    faults = Faults()
    faults.add(fault)

    assert faults.strike(other) is None
    assert faults.strike(call()) is fault


def test_undone_update_is_no_fault_of_its_request() -> None:
    faults = Faults()
    faults.add(Fault(Kind.ROLLBACK, count=1))
    update = call("sagemaker", "UpdateEndpoint")

    assert faults.strike(update) is None
    assert faults.strike(update, (Kind.ROLLBACK,)) is not None
    assert faults.strike(update, (Kind.ROLLBACK,)) is None


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"kind": "explode"}, id="unknown-kind"),
        pytest.param({"kind": "fail", "rate": 0}, id="never"),
        pytest.param({"kind": "fail", "rate": 1.5}, id="more-than-always"),
        pytest.param({"kind": "fail", "rate": "often"}, id="no-number"),
        pytest.param({"kind": "fail", "count": 0}, id="no-count"),
        pytest.param({"kind": "fail", "seed": 1.5}, id="half-a-seed"),
        pytest.param({"kind": "fail", "status": 200}, id="success"),
        pytest.param({"kind": "fail", "service": ""}, id="no-service"),
        pytest.param({"kind": "delay"}, id="no-delay"),
        pytest.param({"kind": "delay", "seconds": 10_000}, id="hours"),
        pytest.param({"kind": "fail", "opperation": "PutObject"}, id="slip-of-the-pen"),
    ],
)
def test_fault_that_cannot_be_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(Misasked):
        Fault.read(asked)


@pytest.fixture
def control(running_twin: RunningTwin) -> Iterator[ControlClient]:
    made = ControlClient(running_twin.url, running_twin.folder)
    yield made
    made.post("faults", {"clear": None})


def code(act: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        act()
    return str(refused.value.response["Error"]["Code"])


THROTTLED: list[tuple[str, str, dict[str, Any], str]] = [
    ("s3", "ListBuckets", {}, "SlowDown"),
    ("ssm", "DescribeParameters", {}, "ThrottlingException"),
    ("iam", "ListRoles", {}, "Throttling"),
    ("ec2", "DescribeVpcs", {}, "RequestLimitExceeded"),
    ("lambda", "ListFunctions", {}, "TooManyRequestsException"),
]


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "expected"), THROTTLED, ids=[t[0] for t in THROTTLED]
)
def test_throttled_request_gets_the_words_of_its_service(
    running_twin: RunningTwin,
    control: ControlClient,
    service: str,
    operation: str,
    arguments: dict[str, Any],
    expected: str,
) -> None:
    caller = running_twin.client(service)
    act = getattr(caller, _method(caller, operation))
    control.post("faults", {"kind": "throttle", "service": service, "operation": operation})

    assert code(lambda: act(**arguments)) == expected
    control.post("faults", {"clear": None})
    assert act(**arguments)


def _method(caller: Any, operation: str) -> str:
    names: dict[str, str] = caller.meta.method_to_api_mapping
    return next(method for method, name in names.items() if name == operation)


def test_failed_request_changes_nothing_and_a_repetition_succeeds(
    running_twin: RunningTwin, control: ControlClient
) -> None:
    name = "/" + unique("failed")
    once, keys = running_twin.client("ssm"), running_twin.session(DATA_SCIENCE)
    patient = client(running_twin.url, "ssm", keys, retries={"total_max_attempts": 3})
    value = {"Name": name, "Value": "x", "Type": "String"}
    control.post("faults", {"kind": "fail", "service": "ssm", "operation": "Put*", "count": 2})

    assert code(lambda: once.put_parameter(**value)) == "InternalServerException"
    assert code(lambda: once.get_parameter(Name=name)) == "ParameterNotFound"
    assert patient.put_parameter(**value)["Version"] == 1

    [listed] = control.get("faults")["faults"]
    assert (listed["met"], listed["hit"]) == (3, 2)


def test_dropped_request_has_no_answer_and_changes_nothing(
    running_twin: RunningTwin, control: ControlClient
) -> None:
    name = "/" + unique("dropped")
    ssm = running_twin.client("ssm")
    control.post("faults", {"kind": "drop", "service": "ssm", "operation": "PutParameter"})

    with pytest.raises(BotoCoreError):
        ssm.put_parameter(Name=name, Value="x", Type="String")

    assert code(lambda: ssm.get_parameter(Name=name)) == "ParameterNotFound"


def test_lost_answer_leaves_what_was_done(
    running_twin: RunningTwin, control: ControlClient
) -> None:
    name, s3 = bucket(running_twin, DATA_SCIENCE), running_twin.client("s3")
    control.post("faults", {"kind": "lose", "service": "s3", "operation": "PutObject"})

    with pytest.raises(BotoCoreError):
        s3.put_object(Bucket=name, Key="k", Body=b"done")

    assert s3.get_object(Bucket=name, Key="k")["Body"].read() == b"done"


def test_delayed_request_is_done_later(running_twin: RunningTwin, control: ControlClient) -> None:
    ssm = running_twin.client("ssm")
    asked = {"kind": "delay", "service": "ssm", "operation": "DescribeParameters", "seconds": 0.7}
    control.post("faults", asked)

    started = time.monotonic()
    ssm.describe_parameters()

    assert time.monotonic() - started >= 0.7


def test_fault_of_a_number_is_ended_alone(control: ControlClient) -> None:
    first = control.post("faults", {"kind": "fail", "service": "none"})["number"]
    second = control.post("faults", {"kind": "drop", "service": "none"})["number"]

    assert control.post("faults", {"clear": first}) == {"cleared": 1}

    assert [fault["number"] for fault in control.get("faults")["faults"]] == [second]


def test_misasked_fault_is_refused_by_the_twin(control: ControlClient) -> None:
    with pytest.raises(TwinError, match="rate must be more than 0"):
        control.post("faults", {"kind": "fail", "rate": 2})
