"""Guardrails as AWS's white paper on SageMaker environments publishes them, and closed ones.

Those of https://docs.aws.amazon.com/whitepapers/latest/sagemaker-studio-admin-best-practices/
permissions-management.html pass a request that leaves the key out; the closed form does not.
"""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import Layers, decide
from policies.iam.prover import Constraint, Outcome, absent, any_of, equals, holds, negation
from policies.iam.reference import load_reference
from tests.policies.iam.prover.asking import allow, deny, never, policy

JOB = "arn:aws:sagemaker:*:*:training-job/*"
NOTEBOOK = "arn:aws:sagemaker:*:*:notebook-instance/*"
ISOLATION = "sagemaker:NetworkIsolation"
INTERNET = "sagemaker:DirectInternetAccess"
TYPES = "sagemaker:InstanceTypes"
SUBNETS, GROUPS = "sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds"
SMALL = ["ml.t3.*", "ml.m5.large"]

WITHOUT_ISOLATION = negation(equals(ISOLATION, "true"))
ON_THE_INTERNET = negation(equals(INTERNET, "Disabled"))
OTHERWISE_THAN_SMALL = any_of(absent(TYPES), holds("ForAnyValue:StringNotLike", TYPES, *SMALL))
WITHOUT_NETWORK = any_of(absent(SUBNETS), absent(GROUPS))

CASES: list[tuple[str, str, Constraint, list[dict[str, Any]], list[dict[str, Any]], str]] = [
    (
        "sagemaker:CreateTrainingJob",
        JOB,
        WITHOUT_ISOLATION,
        [{"Bool": {ISOLATION: "false"}}],
        [{"BoolIfExists": {ISOLATION: "false"}}],
        ISOLATION,
    ),
    (
        "sagemaker:CreateNotebookInstance",
        NOTEBOOK,
        ON_THE_INTERNET,
        [{"StringEquals": {INTERNET: "Enabled"}}],
        [{"StringNotEquals": {INTERNET: "Disabled"}}],
        INTERNET,
    ),
    (
        "sagemaker:CreateTrainingJob",
        JOB,
        OTHERWISE_THAN_SMALL,
        [{"ForAnyValue:StringNotLike": {TYPES: SMALL}}],
        [{"ForAnyValue:StringNotLike": {TYPES: SMALL}}, {"Null": {TYPES: "true"}}],
        TYPES,
    ),
    (
        "sagemaker:CreateTrainingJob",
        JOB,
        WITHOUT_NETWORK,
        [{"Null": {SUBNETS: "true", GROUPS: "true"}}],
        [{"Null": {SUBNETS: "true"}}, {"Null": {GROUPS: "true"}}],
        GROUPS,
    ),
]


def guarded(action: str, conditions: list[dict[str, Any]]) -> Layers:
    denials = [deny(Action=action, Condition=condition) for condition in conditions]
    everything = policy(allow())
    return Layers(identity=(everything,), service_control=((everything, policy(*denials)),))


@pytest.mark.parametrize(("action", "resource", "where", "published", "closed", "key"), CASES)
def test_published_form_lets_a_request_through_and_closed_form_does_not(
    action: str,
    resource: str,
    where: Constraint,
    published: list[dict[str, Any]],
    closed: list[dict[str, Any]],
    key: str,
) -> None:
    reference = load_reference()
    layers = guarded(action, published)

    opened = never(layers, action, resource, where, reference=reference)
    shut = never(guarded(action, closed), action, resource, where, reference=reference)

    assert opened.outcome is Outcome.REFUTED
    assert opened.counterexample is not None
    assert decide(opened.counterexample, layers).allowed
    missing = {SUBNETS.lower(), GROUPS.lower()} if key == GROUPS else {key.lower()}
    assert missing - set(opened.counterexample.context)
    assert shut.outcome is Outcome.PROVED, shut
