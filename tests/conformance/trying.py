"""Tries an expectation in a place, and says what was answered instead where it does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.expectation import Expectation
from tests.conformance.place import Place


@dataclass(frozen=True)
class Answer:
    """How an attempt ended: what it returned, or the refusal."""

    result: Any = None
    code: str | None = None
    message: str = ""
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.code} ({self.status}): {self.message}" if self.code else repr(self.result)


class DifferentError(AssertionError):
    """A place does otherwise than expected."""


def attempt_of(place: Place, expected: Expectation, cases: Mapping[str, Case]) -> Attempt:
    """Make what an expectation needs and return what is to be tried."""
    if expected.call is None:
        return cases[expected.name](place)
    client, operation = place.client(expected.call.service), expected.call.operation
    parameters = expected.call.filled(**_values(place, expected))
    return lambda: getattr(client, operation)(**parameters)


def hold(place: Place, expected: Expectation, cases: Mapping[str, Case]) -> None:
    """Try an expectation and take everything back.

    Raises DifferentError where the place does otherwise, for as long as its patience lasts.
    """
    text = expected.text.format_map(_values(place, expected))
    with place.clean():
        attempt = attempt_of(place, expected, cases)
        found = place.until(lambda: _answer(attempt), accept=lambda it: _fits(it, expected, text))
        if not _fits(found, expected, text):
            wanted = f"{expected.code} {text}".strip() if expected.code else "that it holds"
            said = f"{expected.name}: {expected.claim} Expected {wanted}, got {found}"
            raise DifferentError(f"{said} ({expected.page})")


def _values(place: Place, expected: Expectation) -> Mapping[str, str]:
    # Always the same name for an expectation, so that call and text agree; nothing has it.
    name = f"conformance-no-{expected.name}"[:63]
    return {"name": name, "account": place.account_id, "region": place.region}


def _answer(attempt: Attempt) -> Answer:
    try:
        return Answer(attempt())
    except ClientError as error:
        said = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Answer(None, str(said["Code"]), str(said.get("Message", "")), int(status))


def _fits(found: Answer, expected: Expectation, text: str) -> bool:
    if expected.code is None:
        return found.code is None and found.result is True
    return (
        found.code == expected.code
        and text in found.message
        and expected.status in (None, found.status)
    )
