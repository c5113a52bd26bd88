"""Judges invariants over a model: proved, violated with a request, or not decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from policies.iam import Layers
from policies.iam.prover import Proof, Prover, Question, Reference
from policies.invariants.asking import NOTHING, Asker
from policies.invariants.chains import Chains
from policies.invariants.findings import (
    Asked,
    Posed,
    finding_of,
    holds,
    pointless,
    undecided,
    verifier,
)
from policies.invariants.invariant import Held, Invariant, Roles
from policies.invariants.plain import facts_of
from policies.invariants.possible import is_possible
from policies.invariants.standing import layers_for
from policies.invariants.subjects import Population, Subject
from policies.invariants.targets import Estate, Target
from policies.invariants.vocabulary import Tokens, Vocabulary
from policies.model import EndpointFacts, Model
from policies.verdict import Finding, Judgement, Verdict

_SHOWN = 10


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
                tuple(replace(finding, control=control) for finding in findings),
                assumptions,
            )
            for control in invariant.controls
        ]

    def asked(self, invariant: Invariant) -> Iterator[Asked]:
        """Ask every question that an invariant is made of."""
        for it in self.posed(invariant):
            proof = self.ask(invariant, it.held, it.subject, it.target, it.endpoint)
            yield Asked(it.held, it.subject, it.target, it.endpoint, proof=proof)

    def posed(self, invariant: Invariant) -> Iterator[Posed]:
        """Give every question that an invariant is made of, without asking it."""
        for held in invariant.held_by:
            for subject in self.population.of(invariant, held):
                for target in self._estate.of(invariant, held, subject):
                    for endpoint in self._endpoints(held, subject):
                        yield Posed(held, subject, target, endpoint)

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
        layers = self.layers(invariant, Posed(held, subject, target, endpoint))
        return self.answer(invariant, subject, target, layers)

    def layers(self, invariant: Invariant, posed: Posed) -> Layers:
        """Give the policies that a question is about."""
        return layers_for(
            self._model,
            posed.held,
            posed.subject,
            posed.target,
            posed.endpoint,
            named=invariant.even_if_named,
        )

    def answer(
        self, invariant: Invariant, subject: Subject, target: Target, layers: Layers
    ) -> Proof:
        """Ask an invariant of one who asks and one thing, under these policies."""
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
        findings = list(pointless(invariant, asked))
        wrong = [each for each in asked if not holds(invariant, each)]
        findings += [finding_of(invariant, each) for each in wrong[:_SHOWN]]
        if len(wrong) > _SHOWN:
            more = len(wrong) - _SHOWN
            findings.append(
                undecided(invariant, f"must be judged one by one, got {more} more like these")
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
            return (), (undecided(invariant, f"must speak of {missing}, got none"),), ()
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
            undecided(invariant, f"must be decided, got {step.how} from {step.start} to {step.end}")
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
