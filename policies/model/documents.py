"""Reads policy documents of a plan: known, well-formed and within AWS's limits, or a problem.

What is not known stands as a policy that allows everything and denies nothing, so that whatever
is proved with it holds for every policy that it may turn out to be.

Limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html and the API
references of the services.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.iam import MalformedPolicy, Policy, parse_policy
from policies.model.facts import PolicyFacts, PolicyLayer, Problem
from policies.model.planned import Instance

KNOWN, WELL_FORMED, SIZED = "policies-known", "policies-well-formed", "policy-sizes"
_VERSION = "2012-10-17"
_OF_RESOURCES = (PolicyLayer.TRUST, PolicyLayer.RESOURCE, PolicyLayer.ENDPOINT)
_NAME_IT = "build its ARNs from names, not from attributes of resources"


@dataclass(frozen=True)
class Place:
    """Where a type of resource keeps a policy, and how long AWS lets it be."""

    attribute: str
    layer: PolicyLayer
    limit: int = 0


PLACES: Mapping[str, Place] = {
    "aws_cloudwatch_event_bus_policy": Place("policy", PolicyLayer.RESOURCE, 10240),
    "aws_cloudwatch_log_resource_policy": Place("policy_document", PolicyLayer.RESOURCE, 5120),
    "aws_codeartifact_domain_permissions_policy": Place(
        "policy_document", PolicyLayer.RESOURCE, 7168
    ),
    "aws_codeartifact_repository_permissions_policy": Place(
        "policy_document", PolicyLayer.RESOURCE, 7168
    ),
    "aws_ecr_repository_policy": Place("policy", PolicyLayer.RESOURCE, 10240),
    "aws_iam_policy": Place("policy", PolicyLayer.UNATTACHED, 6144),
    "aws_iam_role": Place("assume_role_policy", PolicyLayer.TRUST, 2048),
    "aws_iam_role_policy": Place("policy", PolicyLayer.IDENTITY, 10240),
    "aws_kms_key": Place("policy", PolicyLayer.RESOURCE, 32768),
    "aws_kms_key_policy": Place("policy", PolicyLayer.RESOURCE, 32768),
    "aws_s3_bucket_policy": Place("policy", PolicyLayer.RESOURCE, 20480),
    "aws_sagemaker_model_package_group_policy": Place(
        "resource_policy", PolicyLayer.RESOURCE, 20480
    ),
    "aws_secretsmanager_secret": Place("policy", PolicyLayer.RESOURCE, 20480),
    "aws_secretsmanager_secret_policy": Place("policy", PolicyLayer.RESOURCE, 20480),
    "aws_sns_topic": Place("policy", PolicyLayer.RESOURCE, 30720),
    "aws_sns_topic_policy": Place("policy", PolicyLayer.RESOURCE, 30720),
    "aws_sqs_queue": Place("policy", PolicyLayer.RESOURCE, 8192),
    "aws_sqs_queue_policy": Place("policy", PolicyLayer.RESOURCE, 8192),
    "aws_vpc_endpoint": Place("policy", PolicyLayer.ENDPOINT, 20480),
    "aws_vpc_endpoint_policy": Place("policy", PolicyLayer.ENDPOINT, 20480),
}
CONTROL_LIMIT = 5120


@dataclass(frozen=True)
class Document:
    """A policy document as it was read; ``problems`` say what is wrong with it."""

    policy: Policy | None
    text: str
    problems: tuple[Problem, ...]
    size: int = 0

    @property
    def problem(self) -> str:
        """What is wrong in one sentence, or ""."""
        return "; ".join(f"{each.must_hold}, got {each.got}" for each in self.problems)


def read_document(instance: Instance, attribute: str, limit: int = 0) -> Document | None:
    """Read a policy document of a resource, or return None where the resource has none.

    A limit counts characters without white space, as AWS does.
    """
    given = instance.values.get(attribute)
    if given is None or given == "":
        if not instance.may_come(attribute):
            return None
        problem = _problem(
            instance, KNOWN, False, f"{attribute} must be known in the plan", "a value that is not"
        )
        return Document(None, "", (problem,))
    return parse_document(instance, attribute, given, limit)


def parse_document(instance: Instance, attribute: str, given: Any, limit: int) -> Document:
    """Parse a document that is known."""
    if not isinstance(given, str):
        wrong = _problem(
            instance, WELL_FORMED, True, f"{attribute} must be a text", type(given).__name__
        )
        return Document(None, "", (wrong,))
    size = _size(given)
    problems: list[Problem] = []
    if limit and size > limit:
        must_hold = f"{attribute} must have at most {limit} characters"
        problems.append(_problem(instance, SIZED, True, must_hold, str(size)))
    policy = None
    try:
        policy = parse_policy(f"{instance.source.root}: {instance.address}", given)
    except MalformedPolicy as error:
        inside = error.address.partition(instance.address)[2]
        must_hold = f"{attribute}{inside} {error.must_hold}"
        problems.append(_problem(instance, WELL_FORMED, True, must_hold, error.got))
    return Document(policy, given, tuple(problems), size)


def facts_of(
    instance: Instance, layer: PolicyLayer, account: str, holder: str, document: Document
) -> PolicyFacts:
    """Give a document as facts."""
    return PolicyFacts(
        layer,
        account,
        holder,
        document.policy,
        instance.source,
        text=document.text,
        problem=document.problem,
    )


def anything(address: str, layer: PolicyLayer) -> Policy:
    """Give what stands for a policy that is not known: it allows everything."""
    return parse_policy(f"{address} (not known)", _everything("NotKnown", layer in _OF_RESOURCES))


def full_access(address: str, *, for_resources: bool) -> Policy:
    """Give the policy that AWS attaches to each level: FullAWSAccess or RCPFullAWSAccess.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    return parse_policy(address, _everything("FullAccess", for_resources))


def default_key_policy(address: str, account: str, partition: str) -> Policy:
    """Give the policy of a key that is made without one.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    statement = {
        "Sid": "EnableIAMUserPermissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return parse_policy(address, {"Version": _VERSION, "Statement": [statement]})


def joined(address: str, policies: tuple[Policy, ...]) -> Policy | None:
    """Join policies that count together, or give None where there is none."""
    if len(policies) <= 1:
        return policies[0] if policies else None
    statements = tuple(each for policy in policies for each in policy.statements)
    return Policy(address, _VERSION, statements)


def _everything(sid: str, for_resources: bool) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"}
    if for_resources:
        statement["Principal"] = "*"
    return {"Version": _VERSION, "Statement": [statement]}


def _problem(instance: Instance, check: str, violated: bool, must_hold: str, got: str) -> Problem:
    hint = "" if violated else _NAME_IT
    return Problem(check, violated, instance.source, must_hold, got[:200], hint)


def _size(text: str) -> int:
    try:
        return len(json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False))
    except (ValueError, RecursionError):
        return len(text)
