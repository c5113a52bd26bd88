"""Every call of AWS that a promotion makes is throttled or fails: once, and for good.

Once, a promotion arrives all the same, because everybody asks again. For good, it ends at the
call, by its name. What Terraform alone asks is refused for good instead: its provider asks 25
times, for most of an hour, before it gives up.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

from tests.rehearsals.rehearsal import (
    BUNDLE,
    GATE,
    PRODUCTION,
    RELEASED,
    SOURCE,
    STAGING,
    TEST,
    VERIFY,
    End,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import HOME, Rehearsing

CALLS = Rehearsals("calls")


@dataclass(frozen=True)
class Call:
    """A call that some step makes: callers of which account ask for what.

    ``by_terraform`` tells that nobody but Terraform asks for it there.
    """

    place: str
    account: str
    service: str
    operation: str
    by_terraform: bool = False


def _calls(place: str, account: str, *named: str, by_terraform: bool = False) -> tuple[Call, ...]:
    found = (each.split(":") for each in named)
    return tuple(
        Call(place, account, service, operation, by_terraform) for service, operation in found
    )


CALLS_OF_A_PROMOTION = (
    *_calls(SOURCE, HOME, "s3:GetBucketVersioning", "s3:GetObject", "s3:PutObject"),
    *_calls(
        *(BUNDLE, HOME, "s3:HeadObject"),
        *("codebuild:StartBuild", "codebuild:BatchGetBuilds", "logs:CreateLogStream"),
        *("sagemaker:DescribeModelPackage", "sagemaker:DescribePipelineExecution"),
        *("codepipeline:GetPipelineExecution", "ecr:BatchGetImage"),
        *("kms:GetPublicKey", "kms:Sign"),
    ),
    *_calls(STAGING, HOME, "sts:AssumeRole"),
    *_calls(
        *(STAGING, "staging", "codebuild:StartBuild", "codebuild:BatchGetBuilds"),
        *("logs:CreateLogStream", "ssm:GetParameters", "s3:GetObject", "s3:ListObjectsV2"),
        *("s3:PutObject", "sagemaker:DescribeModelPackage", "sagemaker:DescribeEndpoint"),
        *("ecr:BatchGetImage",),
    ),
    # What is live is read after Terraform, which looks at what it has made before.
    *_calls(
        *(STAGING, "staging", "sts:GetCallerIdentity", "sagemaker:ListTags"),
        *("sagemaker:DescribeEndpointConfig", "sagemaker:DescribeModel"),
        *("cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"),
        by_terraform=True,
    ),
    *_calls(
        *(TEST, "staging", "kms:GetPublicKey", "kms:Sign", "sts:AssumeRole"),
        *("sagemaker-runtime:InvokeEndpoint",),
    ),
    *_calls(GATE, HOME, "sns:Publish"),
    *_calls(
        *(PRODUCTION, "production", "codebuild:StartBuild", "logs:CreateLogStream"),
        *("ssm:GetParameters", "s3:GetObject", "s3:ListObjectsV2", "s3:PutObject"),
        *("sagemaker:DescribeModelPackage", "ecr:BatchGetImage", "sagemaker:DescribeEndpoint"),
    ),
    *_calls(
        *(PRODUCTION, "production", "sagemaker:CreateModel", "sagemaker:CreateEndpointConfig"),
        *("sagemaker:UpdateEndpoint", "sagemaker:ListTags", "cloudwatch:DescribeAlarms"),
        by_terraform=True,
    ),
    *_calls(
        # First what nobody asks but Verify: with what follows no deployment would come so far.
        *(VERIFY, "production", "sagemaker-runtime:InvokeEndpoint", "sagemaker:DescribeModel"),
        *("sts:AssumeRole",),
    ),
)

# Tests ask the endpoint once: to ask again would hide what its callers meet.
_ASKED_ONCE = "sagemaker-runtime"
# How CodeBuild says it.
_SPELLED = {"CreateLogStream": "to create Amazon CloudWatch Logs log streams"}
NOT_FAILED_FOR_GOOD = {
    "logs:PutLogEvents": "a build goes on without its log",
    "cloudwatch:PutMetricAlarm": "made for the first release of a model only",
    "cloudwatch:TagResource": "made for the first release of a model only",
    "sagemaker:AddTags": "asked when the endpoint has moved: the release is live",
    "sagemaker:DeleteEndpointConfig": "asked when the endpoint has moved: the release is live",
    "sagemaker:DeleteModel": "asked when the endpoint has moved: the release is live",
    "s3:DeleteObject": "asked when the endpoint has moved: the release is live",
    "ecr:BatchCheckLayerAvailability": "asked for an image that the account has not yet",
    "ecr:GetDownloadUrlForLayer": "asked for an image that the account has not yet",
    "ecr:InitiateLayerUpload": "asked for an image that the account has not yet",
    "ecr:UploadLayerPart": "asked for an image that the account has not yet",
    "ecr:CompleteLayerUpload": "asked for an image that the account has not yet",
    "ecr:PutImage": "asked for an image that the account has not yet",
}
"""What a promotion asks as well, and why that is not rehearsed on its own."""


@CALLS.ends(RELEASED)
def a_promotion_arrives_though_every_call_is_throttled_once(at: Rehearsing) -> Seen:
    """Each call of the promotion is answered once that there are too many."""
    return _once(at, "throttle")


@CALLS.ends(RELEASED)
def a_promotion_arrives_though_every_call_fails_once(at: Rehearsing) -> Seen:
    """Each call of the promotion fails once with an error of the server."""
    return _once(at, "fail")


@CALLS.ends(TEST, says="InvokeEndpoint")
def an_endpoint_that_refuses_one_question_does_not_pass_its_test(at: Rehearsing) -> Seen:
    """A single request to the endpoint is throttled while it is tested."""
    at.forget()
    with at.fault("throttle", _ASKED_ONCE, "InvokeEndpoint", "staging", count=1):
        execution = at.led_into("Test")
    return at.came_to(execution, "Test")


def _once(at: Rehearsing, kind: str) -> Seen:
    """Let each call be hit once in one promotion, which must arrive."""
    wanted = {
        (each.account, each.service, each.operation)
        for each in CALLS_OF_A_PROMOTION
        if each.service != _ASKED_ONCE
    }
    perhaps = {
        (account, *named.split(":"))
        for named in NOT_FAILED_FOR_GOOD
        for account in ("staging", "production")
    }
    at.forget()
    with ExitStack() as faults:
        numbers = {}
        for account, service, operation in sorted(wanted | perhaps):
            fault = at.fault(kind, service, operation, account, count=1)
            numbers[faults.enter_context(fault)] = (account, service, operation)
        execution = at.led_into("Production")
        hits = {numbers[number]: hit for number, hit in at.hits().items() if number in numbers}
    unhit = sorted(call for call in wanted if not hits[call])
    assert not unhit, f"these calls were not made: {unhit}"
    return at.came_to(execution, "Production")


def _add(call: Call, kind: str) -> None:
    stage = call.place.partition("/")[0]

    def run(at: Rehearsing) -> Seen:
        with at.fault(kind, call.service, call.operation, call.account, **_refusal(call)):
            execution = at.on_its_way(stage)
            # A gate stands open for a moment before its notice turns out to reach nobody.
            (at.ended if call.place == GATE else at.settle)(execution)
        # Whoever tells of it makes some of the same calls.
        return at.came_to(execution, stage)

    verb = {"throttle": "throttled", "fail": "failing"}[kind]
    said = "refused" if call.by_terraform else verb
    name = f"{call.service}-{call.operation}-{said}-in-{call.account}-at-{stage}".lower()
    fault = f"{call.service}:{call.operation} is {said} for good, asked from {call.account}."
    CALLS.add(name, fault, End(call.place, says=_named(call)), run)


def _named(call: Call) -> str:
    if call.operation == "GetObject" and call.place != SOURCE:
        # Before a build's own commands CodeBuild fetches what it is handed, and names the phase.
        return "Phase: DOWNLOAD_SOURCE"
    return _SPELLED.get(call.operation, call.operation)


def _refusal(call: Call) -> dict[str, object]:
    return {"code": "ResourceLimitExceeded", "status": 400} if call.by_terraform else {}


for _number, _call in enumerate(CALLS_OF_A_PROMOTION):
    _add(_call, ("throttle", "fail")[_number % 2])
