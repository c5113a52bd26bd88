"""Judges invariants over a model: proved, violated with a request, or not decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from policies.iam import Request
from policies.iam.prover import Outcome, Proof, Prover, Question, Reference
from policies.invariants.asking import NOTHING, Asker
from policies.invariants.chains import Chains
from policies.invariants.invariant import Held, Invariant, Roles
from policies.invariants.plain import facts_of
from policies.invariants.possible import is_possible
from policies.invariants.standing import layers_for
from policies.invariants.subjects import Population, Subject
from policies.invariants.targets import Estate, Target
from policies.invariants.vocabulary import Tokens, Vocabulary
from policies.model import EndpointFacts, Model
from policies.verdict import Finding, Judgement, Source, Verdict

_SHOWN = 10
_CLAIMS = "policies/invariants/claims"


@dataclass(frozen=True)
class Asked:
    """One question of an invariant, and its answer."""

    held: Held
    subject: Subject
    target: Target
    proof: Proof
    endpoint: EndpointFacts | None = None


class Judge:
    """Judges invariants over one model; what was encoded for one serves the next."""

    def __init__(
        self,
        model: Model,
        reference: Reference,
        tokens: Tokens | None = None,
        prover: Prover | None = None,
    ) -> None:
        self._model = model
        self._prover = prover or Prover(reference)
        self._vocabulary = Vocabulary(model, tokens or {})
        self._estate = Estate(model, self._vocabulary)
        self._asker = Asker(self._prover, reference)

    def judge(self, invariants: Iterable[Invariant]) -> list[Judgement]:
        """Judge each invariant, for each of its controls."""
        return [each for one in invariants for each in self.judge_one(one)]

    def judge_one(self, invariant: Invariant) -> list[Judgement]:
        """Judge an invariant for each of its controls."""
        if invariant.becomes is not None:
            judged, findings, assumptions = self._become(invariant)
        else:
            judged, findings, assumptions = self._asked(invariant)
        verdict = Verdict.PROVED
        for finding in findings:
            if finding.verdict is Verdict.VIOLATED or verdict is Verdict.PROVED:
                verdict = finding.verdict
        name = verifier(invariant)
        return [
            Judgement(
                control,
                name,
                verdict,
                judged,
                tuple(_for(control, finding) for finding in findings),
                assumptions,
            )
            for control in invariant.controls
        ]

    def asked(self, invariant: Invariant) -> Iterator[Asked]:
        """Ask every question that an invariant is made of."""
        for held in invariant.held_by:
            for subject in self.population.of(invariant, held):
                for target in self._estate.of(invariant, held, subject):
                    for endpoint in self._endpoints(held, subject):
                        proof = self.ask(invariant, held, subject, target, endpoint)
                        yield Asked(held, subject, target, proof, endpoint)

    @property
    def questions(self) -> int:
        """How many questions the prover was asked, of those that arose."""
        return self._asker.asked

    @cached_property
    def population(self) -> Population:
        """Everybody who might ask."""
        return Population(self._model, Chains(self._model, self._prover))

    def _endpoints(self, held: Held, subject: Subject) -> Sequence[EndpointFacts | None]:
        if held is not Held.ENDPOINT:
            return (None,)
        return [each for each in self._model.endpoints if each.policy is not None] + [
            each for each in self._model.endpoints if each.policy is None
        ]

    def ask(
        self,
        invariant: Invariant,
        held: Held,
        subject: Subject,
        target: Target,
        endpoint: EndpointFacts | None = None,
    ) -> Proof:
        """Ask an invariant of one who asks and one thing that is asked for."""
        layers = layers_for(
            self._model, held, subject, target, endpoint, named=invariant.even_if_named
        )
        actions = invariant.never or invariant.can
        asked = (subject.principal, layers, actions, target.resources, target.owner)
        if not is_possible(*asked):
            return NOTHING
        known = {**subject.known, **target.known, **invariant.known}
        between = (subject.account, target.owner)
        facts = facts_of(
            subject.principal,
            known,
            self._vocabulary.conditions(invariant.when, *between),
            self._vocabulary.conditions(invariant.unless, *between),
        )
        return self._asker.never(
            Question(
                subject.principal,
                layers,
                actions,
                target.resources,
                target.owner,
                where=self._vocabulary.constraint(invariant.when, invariant.unless, *between),
                except_actions=invariant.but_actions,
                except_resources=target.excepted,
                known=known,
            ),
            facts,
        )

    def _asked(
        self, invariant: Invariant
    ) -> tuple[tuple[str, ...], tuple[Finding, ...], tuple[str, ...]]:
        asked = list(self.asked(invariant))
        findings = list(_pointless(invariant, asked))
        wrong = [each for each in asked if not _holds(invariant, each)]
        findings += [_finding(invariant, each) for each in wrong[:_SHOWN]]
        if len(wrong) > _SHOWN:
            more = len(wrong) - _SHOWN
            findings.append(
                _undecided(invariant, f"must be judged one by one, got {more} more like these")
            )
        judged = {each.target.name if each.target.owned else each.subject.name for each in asked}
        assumptions = {text for each in asked for text in each.proof.assumptions}
        return tuple(sorted(judged)), tuple(findings), tuple(sorted(assumptions))

    def _become(
        self, invariant: Invariant
    ) -> tuple[tuple[str, ...], tuple[Finding, ...], tuple[str, ...]]:
        people, wanted = self.population, invariant.who.roles
        starts = [] if wanted is None else list(people.roles(wanted))
        ends = {role.arn for role in people.roles(invariant.becomes or Roles())}
        if not starts or not ends:
            missing = "somebody who could" if not starts else "a role to become"
            return (), (_undecided(invariant, f"must speak of {missing}, got none"),), ()
        findings = []
        for start in starts:
            for arn, chain in people.chains.from_role(start.arn).items():
                if arn in ends:
                    findings.append(
                        Finding(
                            "",
                            verifier(invariant),
                            Verdict.VIOLATED,
                            start.source,
                            f"{start.source.address}: {invariant.sentence} Got "
                            f"{', then '.join(chain)}",
                            "narrow the trust, or what the first of them takes or passes",
                        )
                    )
        findings += [
            _undecided(
                invariant, f"must be decided, got {step.how} from {step.start} to {step.end}"
            )
            for step in people.chains.undecided()
        ]
        return tuple(sorted(role.source.address for role in starts)), tuple(findings), ()


def judge_invariants(
    model: Model,
    invariants: Iterable[Invariant],
    reference: Reference,
    tokens: Tokens | None = None,
) -> list[Judgement]:
    """Judge invariants over the plans of all accounts; ``tokens`` are words that no plan tells."""
    return Judge(model, reference, tokens).judge(invariants)


def verifier(invariant: Invariant) -> str:
    """Name an invariant as the registry of controls does."""
    return f"invariant:{invariant.id}"


def _holds(invariant: Invariant, asked: Asked) -> bool:
    outcome = asked.proof.outcome
    if asked.subject.exempt:
        return True
    if invariant.can:
        return outcome is Outcome.REFUTED
    return outcome in (Outcome.PROVED, Outcome.VACUOUS)


def _pointless(invariant: Invariant, asked: Sequence[Asked]) -> Iterator[Finding]:
    """Say what makes a claim empty: nobody, nothing, or an exemption that nobody can use."""
    named = [each for each in asked if not each.subject.exempt]
    for held in invariant.held_by:
        if not any(each.held is held for each in named):
            sentence = f"must speak of somebody and of something held by {held.value}, got nothing"
            yield _undecided(invariant, sentence)
    if named and all(each.proof.outcome is Outcome.VACUOUS for each in named):
        yield _undecided(invariant, f"must be about some request, got {named[0].proof.reason}")
    if invariant.only:
        able = (each.subject.exempt for each in asked if each.proof.outcome is Outcome.REFUTED)
        if not any(able):
            who = ", ".join(invariant.only)
            yield _undecided(invariant, f"must leave {who} able to do it, got nobody who is")


def _undecided(invariant: Invariant, sentence: str) -> Finding:
    place = Source("", verifier(invariant), _CLAIMS)
    return Finding(
        "",
        verifier(invariant),
        Verdict.NOT_DECIDED,
        place,
        f"{place.address}: {sentence}",
        "an invariant that says nothing is no proof: see whom and what it names",
    )


def _finding(invariant: Invariant, asked: Asked) -> Finding:
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


def _for(control: str, finding: Finding) -> Finding:
    return Finding(
        control,
        finding.verifier,
        finding.verdict,
        finding.source,
        finding.sentence,
        finding.hint,
        finding.request,
    )
