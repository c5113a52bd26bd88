"""An endpoint that breaks its contract, or predicts for what is malformed, fails by that name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipelines.models.description import describe
from pipelines.promotion.checks import Check
from pipelines.promotion.consumer import Consumer
from pipelines.promotion.contract import ask_contract
from pipelines.promotion.malformed import ask_malformed, malformed
from pipelines.promotion.rows import parse_csv
from tests.pipelines.promotion.runtime import FakeRuntime, refused
from tests.pipelines.promotion.test_promotion_pace import held_out

Change = Callable[[dict[str, Any], bytes], bytes]
DESCRIPTION = describe("breast-cancer")
RECORDED = held_out().predictions.csv().decode()


class Changed(FakeRuntime):
    """An endpoint whose answers are changed on their way; `kind` is their content type."""

    def __init__(self, change: Change | None = None, kind: str | None = None) -> None:
        super().__init__()
        self._change, self._kind = change, kind

    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        answer = super().invoke_endpoint(**request)
        body = answer["Body"].read()
        changed = self._change(request, body) if self._change else body
        kind = self._kind or answer["ContentType"]
        return {"ContentType": kind, "Body": io.BytesIO(changed)}


def contract(runtime: FakeRuntime, answered: str = RECORDED) -> list[Check]:
    """Hold an endpoint to the contract, of which these answers are known already."""
    table = parse_csv("answers", answered.encode())
    return list(ask_contract(Consumer(runtime, "endpoint"), held_out(), table, DESCRIPTION))


def failed(checks: list[Check]) -> dict[str, str]:
    """Give what was found of what does not hold."""
    return {check.name: check.found for check in checks if not check.passed}


def test_a_contract_that_is_kept_holds_throughout() -> None:
    checks = contract(FakeRuntime())
    assert failed(checks) == {}
    assert len({check.name for check in checks}) == len(checks) == 14


@pytest.mark.parametrize(
    ("answered", "name", "found"),
    [
        (
            RECORDED.replace("probability_0", "certainty"),
            "answers have the columns prediction, probability_0, probability_1",
            "prediction, certainty, probability_1",
        ),
        (RECORDED.rpartition("1,0.2")[0], "every row gets one answer", "1 of 2"),
        (RECORDED.replace("1,0.2", "2,0.2"), "predictions are of 0, 1", "row 2: 2, 0.2, 0.8"),
        (
            RECORDED.replace("0.9,0.1", "0.9,0.2"),
            "probabilities are from 0 to 1 and sum to 1",
            "row 1: 0, 0.9, 0.2",
        ),
        (
            RECORDED.replace("0.9,0.1", "1.1,-0.1"),
            "probabilities are from 0 to 1 and sum to 1",
            "row 1: 0, 1.1, -0.1",
        ),
        (
            RECORDED.replace("0.9,0.1", "nan,0.1"),
            "probabilities are from 0 to 1 and sum to 1",
            "row 1: 0, nan, 0.1",
        ),
        (
            RECORDED.replace("0,0.9,0.1", "1,0.9,0.1"),
            "the predicted class is the most probable",
            "row 1: 1, 0.9, 0.1",
        ),
    ],
)
def test_answers_that_break_the_contract_are_named(answered: str, name: str, found: str) -> None:
    assert failed(contract(FakeRuntime(), answered))[name] == found


def when(holds: Callable[[dict[str, Any]], bool], old: bytes, new: bytes) -> Change:
    """Change answers to some requests."""
    return lambda request, body: body.replace(old, new) if holds(request) else body


def document(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change the JSON of answers."""

    def changed(request: dict[str, Any], body: bytes) -> bytes:
        if request["Accept"] != "application/json":
            return body
        return json.dumps(change(json.loads(body))).encode()

    return changed


def bare(answer: dict[str, Any]) -> object:
    """Leave out what a prediction consists of."""
    return {"predictions": [one["prediction"] for one in answer["predictions"]]}


def unsure(answer: dict[str, Any]) -> object:
    """Leave out one class."""
    for one in answer["predictions"]:
        del one["probabilities"]["0"]
    return answer


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (document(bare), "text/csv is answered with application/json"),
        (document(unsure), "application/json is answered with application/json"),
        (document(lambda one: one["predictions"]), "text/csv is answered with application/json"),
        (
            document(lambda one: {"predictions": one["predictions"][:1]}),
            "text/csv is answered with application/json",
        ),
        (
            document(lambda one: {"predictions": one["predictions"][::-1]}),
            "application/json is answered with application/json",
        ),
        (
            when(lambda request: request["Accept"] == "text/csv", b"0.9", b"0.8"),
            "application/json is answered with text/csv",
        ),
        (
            when(lambda request: b"texture,mean_radius" in request["Body"], b"0.9", b"0.8"),
            "columns in another order get the same answers",
        ),
        (
            when(lambda request: request["Body"].count(b"\n") == 2, b"0.9", b"0.8"),
            "a row alone is answered as among others",
        ),
    ],
)
def test_an_endpoint_that_breaks_the_contract_fails_by_name(change: Change, name: str) -> None:
    assert name in failed(contract(Changed(change)))


def test_an_endpoint_that_answers_differently_each_time_fails() -> None:
    asked: list[int] = []

    def drift(request: dict[str, Any], body: bytes) -> bytes:
        if "header" not in request["Accept"] or request["Body"].startswith(b"mean_t"):
            return body
        asked.append(1)
        return body if len(asked) == 1 else body.replace(b"0.9", b"0.8")

    assert "the same question gets the same answer" in failed(contract(Changed(drift)))


def test_another_content_type_fails() -> None:
    found = failed(contract(Changed(kind="text/plain")))
    assert found["text/csv is answered with text/csv"] == "200 text/plain"
    assert len(found) == 6


def asked(runtime: FakeRuntime) -> list[Check]:
    """Send an endpoint what is malformed."""
    return list(ask_malformed(Consumer(runtime, "endpoint"), held_out(), DESCRIPTION))


def test_everything_malformed_is_refused_by_the_container() -> None:
    checks = asked(FakeRuntime())
    assert failed(checks) == {}
    assert len({check.name for check in checks}) == len(checks) >= 40


@pytest.mark.parametrize("name", sorted(malformed(held_out().first(1).rows, DESCRIPTION)))
def test_a_prediction_for_what_is_malformed_fails_by_its_name(name: str) -> None:
    body, given, accept = malformed(held_out().first(1).rows, DESCRIPTION)[name]

    class Guessing(FakeRuntime):
        def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
            if (request["Body"], request["ContentType"], request["Accept"]) == (
                body,
                given,
                accept,
            ):
                return {"ContentType": accept, "Body": io.BytesIO(b"0,0.9,0.1\n")}
            return super().invoke_endpoint(**request)

    assert failed(asked(Guessing())) == {f"{name} is refused": "200"}


@pytest.mark.parametrize("status", [500, 503, 0])
def test_a_crash_is_no_refusal(status: int) -> None:
    runtime = FakeRuntime()
    runtime.refusal = status
    found = failed(asked(runtime))
    assert len(found) == len(malformed(held_out().first(1).rows, DESCRIPTION))
    assert set(found.values()) == {str(status)}


@pytest.mark.parametrize("how", ["gone", "wrong"])
def test_an_endpoint_that_is_hurt_by_bad_input_fails(how: str) -> None:
    class Hurt(FakeRuntime):
        def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
            try:
                return super().invoke_endpoint(**request)
            except ClientError:
                self.answers = {} if how == "gone" else dict.fromkeys(self.answers, b"1,0.4,0.6")
                raise

    found = failed(asked(Hurt()))
    assert set(found) == {"it answers rightly after bad input"}
    told = next(iter(found.values()))
    assert ("status 400" in told) if how == "gone" else (told == "another prediction")


def test_a_refusal_of_a_good_row_is_told_with_its_status() -> None:
    class Refusing(FakeRuntime):
        def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
            if request["ContentType"] == "application/json":
                raise refused(415, "no JSON here")
            return super().invoke_endpoint(**request)

    found = failed(contract(Refusing()))
    assert found["application/json is answered with text/csv"] == "415"
