"""Guardrails as AWS publishes them, in the place of our own: invariants are refuted by requests.

What https://docs.aws.amazon.com/whitepapers/latest/build-secure-enterprise-ml-platform/
governance-and-control.html denies, with which action and under which condition. Most of it passes
a request that leaves a key out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from policies.iam import Layers, Policy, Request, decide, parse_policy
from policies.iam.reference import load_reference
from policies.invariants.invariant import Held, Invariant
from policies.invariants.judging import Judge
from policies.invariants.reading import read_invariants
from policies.invariants.standing import EVERY_RIGHT, OPEN_TO_ALL
from policies.model import Model
from policies.verdict import Verdict
from tests.policies.invariants.guarded import guarded, words

TUNE, TRAIN = "sagemaker:CreateHyperParameterTuningJob", "sagemaker:CreateTrainingJob"
PROCESS, TRANSFORM = "sagemaker:CreateProcessingJob", "sagemaker:CreateTransformJob"
MODEL, DOMAIN, APP = "sagemaker:CreateModel", "sagemaker:CreateDomain", "sagemaker:CreateApp"
NOTEBOOK = "sagemaker:CreateNotebookInstance"
CHANGE_NOTEBOOK = "sagemaker:UpdateNotebookInstance"
ENDPOINT = "sagemaker:CreateEndpoint"
TYPES = ["ml.c5.xlarge", "ml.m5.xlarge", "ml.t3.medium"]
Published = tuple[list[str], Mapping[str, Mapping[str, Any]]]
PUBLISHED: Mapping[str, Published] = {
    "NotebookKey": ([NOTEBOOK, CHANGE_NOTEBOOK], {"Null": {"sagemaker:VolumeKmsKey": "true"}}),
    "StudioKey": ([DOMAIN], {"Null": {"sagemaker:VolumeKmsKey": "true"}}),
    "JobKey": ([TUNE, PROCESS, TRAIN, TRANSFORM], {"Null": {"sagemaker:VolumeKmsKey": "true"}}),
    "Traffic": ([TUNE, TRAIN], {"Bool": {"sagemaker:InterContainerTrafficEncryption": "false"}}),
    "Network": (
        [TUNE, MODEL, NOTEBOOK, PROCESS, TRAIN],
        {"Null": {"sagemaker:VpcSubnets": "true", "sagemaker:VpcSecurityGroupIds": "true"}},
    ),
    "Isolation": ([TUNE, TRAIN], {"Bool": {"sagemaker:NetworkIsolation": "false"}}),
    "NotebookInternet": (
        [NOTEBOOK],
        {"StringEquals": {"sagemaker:DirectInternetAccess": ["Enabled"]}},
    ),
    "StudioInternet": (
        [DOMAIN],
        {"StringEquals": {"sagemaker:AppNetworkAccessType": ["PublicInternetOnly"]}},
    ),
    "NotebookRoot": (
        [NOTEBOOK, CHANGE_NOTEBOOK],
        {"StringEquals": {"sagemaker:RootAccess": ["Enabled"]}},
    ),
    "Tag": ([ENDPOINT], {"StringNotEquals": {"aws:RequestTag/environment": "dev"}}),
    "StudioTag": ([DOMAIN], {"StringNotLike": {"aws:RequestTag/Project": "data_science"}}),
    "NotebookTypes": (
        [NOTEBOOK],
        {"ForAnyValue:StringNotLike": {"sagemaker:InstanceTypes": TYPES}},
    ),
    "StudioTypes": ([APP], {"ForAnyValue:StringNotLike": {"sagemaker:InstanceTypes": TYPES}}),
}
# Invariant, an action that the published statement speaks of, and the key that a request leaves
# out to get through.
CASES = [
    ("jobs-name-subnets", TRAIN, "sagemaker:VpcSubnets"),
    ("jobs-name-security-groups", TRAIN, "sagemaker:VpcSecurityGroupIds"),
    ("containers-have-no-network", TRAIN, "sagemaker:NetworkIsolation"),
    ("jobs-encrypt-traffic", TUNE, "sagemaker:InterContainerTrafficEncryption"),
    ("no-notebook-instances", NOTEBOOK, "sagemaker:DirectInternetAccess"),
    ("no-notebook-instances", NOTEBOOK, "sagemaker:InstanceTypes"),
    ("no-notebook-instances", NOTEBOOK, "sagemaker:RootAccess"),
    ("domains-are-private", DOMAIN, "sagemaker:AppNetworkAccessType"),
]


@cache
def _published() -> Policy:
    statements = [
        {"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition}
        for sid, (actions, condition) in PUBLISHED.items()
    ]
    return parse_policy("published", {"Version": "2012-10-17", "Statement": statements})


@cache
def _model() -> Model:
    levels = ((EVERY_RIGHT,), (EVERY_RIGHT, _published()))
    ours = guarded().accounts.items()
    return replace(
        guarded(), accounts={key: replace(each, service_control=levels) for key, each in ours}
    )


@cache
def _judge(*, published: bool) -> Judge:
    return Judge(_model() if published else guarded(), load_reference(), words())


def _claim(name: str, *actions: str) -> Invariant:
    (found,) = (each for each in read_invariants() if each.id == name)
    return replace(found, held_by=(Held.GUARDRAILS,), never=actions or found.never)


def _refuting(claim: Invariant) -> list[Request]:
    """Give the requests that refute a claim, each decided anew by the evaluator."""
    judge, found = _judge(published=True), []
    for asked in judge.asked(claim):
        request = asked.proof.counterexample
        if request is not None:
            layers = judge.layers(claim, asked)
            assert _published() in layers.service_control[1]
            assert decide(request, layers).allowed
            found.append(request)
    return found


@pytest.mark.parametrize(("name", "action", "key"), CASES)
def test_a_published_guardrail_is_passed_by_a_request_that_leaves_a_key_out(
    name: str, action: str, key: str
) -> None:
    claim = replace(_claim(name, action), when=({"Null": {key: "true"}},))
    found = _refuting(claim)
    assert found
    for request in found:
        assert request.action == action
        assert key.lower() not in request.context
        assert not decide(request, _ours(request)).allowed


def test_a_published_guardrail_is_passed_by_a_request_with_a_key_of_anybody() -> None:
    found = _refuting(_claim("volumes-are-under-own-keys", TRAIN))
    assert found
    for request in found:
        assert "sagemaker:volumekmskey" in request.context
        assert not decide(request, _ours(request)).allowed


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_an_invariant_holds_of_our_guardrails_and_is_violated_by_the_published(name: str) -> None:
    claim = _claim(name)
    assert {j.verdict for j in _judge(published=False).judge_one(claim)} == {Verdict.PROVED}
    judged = _judge(published=True).judge_one(claim)
    assert {each.verdict for each in judged} == {Verdict.VIOLATED}
    findings = [finding for each in judged for finding in each.findings if finding.request]
    assert findings
    for finding in findings:
        assert f"who may {finding.request.action}" in finding.sentence  # type: ignore[union-attr]


def _ours(request: Request) -> Layers:
    """Give the same layers with our own guardrails."""
    (account,) = (a for a in guarded().accounts.values() if a.id == request.principal.account)
    return Layers(
        identity=(EVERY_RIGHT,),
        service_control=account.service_control,
        resource_control=account.resource_control,
        resource=OPEN_TO_ALL,
    )
