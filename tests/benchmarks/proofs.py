"""Proofs over a made organisation of growing size: fifty claims, each asked of every role."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policies.iam import Layers, Policy, Principal, parse_policy
from policies.iam.prover import (
    Constraint,
    Outcome,
    Prover,
    Question,
    absent,
    any_of,
    equals,
    negation,
)
from policies.iam.reference import load_reference

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
ORGANIZATION = "o-a1b2c3d4e5"
SIZES = (130, 260, 800)
_GOALS = {130: 2.0, 800: 15.0}
_CONTROL, _BOUNDARIES = 14, 6
_OWN_NETWORK = "vpc-0a1b2c3d"


@dataclass(frozen=True)
class Role:
    """A role with its policy, and the bucket of its team with the bucket's own policy."""

    principal: Principal
    identity: Policy
    boundary: Policy
    bucket: str
    bucket_policy: Policy


@dataclass(frozen=True)
class Sample:
    """Processor seconds for fifty claims over so many policies, and how they ended."""

    policies: int
    questions: int
    seconds: float
    outcomes: Counter[Outcome]


@dataclass(frozen=True)
class Claim:
    """What no role may do: actions, on its own team's bucket or another's, or on anything."""

    actions: tuple[str, ...]
    where: Constraint | None
    target: str


def samples(sizes: Sequence[int] = SIZES) -> Iterator[Sample]:
    """Answer all claims for organisations of growing size, each with a prover of its own."""
    reference = load_reference()
    reference.actions_matching("s3:*")
    for size in sizes:
        control, roles = organization(size)
        # One process without waits: its own time, whatever else the machine does.
        started = time.process_time()
        prover = Prover(reference)
        outcomes: Counter[Outcome] = Counter()
        for claim in claims():
            for at, role in enumerate(roles):
                other = roles[(at + 1) % len(roles)]
                outcomes[prover.never(_question(claim, role, other, control)).outcome] += 1
        seconds = time.process_time() - started
        yield Sample(size, outcomes.total(), seconds, outcomes)


def rows() -> Iterator[tuple[str, str, str, str, str, bool]]:
    """Give the lines of the table, each against the smallest organisation."""
    first: Sample | None = None
    for sample in samples():
        first = first or sample
        ratio = sample.seconds / sample.questions / (first.seconds / first.questions)
        most = _GOALS.get(sample.policies)
        yield (
            f"fifty claims over {sample.policies} policies, {sample.questions} questions",
            f"{sample.seconds:.1f} s",
            f"{first.policies} policies: {first.seconds:.1f} s",
            f"{ratio:.2f} a question",
            f"≤ {most:.0f} s" if most else "as the number of questions",
            sample.seconds <= most if most else ratio <= 1.2,
        )


def claims() -> tuple[Claim, ...]:
    """Make fifty claims, of which some hold by a guardrail, some by a boundary, some not."""
    plain = negation(equals("aws:SecureTransport", "true"))
    outside = negation(equals("aws:SourceVpc", _OWN_NETWORK))
    foreign = negation(equals("aws:ResourceOrgID", ORGANIZATION))
    unnetworked = any_of(absent("sagemaker:VpcSubnets"), absent("sagemaker:VpcSecurityGroupIds"))
    unsealed = negation(equals("sagemaker:NetworkIsolation", "true"))
    elsewhere = negation(equals("aws:RequestedRegion", "eu-central-1"))
    made = [
        Claim((action,), where, target)
        for target in ("own", "other")
        for where in (plain, outside, foreign, elsewhere)
        for action in ("s3:GetObject", "s3:PutObject", "s3:Delete*", "s3:*Acl")
    ]
    made += [
        Claim((f"sagemaker:{action}",), where, "anything")
        for action in ("CreateTrainingJob", "CreateProcessingJob", "CreateModel", "Create*Job")
        for where in (unnetworked, unsealed, elsewhere)
    ]
    made += [
        Claim((action,), None, "anything")
        for action in ("iam:Create*", "iam:PassRole", "sts:AssumeRole", "kms:Decrypt", "ec2:*Vpc")
    ]
    return (*made, Claim(("organizations:*",), None, "anything"))


def organization(size: int) -> tuple[tuple[tuple[Policy, ...], ...], list[Role]]:
    """Make an organisation of so many policies: its control policies, and its roles."""
    control = tuple(_policy(f"control/{at}", _guardrail(at)) for at in range(_CONTROL - 1))
    full = _policy("control/full", [_allow("*", "*")])
    boundaries = [_policy(f"boundary/{at}", _boundary(at)) for at in range(_BOUNDARIES)]
    number = (size - _CONTROL - _BOUNDARIES) // 2
    return ((full, *control),), [_role(at, boundaries) for at in range(number)]


def _question(
    claim: Claim, role: Role, other: Role, control: tuple[tuple[Policy, ...], ...]
) -> Question:
    owned = {"own": role, "other": other}.get(claim.target)
    owner = role.principal.account if owned is None else owned.principal.account
    return Question(
        role.principal,
        Layers(
            identity=(role.identity,),
            boundary=role.boundary,
            service_control=control,
            resource=None if owned is None else owned.bucket_policy,
        ),
        claim.actions,
        ("*",) if owned is None else (owned.bucket, f"{owned.bucket}/*"),
        owner,
        where=claim.where,
        known={"aws:PrincipalOrgID": (ORGANIZATION,)},
        unknown_actions=False,
    )


def _role(at: int, boundaries: list[Policy]) -> Role:
    account = ACCOUNTS[at % len(ACCOUNTS)]
    arn = f"arn:aws:iam::{account}:role/team-{at}"
    bucket = f"arn:aws:s3:::team-{at}-{account}"
    objects = {"StringEquals": {"aws:SourceVpc": _OWN_NETWORK}} if at % 3 else {}
    identity = [
        _allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject*"], f"{bucket}/*", objects),
        _allow(["s3:ListBucket", "s3:GetBucket*"], bucket),
        _allow(
            ["sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob", "sagemaker:Describe*"],
            f"arn:aws:sagemaker:*:{account}:*/team-{at}-*",
        ),
        _allow(
            "kms:Decrypt",
            f"arn:aws:kms:*:{account}:key/*",
            {"StringLike": {"kms:ViaService": "s3.*"}},
        ),
        _allow(
            "iam:PassRole",
            arn,
            {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
        ),
    ]
    own = {"Principal": {"AWS": account}}
    policy = [
        _allow(["s3:GetObject", "s3:PutObject"], f"{bucket}/*") | own,
        _deny("s3:*", [bucket, f"{bucket}/*"], {"Bool": {"aws:SecureTransport": "false"}})
        | {"Principal": "*"},
        _deny(
            "s3:PutObject", f"{bucket}/*", {"StringNotEquals": {"aws:PrincipalOrgID": ORGANIZATION}}
        )
        | {"Principal": "*"},
    ]
    return Role(
        Principal.role(arn, "session"),
        _policy(arn, identity),
        boundaries[at % len(boundaries)],
        bucket,
        _policy(bucket, policy),
    )


def _boundary(at: int) -> list[dict[str, Any]]:
    services = [
        "s3:*",
        "kms:*",
        "sagemaker:Create*",
        "sagemaker:Describe*",
        "logs:*",
        "iam:PassRole",
    ]
    return [
        _allow(services[: 4 + at % 3], "*"),
        _deny("*", "*", {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}}),
    ]


def _guardrail(at: int) -> list[dict[str, Any]]:
    jobs = ["sagemaker:CreateTrainingJob", "sagemaker:CreateProcessingJob", "sagemaker:CreateModel"]
    made = [
        _deny("s3:*", "*", {"Bool": {"aws:SecureTransport": "false"}}),
        _deny("s3:*", "*", {"StringNotEquals": {"aws:ResourceOrgID": ORGANIZATION}}),
        _deny(jobs, "*", {"Null": {"sagemaker:VpcSubnets": "true"}}),
        _deny(jobs, "*", {"Null": {"sagemaker:VpcSecurityGroupIds": "true"}}),
        _deny(jobs, "*", {"BoolIfExists": {"sagemaker:NetworkIsolation": "false"}}),
        _deny(["iam:Create*", "iam:Put*", "iam:Attach*"], "*"),
        _deny("organizations:*", "*"),
    ]
    outside = {"ArnNotLike": {"aws:PrincipalArn": f"arn:aws:iam::*:role/never-{at}-*"}}
    return [made[at % len(made)], _deny(f"service{at}:*", "*", outside)]


def _allow(action: Any, resource: Any, condition: Any = None) -> dict[str, Any]:
    made = {"Effect": "Allow", "Action": action, "Resource": resource}
    return made | ({"Condition": condition} if condition else {})


def _deny(action: Any, resource: Any, condition: Any = None) -> dict[str, Any]:
    return _allow(action, resource, condition) | {"Effect": "Deny"}


def _policy(address: str, statements: list[dict[str, Any]]) -> Policy:
    return parse_policy(address, {"Version": "2012-10-17", "Statement": statements})
