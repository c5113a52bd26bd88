"""A question as it is typed, and its answer for people and programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.errors import Misuse
from policies.iam.prover import Outcome
from policies.reach.asking import Answer
from policies.report.requests import as_json, in_words


def read_keys(given: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Read KEY=VALUE; KEY= is a key that a request does not carry, a key again adds a value.

    Raises Misuse where one has no equals sign or no key.
    """
    found: dict[str, tuple[str, ...]] = {}
    for each in given:
        key, sign, value = each.partition("=")
        if not sign or not key.strip():
            raise Misuse(each, "must be KEY=VALUE, such as aws:SourceVpc=vpc-1", got=each)
        key = key.strip().lower()
        found[key] = (*found.get(key, ()), value) if value else ()
    return found


def text_of(answer: Answer) -> str:
    """Say an answer for people: the decision with its reasons, then what is proved."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    if answer.explanation is not None:
        yield answer.explanation.text
        yield ""
    proof = answer.proof
    if proof.outcome is Outcome.REFUTED and proof.counterexample is not None:
        yield "with these keys it is allowed:"
        for word, value in in_words(proof.counterexample):
            yield f"  {word:<9} {value}"
        yield f"  {'by':<9} {', '.join(each.address for each in proof.statements)}"
    elif proof.outcome is Outcome.PROVED:
        yield "proved: it is never allowed, whatever else a request carries"
    elif proof.outcome is Outcome.VACUOUS:
        yield f"there is no such request: {proof.reason}"
    else:
        yield f"not decided: {proof.reason}"
    for each in proof.assumptions if proof.outcome is Outcome.PROVED else ():
        yield f"  rests on: {each}"
    for each in answer.rests_on:
        yield f"  taken for open, as no plan tells it: {each}"


def told(answer: Answer) -> Mapping[str, Any]:
    """Write an answer for programs."""
    proof, explained = answer.proof, answer.explanation
    decision = None
    if explained is not None:
        decision = {
            "allowed": explained.decision.allowed,
            "reason": explained.decision.reason,
            "statements": [each.address for each in explained.decision.statements],
            "request": as_json(explained.request),
        }
    found = proof.counterexample
    return {
        "decision": decision,
        "proof": {
            "outcome": proof.outcome.value,
            "reason": proof.reason,
            "request": None if found is None else as_json(found),
            "statements": [each.address for each in proof.statements],
            "assumptions": list(proof.assumptions),
        },
        "taken_for_open": list(answer.rests_on),
    }
