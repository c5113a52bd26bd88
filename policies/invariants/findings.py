"""What is said about the answers to an invariant's questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policies.iam import Request
from policies.iam.prover import Outcome, Proof
from policies.invariants.invariant import Held, Invariant
from policies.invariants.subjects import Subject
from policies.invariants.targets import Target
from policies.model import EndpointFacts
from policies.verdict import Finding, Source, Verdict

_CLAIMS = "policies/invariants/claims"


@dataclass(frozen=True)
class Posed:
    """One question of an invariant: who asks for what, and what must refuse it."""

    held: Held
    subject: Subject
    target: Target
    endpoint: EndpointFacts | None = None


@dataclass(frozen=True)
class Asked(Posed):
    """One question of an invariant, and its answer."""

    proof: Proof = field(kw_only=True)


def verifier(invariant: Invariant) -> str:
    """Name an invariant as the registry of controls does."""
    return f"invariant:{invariant.id}"


def holds(invariant: Invariant, asked: Asked) -> bool:
    """Tell whether an answer is what the invariant says."""
    outcome = asked.proof.outcome
    if asked.subject.exempt:
        return True
    if invariant.can:
        return outcome is Outcome.REFUTED
    return outcome in (Outcome.PROVED, Outcome.VACUOUS)


def pointless(invariant: Invariant, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Say what makes a claim empty: nobody, nothing, or an exemption that nobody can use."""
    named = [each for each in asked if not each.subject.exempt]
    for held in invariant.held_by:
        if not any(each.held is held for each in named):
            sentence = f"must speak of somebody and of something held by {held.value}, got nothing"
            yield undecided(invariant, sentence)
    if named and all(each.proof.outcome is Outcome.VACUOUS for each in named):
        yield undecided(invariant, f"must be about some request, got {named[0].proof.reason}")
    if invariant.only:
        able = (each.subject.exempt for each in asked if each.proof.outcome is Outcome.REFUTED)
        if not any(able):
            who = ", ".join(invariant.only)
            yield undecided(invariant, f"must leave {who} able to do it, got nobody who is")


def undecided(invariant: Invariant, sentence: str) -> Finding:
    """Say that an invariant is no proof, and why."""
    place = Source("", verifier(invariant), _CLAIMS)
    return Finding(
        "",
        verifier(invariant),
        Verdict.NOT_DECIDED,
        place,
        f"{place.address}: {sentence}",
        "an invariant that says nothing is no proof: see whom and what it names",
    )


def finding_of(invariant: Invariant, asked: Asked) -> Finding:
    """Say what is wrong with an answer: who may do what, or what nobody could decide."""
    proof, place = asked.proof, _place(asked)
    if invariant.can:
        got = f"{asked.subject.name} who cannot: {proof.reason or 'nothing allows it'}"
        verdict = Verdict.VIOLATED if proof.outcome is Outcome.PROVED else Verdict.NOT_DECIDED
    elif proof.outcome is Outcome.REFUTED and proof.counterexample is not None:
        got = f"{asked.subject.name} who may {_said(proof.counterexample)}"
        if asked.subject.chain:
            got += f", having become so: {', then '.join(asked.subject.chain)}"
        verdict = Verdict.VIOLATED
    else:
        got, verdict = f"{asked.subject.name}: {proof.reason}", Verdict.NOT_DECIDED
    allowing = ", ".join(statement.address for statement in proof.statements)
    return Finding(
        "",
        verifier(invariant),
        verdict,
        place,
        f"{place.address}: {invariant.sentence} Got {got} (held by {asked.held.value})",
        f"it is allowed by {allowing}" if allowing else "",
        proof.counterexample if not invariant.can else None,
    )


def _said(request: Request) -> str:
    return f"{request.action} on {request.resource}"


def _place(asked: Asked) -> Source:
    if asked.endpoint is not None:
        return asked.endpoint.source
    if asked.held is Held.RESOURCE and asked.target.source is not None:
        return asked.target.source
    return asked.subject.source
