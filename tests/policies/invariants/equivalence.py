"""Proves that a mutant allows nobody anything that its policy does not allow them.

For everybody whom invariants ask about where the policy bears, and whoever its statement names.
A resource's policy is weighed three ways: beside every right, beside none, and past a boundary
that lets nothing through; so that each way in which it can give something is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policies.iam import Layers, Principal, parse_policy
from policies.iam.prover import Outcome, Proof, Question
from policies.invariants.invariant import Held
from policies.invariants.known import Known
from policies.model import PolicyLayer
from tests.policies.invariants.mutants import Mutant, in_layers
from tests.policies.invariants.watching import Bearing, Watch

_HELD = {
    PolicyLayer.SERVICE_CONTROL: Held.GUARDRAILS,
    PolicyLayer.RESOURCE_CONTROL: Held.GUARDRAILS,
    PolicyLayer.UNATTACHED: Held.BOUNDARY,
    PolicyLayer.ENDPOINT: Held.ENDPOINT,
    PolicyLayer.RESOURCE: Held.RESOURCE,
    PolicyLayer.TRUST: Held.RESOURCE,
}
_ALWAYS = frozenset({"aws:principalorgid"})
_NOTHING = parse_policy(
    "a boundary that lets nothing through",
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "none:Nothing", "Resource": "*"},
    },
)


def gained(watch: Watch, mutant: Mutant) -> Iterator[Proof]:
    """Give each proof that did not show that a mutant allows no more, the request with it."""
    for question in _questions(watch, mutant):
        proof = watch.prover.never(question)
        if proof.outcome not in (Outcome.PROVED, Outcome.VACUOUS):
            yield proof


def compared(watch: Watch, mutant: Mutant) -> int:
    """Tell how many questions compare a mutant with its policy."""
    return sum(1 for _ in _questions(watch, mutant))


def _questions(watch: Watch, mutant: Mutant) -> Iterator[Question]:
    seen: set[object] = set()
    for bearing in watch.bearing_on(mutant):
        if bearing.posed.held is not _HELD[mutant.facts.layer]:
            continue
        subject, target = bearing.posed.subject, bearing.posed.target
        asking = [(subject.principal, subject.known), *_named(watch, mutant)]
        for principal, known in asking:
            for layers in _ways(bearing, mutant):
                key = (principal, id(layers.boundary), layers.identity, target.name, target.owner)
                if key not in seen:
                    seen.add(key)
                    yield Question(
                        principal,
                        in_layers(layers, mutant),
                        _actions(mutant),
                        target.resources if target.owned else ("*",),
                        target.owner,
                        known={**known, **target.known},
                        # Whoever is in an organisation says so in every request.
                        always=_ALWAYS if known.get("aws:principalorgid") else frozenset(),
                        unknown_actions=any(p.endswith(":*") for p in _actions(mutant)),
                        beyond=layers,
                    )


def _ways(bearing: Bearing, mutant: Mutant) -> Iterator[Layers]:
    yield bearing.layers
    if mutant.facts.layer in (PolicyLayer.RESOURCE, PolicyLayer.TRUST):
        yield replace(bearing.layers, identity=())
        yield replace(bearing.layers, identity=(), boundary=_NOTHING)


def _actions(mutant: Mutant) -> tuple[str, ...]:
    if mutant.statement.excludes_actions:
        return ("*",)
    return tuple(pattern.text for pattern in mutant.statement.actions)


def _named(watch: Watch, mutant: Mutant) -> Iterator[tuple[Principal, Known]]:
    """Give whom the changed statement names, one for each pattern; of accounts somebody."""
    model = watch.model
    ids = sorted(account.id for account in model.accounts.values())
    ours: Known = {"aws:principalorgid": (model.organization_id,)}
    listed = {} if mutant.statement.principals is None else mutant.statement.principals.listed
    yield from ((Principal.service(name), {}) for name in sorted(listed.get("Service", ())))
    yield from ((Principal.federated(arn), {}) for arn in sorted(listed.get("Federated", ())))
    texts = {
        value.text
        for condition in mutant.statement.conditions
        if condition.key == "aws:principalarn"
        for value in condition.values
    }
    texts |= {_somebody(each) for each in listed.get("AWS", ())}
    for text in sorted(texts):
        arn = text.replace("::*:", f"::{ids[0]}:").replace("*", "x").replace("?", "x")
        if ":role/" in arn and "${" not in arn and arn.split(":")[4] in ids:
            yield Principal.role(arn, "session"), ours


def _somebody(named: str) -> str:
    return f"arn:aws:iam::{named}:role/Somebody" if named.isdigit() else named
