"""Verifiers that crash, refuse or are missing: told, and never taken for a pass."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

import pytest

from pipelines.errors import EnvironmentFault, Finding, Misuse
from policies.iam import MalformedPolicy
from policies.review.joining import join
from policies.review.verification import Family, hear
from policies.verdict import Judgement, Verdict
from tests.policies.review.made import TODAY, control, judgement


def family(judge: Callable[[], Iterable[Judgement]], *, apart: bool = False) -> Family:
    return Family("checks on the model", ("check:one",), judge, apart)


def silent(_name: str) -> None:
    return None


def failing(error: BaseException) -> Callable[[], Iterable[Judgement]]:
    def judge() -> Iterable[Judgement]:
        yield judgement()
        raise error

    return judge


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("boom\nin two lines"),
        KeyError("values"),
        RecursionError(),
        MalformedPolicy("policy", "must be an object", got="a list"),
        Finding("plan", "must be whole", got="half of it"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("apart", [False, True])
def test_a_crash_leaves_the_control_undecided_with_a_sentence(
    error: Exception, apart: bool
) -> None:
    heard = hear([family(failing(error), apart=apart)], silent)
    assert heard.judgements == ()
    review = join([control()], heard.judgements, (), TODAY, unheard=heard.unheard)
    reviewed = review.controls[0]
    assert reviewed.verdict is Verdict.NOT_DECIDED
    assert "checks on the model" in reviewed.open[0].sentence
    assert "\n" not in reviewed.open[0].sentence


@pytest.mark.parametrize("error", [EnvironmentFault("checkov", "must be there"), Misuse("a", "b")])
def test_a_missing_tool_and_a_wrong_input_end_the_review(error: Exception) -> None:
    with pytest.raises(type(error)):
        hear([family(failing(error))], silent)


def test_one_crash_takes_no_other_verdict_along() -> None:
    def judge() -> Iterable[Judgement]:
        return [judgement("S3-11", "check:two")]

    heard = hear(
        [family(failing(ValueError("x"))), Family("others", ("check:two",), judge)], silent
    )
    assert [each.verifier for each in heard.judgements] == ["check:two"]


def test_what_is_apart_runs_beside_the_others() -> None:
    # Each waits for the other; one after the other, the first would wait in vain.
    met = threading.Barrier(2, timeout=5)

    def judge() -> Iterable[Judgement]:
        met.wait()
        return [judgement()]

    heard = hear([family(judge), family(judge, apart=True)], silent)
    assert len(heard.judgements) == 2
