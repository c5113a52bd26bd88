"""Layers in proofs: both sides, boundaries and who passes them, sessions, services."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import Layers, Principal, Resource
from policies.iam.prover import Outcome
from tests.policies.iam.prover.asking import allow, deny, never, policy
from tests.policies.iam.prover.world import AWAY, HOME, ROLE, USER

PROVED, REFUTED = Outcome.PROVED, Outcome.REFUTED
FULL = policy(allow())
OBJECTS = "arn:aws:s3:::a/*"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/reader/noah"


def resource(principal: Any, **more: Any) -> Any:
    return policy(allow(Principal=principal, **more))


NOTHING = policy(allow(Action="odd:*"))


@pytest.mark.parametrize(
    ("layers", "owner", "outcome"),
    [
        # Across accounts one side is not enough.
        (Layers(identity=(FULL,)), AWAY, PROVED),
        (Layers(resource=resource({"AWS": ROLE})), AWAY, PROVED),
        (Layers(identity=(FULL,), resource=resource({"AWS": HOME})), AWAY, REFUTED),
        # A resource that names a session gives past the boundary, one that names the role does not.
        (Layers(resource=resource({"AWS": SESSION}), boundary=NOTHING), HOME, REFUTED),
        (Layers(resource=resource("*"), boundary=NOTHING), HOME, REFUTED),
        (Layers(resource=resource({"AWS": ROLE}), boundary=NOTHING), HOME, PROVED),
        (Layers(resource=resource({"AWS": ROLE}), boundary=FULL), HOME, REFUTED),
        (Layers(resource=resource({"AWS": HOME})), HOME, PROVED),
        # Keys and trust must allow by themselves.
        (Layers(identity=(FULL,), resource_counts=Resource.DECISIVE), HOME, PROVED),
        (
            Layers(
                identity=(FULL,),
                resource=resource({"AWS": HOME}),
                resource_counts=Resource.DECISIVE,
            ),
            HOME,
            REFUTED,
        ),
        # Each level must allow; a session policy and an endpoint too.
        (Layers(identity=(FULL,), service_control=((FULL,), (NOTHING,))), HOME, PROVED),
        (Layers(identity=(FULL,), service_control=((FULL,), (NOTHING, FULL))), HOME, REFUTED),
        (Layers(identity=(FULL,), resource_control=((NOTHING,),)), HOME, PROVED),
        (Layers(identity=(FULL,), session=()), HOME, PROVED),
        (Layers(identity=(FULL,), session=(FULL,)), HOME, REFUTED),
        (Layers(identity=(FULL,), endpoint=resource({"AWS": AWAY})), HOME, PROVED),
        # A Deny that leaves out one session only refuses the others.
        (
            Layers(identity=(FULL,), resource=policy(deny(NotPrincipal={"AWS": [SESSION, HOME]}))),
            HOME,
            REFUTED,
        ),
    ],
)
def test_layers(layers: Layers, owner: str, outcome: Outcome) -> None:
    proof = never(layers, "s3:GetObject", OBJECTS, owner=owner)

    assert proof.outcome is outcome, proof


def test_counterexample_takes_the_session_that_the_resource_names() -> None:
    proof = never(Layers(resource=resource({"AWS": SESSION})), "s3:GetObject", OBJECTS)

    assert proof.counterexample is not None
    assert proof.counterexample.principal.arn == SESSION


@pytest.mark.parametrize(
    ("principal", "outcome"),
    [
        (Principal.service("db.amazonaws.com"), REFUTED),
        (Principal.service("odd.amazonaws.com"), PROVED),
        (Principal.role(ROLE, "sofia"), PROVED),
        (Principal.anonymous(), PROVED),
    ],
)
def test_service_that_a_resource_names_needs_nobody_else(
    principal: Principal, outcome: Outcome
) -> None:
    layers = Layers(
        resource=resource({"Service": "db.amazonaws.com"}), service_control=((NOTHING,),)
    )

    assert never(layers, "s3:GetObject", OBJECTS, principal=principal).outcome is outcome


def test_user_that_a_resource_names_is_not_limited_by_its_boundary() -> None:
    layers = Layers(resource=resource({"AWS": USER}), boundary=NOTHING)

    assert never(layers, "s3:GetObject", OBJECTS, principal=Principal.user(USER)).outcome is REFUTED


@pytest.mark.parametrize(
    ("principal", "operator", "outcome"),
    [
        # Who signs nothing lacks the key; of who asks with a provider's token AWS does not say.
        (Principal.anonymous(), "Bool", REFUTED),
        (Principal.anonymous(), "BoolIfExists", PROVED),
        (Principal.federated("login.example.com"), "Bool", REFUTED),
        (Principal.federated("login.example.com"), "BoolIfExists", PROVED),
        (Principal.service("db.amazonaws.com"), "BoolIfExists", REFUTED),
    ],
)
def test_deny_of_all_but_services_reaches_who_signs_nothing_if_it_needs_no_key(
    principal: Principal, operator: str, outcome: Outcome
) -> None:
    spared = {operator: {"aws:PrincipalIsAWSService": "false"}}
    own = policy(allow(Principal="*"), deny(Principal="*", Condition=spared))

    proof = never(Layers(resource=own), "s3:GetObject", OBJECTS, principal=principal)

    assert proof.outcome is outcome, proof


@pytest.mark.parametrize("asked", ["Null", "Bool"])
def test_token_of_a_provider_may_come_with_word_of_a_service_or_without(asked: str) -> None:
    """Neither a Deny of the key's absence nor one of its value is enough by itself."""
    value = "true" if asked == "Null" else "false"
    condition = {asked: {"aws:PrincipalIsAWSService": value}}
    own = policy(allow(Principal="*"), deny(Principal="*", Condition=condition))
    asking = Principal.federated("login.example.com")

    proof = never(Layers(resource=own), "s3:GetObject", OBJECTS, principal=asking)

    assert proof.outcome is REFUTED
    assert proof.counterexample is not None
    carried = proof.counterexample.values_of("aws:principalisawsservice")
    assert carried == (("false",) if asked == "Null" else None)
