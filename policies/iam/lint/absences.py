"""Condition keys whose absence means something harmless, each with what AWS says of it.

A Deny that tests the value of such a key needs no partner for requests without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.iam.glob import parse

_SAGEMAKER = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_"
_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"


@dataclass(frozen=True)
class Absence:
    """What a request for some actions means without a key, and where that is written."""

    actions: tuple[str, ...]
    reason: str
    source: str


_ANY = ("*",)
HARMLESS_ABSENT: Mapping[str, tuple[Absence, ...]] = {
    "aws:tagkeys": (Absence(_ANY, "a request without it sets and takes no tag", _IAM),),
    "aws:principalservicename": (Absence(_ANY, "who has no such name is no service", _IAM),),
    "aws:principalservicenameslist": (Absence(_ANY, "who has no such names is no service", _IAM),),
    "lambda:sourcefunctionarn": (
        Absence(
            _ANY,
            "what lacks it does not come from the code of a function",
            "https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
        ),
    ),
    "codebuild:environment.environmentvariables.name": (
        Absence(
            ("codebuild:StartBuild*",),
            "without it the project's own variables stand",
            "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html",
        ),
    ),
    "kms:bypasspolicylockoutsafetycheck": (
        Absence(
            _ANY,
            "without it AWS makes its safety check",
            "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
        ),
    ),
    "s3:tlsversion": (
        Absence(_ANY, "without it the request has no TLS, and aws:SecureTransport is false", _S3),
    ),
    "s3:x-amz-server-side-encryption": (
        Absence(
            _ANY,
            "without it S3 encrypts as the bucket's default says",
            f"{_S3}bucket-encryption.html",
        ),
    ),
    "sagemaker:enableremotedebug": (
        Absence(_ANY, "without it debugging is off", f"{_SAGEMAKER}RemoteDebugConfig.html"),
    ),
    "sagemaker:imagearns": (
        Absence(_ANY, "without it AWS's own image is taken", f"{_SAGEMAKER}ResourceSpec.html"),
    ),
    "sagemaker:imageversionarns": (
        Absence(_ANY, "without it AWS's own image is taken", f"{_SAGEMAKER}ResourceSpec.html"),
    ),
    "sagemaker:studiolifecycleconfigarns": (
        Absence(_ANY, "without it no script runs", f"{_SAGEMAKER}ResourceSpec.html"),
    ),
    "sagemaker:instancetypes": (
        Absence(
            (
                *("sagemaker:CreateApp", "sagemaker:CreateSpace", "sagemaker:UpdateSpace"),
                *("sagemaker:*Domain", "sagemaker:*UserProfile", "sagemaker:*NotebookInstance"),
            ),
            "without it Studio takes its smallest machine",
            f"{_SAGEMAKER}ResourceSpec.html",
        ),
        Absence(
            ("sagemaker:CreateMonitoringSchedule", "sagemaker:UpdateMonitoringSchedule"),
            "without it the schedule names a job definition, whose own machines were judged",
            f"{_SAGEMAKER}MonitoringScheduleConfig.html",
        ),
    ),
    "sagemaker:maxruntimeinseconds": (
        Absence(_ANY, "without it a job ends after a day", f"{_SAGEMAKER}StoppingCondition.html"),
    ),
    "sagemaker:keepaliveperiod": (
        Absence(_ANY, "without it no instance is kept", f"{_SAGEMAKER}ResourceConfig.html"),
    ),
}


def is_harmless_without(key: str, action: str) -> bool:
    """Tell whether a request for an action without a key is harmless in what the key is about."""
    return any(
        parse(pattern, variables=False).matches(action, _nothing, ignore_case=True)
        for absence in HARMLESS_ABSENT.get(key, ())
        for pattern in absence.actions
    )


def _nothing(_key: str) -> None:
    return None
