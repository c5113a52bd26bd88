"""What a proof says it rests on, and questions that no request matches."""

from __future__ import annotations

import pytest

from policies.iam import Layers
from policies.iam.prover import (
    Constraint,
    Outcome,
    absent,
    all_of,
    any_of,
    equals,
    negation,
    present,
)
from tests.policies.iam.prover.asking import allow, deny, never, policy
from tests.policies.iam.prover.world import AWAY

OBJECTS = "arn:aws:s3:::a/*"


def test_owner_of_an_arn_is_an_assumption() -> None:
    layers = Layers(identity=(policy(allow(Resource="arn:aws:s3:::${aws:PrincipalTag/x}/*")),))

    proof = never(layers, "s3:GetObject", "arn:aws:s3:::a/*", absent("aws:PrincipalTag/x"))

    assert proof.proved
    assert any("an ARN that names an account" in said for said in proof.assumptions)


def test_what_a_proof_rests_on_is_said() -> None:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    layers = Layers(identity=(policy(allow(), deny(Condition=condition)),))

    proof = never(layers, "s3:*", OBJECTS, negation(equals("aws:SecureTransport", "true")))

    assert proof.proved
    assert "every request carries: aws:securetransport" in proof.assumptions
    assert "true or false wherever it is: aws:securetransport" in proof.assumptions


@pytest.mark.parametrize(
    ("actions", "resources", "where"),
    [
        # Nothing meets the constraint, whatever policies say.
        (
            "s3:GetObject",
            OBJECTS,
            all_of(equals("aws:SourceVpc", "a"), equals("aws:SourceVpc", "b")),
        ),
        ("s3:GetObject", OBJECTS, all_of(absent("aws:SourceVpc"), present("aws:SourceVpc"))),
        ("s3:GetObject", OBJECTS, absent("aws:SecureTransport")),
        # No action of this name, and none that acts on such a resource.
        ("s3:Gett*", OBJECTS, None),
        ("s3:GetObject", "arn:aws:db:eu:1:table/a", None),
        ("db:Read", f"arn:aws:db:eu:{AWAY}:table/a", None),
    ],
)
def test_question_that_no_request_matches_is_not_proved(
    actions: str, resources: str, where: Constraint | None
) -> None:
    proof = never(Layers(), actions, resources, where)

    assert proof.outcome is Outcome.VACUOUS
    assert not proof.proved
    assert proof.reason


def test_what_is_widened_is_said() -> None:
    layers = Layers(identity=(policy(allow(Resource="arn:aws:s3:::${aws:SourceVpc}/*")),))
    where = all_of(equals("aws:SourceIp", "a"), equals("aws:SourceIp", "b"))

    proof = never(layers, "s3:GetObject", OBJECTS, any_of(where, absent("aws:SourceVpc")))

    assert proof.proved
    assert any("widened" in said and "aws:sourcevpc" in said for said in proof.assumptions)
