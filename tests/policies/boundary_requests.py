"""Requests of a role that may do anything but for its boundary, for the tests of boundaries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from policies.guardrails.rendering import render
from policies.iam import Layer, Layers, Policy, Principal, Request, decide, parse_policy

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "guardrails" / "boundaries"
CLASSES = ("delivery", "persona", "service", "workload")
HOME, AWAY = "111111111111", "222222222222"
ORGANIZATION = "o-a1b2c3d4e5"
KEY = f"arn:aws:kms:eu-west-1:{HOME}:key/1234"
TOKENS: dict[str, str | list[str]] = {
    "account-id": HOME,
    "organization-id": ORGANIZATION,
    "partition": "aws",
    "prefix": "acme",
    "region": "eu-west-1",
    "regions": ["eu-west-1", "eu-central-1"],
}
# The longest values that the organisation file takes.
LONGEST: dict[str, str | list[str]] = {
    "account-id": HOME,
    "organization-id": "o-" + "a" * 32,
    "partition": "aws-us-gov",
    "prefix": "a" * 12,
    "region": "ap-southeast-2",
    "regions": ["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"],
}
_ALL = {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}
ANYTHING = parse_policy("own", {"Version": "2012-10-17", "Statement": [_ALL]})
# What another account owns must let this account in as well.
LET_IN = parse_policy(
    "resource",
    {"Version": "2012-10-17", "Statement": [{**_ALL, "Principal": {"AWS": HOME}}]},
)
JOB: dict[str, Any] = {
    "sagemaker:InstanceTypes": ["ml.m5.large"],
    "sagemaker:InterContainerTrafficEncryption": True,
    "sagemaker:MaxRuntimeInSeconds": 3600,
    "sagemaker:NetworkIsolation": True,
    "sagemaker:OutputKmsKey": KEY,
    "sagemaker:VolumeKmsKey": KEY,
    "sagemaker:VpcSecurityGroupIds": ["sg-1"],
    "sagemaker:VpcSubnets": ["subnet-1"],
}
JOBS = {
    "CreateHyperParameterTuningJob": "hyper-parameter-tuning-job/search",
    "CreateProcessingJob": "processing-job/pipelines-prepare",
    "CreateTrainingJob": "training-job/pipelines-train",
}
ENDPOINT: dict[str, Any] = {
    "sagemaker:InstanceTypes": ["ml.m5.large"],
    "sagemaker:ModelArn": f"arn:aws:sagemaker:eu-west-1:{HOME}:model/acme-live-churn",
    "sagemaker:VolumeKmsKey": KEY,
}
MODEL: dict[str, Any] = {
    "sagemaker:NetworkIsolation": True,
    "sagemaker:VpcSecurityGroupIds": ["sg-1"],
    "sagemaker:VpcSubnets": ["subnet-1"],
}


def boundary(name: str) -> Policy:
    return parse_policy(name, render(name, (FOLDER / f"{name}.json").read_text("utf-8"), TOKENS))


def ask(
    name: str,
    action: str,
    resource: str,
    context: dict[str, Any] | None = None,
    *,
    region: str = "eu-west-1",
    owner: str = HOME,
) -> tuple[bool, str]:
    """Ask as a role that may do anything but for its boundary; say whether, and by which Sid."""
    request = Request.of(
        Principal.role(f"arn:aws:iam::{HOME}:role/acme-lab-role", "session"),
        action,
        resource,
        {"aws:RequestedRegion": region, "aws:ResourceOrgID": ORGANIZATION} | (context or {}),
        resource_account=owner,
    )
    layers = Layers(
        identity=(ANYTHING,),
        boundary=boundary(name),
        resource=LET_IN if owner != HOME else None,
    )
    decision = decide(request, layers)
    assert decision.allowed or decision.layer is Layer.BOUNDARY
    return decision.allowed, decision.statements[0].sid if decision.statements else ""


def sagemaker(resource: str) -> str:
    return f"arn:aws:sagemaker:eu-west-1:{HOME}:{resource}"
