"""Every policy of the plans in the dialect that it must keep to: lint as judgements.

What AWS counts together, such as all inline policies of a role, is judged together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.iam import Policy
from policies.iam.lint import Document, LintFinding, Place, lint
from policies.iam.lint.shape import size_together
from policies.iam.reference import ServiceReference
from policies.model import Model, PolicyFacts, PolicyLayer
from policies.registry import Control
from policies.review.operations import is_operation
from policies.verdict import Finding, Judgement, Source, Verdict

PREFIX = "lint:"
_PLACES = {
    PolicyLayer.BOUNDARY: Place.BOUNDARY,
    PolicyLayer.TRUST: Place.TRUST,
    PolicyLayer.ENDPOINT: Place.ENDPOINT,
    PolicyLayer.SERVICE_CONTROL: Place.SERVICE_CONTROL,
    PolicyLayer.RESOURCE_CONTROL: Place.RESOURCE_CONTROL,
}
_BY_TYPE = {"aws_s3_bucket_policy": Place.BUCKET, "aws_kms_key": Place.KEY}
_BY_TYPE["aws_kms_key_policy"] = Place.KEY


@dataclass(frozen=True)
class _Linted:
    """A document of a plan, once for each place that it stands in, and what is said about it."""

    facts: PolicyFacts
    place: Place
    found: tuple[LintFinding, ...]


@dataclass(frozen=True)
class _Together:
    """What is said about all documents of one holder, at the place of the holder."""

    source: Source
    found: tuple[LintFinding, ...]


def judge_dialect(
    controls: Sequence[Control], model: Model, reference: ServiceReference
) -> tuple[Judgement, ...]:
    """Judge each control that names a rule of the lint; what is no policy is not decided."""
    linted = list(_linted(model, reference))
    together = list(_inline_of_roles(model))
    return tuple(
        _judgement(control, verifier, linted, together)
        for control in controls
        for verifier in control.verifiers
        if verifier.startswith(PREFIX)
    )


def _judgement(
    control: Control, verifier: str, linted: Sequence[_Linted], together: Sequence[_Together]
) -> Judgement:
    rule = verifier.removeprefix(PREFIX)
    findings = tuple(
        finding for each in linted for finding in _findings(control.id, verifier, rule, each)
    ) + tuple(
        _said(control.id, verifier, held.source, each)
        for held in together
        for each in held.found
        if each.rule == rule
    )
    verdicts = {each.verdict for each in findings}
    verdict = Verdict.HOLDS
    if verdicts:
        bad = Verdict.VIOLATED in verdicts
        verdict = Verdict.VIOLATED if bad else Verdict.NOT_DECIDED
    judged = tuple(f"{each.facts.source.root}: {each.facts.source.address}" for each in linted)
    return Judgement(control.id, verifier, verdict, judged, findings)


def _findings(control: str, verifier: str, rule: str, linted: _Linted) -> Iterator[Finding]:
    source = linted.facts.source
    if linted.facts.policy is None:
        got = linted.facts.problem or "no policy"
        told = f"{source.address}: must be a policy that the plan knows, got {got}"
        yield Finding(control, verifier, Verdict.NOT_DECIDED, source, told)
        return
    for each in linted.found:
        if each.rule == rule:
            yield _said(control, verifier, source, each)


def _said(control: str, verifier: str, source: Source, found: LintFinding) -> Finding:
    told = found.sentence.removeprefix(f"{source.root}: ")
    if not told.startswith(source.address):
        told = f"{source.address}: {told}"
    return Finding(control, verifier, Verdict.VIOLATED, source, told, found.hint)


def _inline_of_roles(model: Model) -> Iterator[_Together]:
    """Lint what AWS counts together; who holds nothing that is too long is left out.

    The sum of all inline policies of a role may not exceed 10,240 characters:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    texts: dict[str, list[PolicyFacts]] = {}
    for facts in model.policies:
        if facts.layer is PolicyLayer.IDENTITY and not facts.arn:
            texts.setdefault(facts.holder, []).append(facts)
    for holder, inline in sorted(texts.items()):
        role = model.roles.get(holder)
        source = inline[0].source if role is None else role.source
        address = f"{source.address}: its {len(inline)} inline policies together"
        found = tuple(size_together(address, Place.INLINE, [facts.text for facts in inline]))
        # One that is too long by itself is told where it stands.
        if found and len(inline) > 1:
            yield _Together(source, found)


def _linted(model: Model, reference: ServiceReference) -> Iterator[_Linted]:
    beside = _beside(model.policies)
    types = {(each.root, each.address): each.type for each in model.resources}
    seen: set[tuple[str, str, Place, str]] = set()
    for facts in model.policies:
        place = _place(facts, types)
        # A policy with several holders stands in one place; only control policies differ by unit.
        holder = facts.holder if place.of_control else ""
        key = (facts.source.root, facts.source.address, place, holder)
        if key in seen:
            continue
        seen.add(key)
        found: tuple[LintFinding, ...] = ()
        if facts.policy is not None:
            others = beside.get((facts.layer, facts.holder), ()) if place.of_control else ()
            document = Document(
                facts.policy, place, facts.text, tuple(p for p in others if p is not facts.policy)
            )
            found = lint(document, reference, is_operation)
        yield _Linted(facts, place, found)


def _beside(policies: Sequence[PolicyFacts]) -> Mapping[tuple[PolicyLayer, str], list[Policy]]:
    together: dict[tuple[PolicyLayer, str], list[Policy]] = {}
    for facts in policies:
        if facts.policy is not None:
            together.setdefault((facts.layer, facts.holder), []).append(facts.policy)
    return together


def _place(facts: PolicyFacts, types: Mapping[tuple[str, str], str]) -> Place:
    if facts.layer in _PLACES:
        return _PLACES[facts.layer]
    if facts.layer is PolicyLayer.RESOURCE:
        made = types.get((facts.source.root, facts.source.address), "")
        return _BY_TYPE.get(made, Place.RESOURCE)
    return Place.MANAGED if facts.arn else Place.INLINE
