"""A statement is missing in the policy of a role: the promotion ends with the action it wanted."""

from __future__ import annotations

from dataclasses import dataclass

from tests.rehearsals.breaking import without_statement
from tests.rehearsals.rehearsal import (
    BUNDLE,
    GATE,
    PRODUCTION,
    STAGING,
    TEST,
    VERIFY,
    End,
    Rehearsals,
    Seen,
)
from tests.rehearsals.rehearsing import HOME, Rehearsing

GRANTS = Rehearsals("grants")
_BEFORE_THE_GATE = ("Bundle", "Staging", "Test")


@dataclass(frozen=True)
class _Grant:
    """A statement by whose loss a promotion ends somewhere, and the action that it allows."""

    place: str
    account: str
    role: str
    sid: str
    action: str


_GRANTS = (
    _Grant(BUNDLE, HOME, "promotion", "StartBundle", "codebuild:StartBuild"),
    _Grant(BUNDLE, HOME, "bundle", "WriteOwnLogs", "logs:CreateLogStream"),
    _Grant(BUNDLE, HOME, "bundle", "ReadArtifacts", "s3:GetObject"),
    _Grant(BUNDLE, HOME, "bundle", "ReadPackages", "sagemaker:DescribeModelPackage"),
    _Grant(BUNDLE, HOME, "bundle", "ReadTrainingRuns", "sagemaker:DescribePipelineExecution"),
    _Grant(BUNDLE, HOME, "bundle", "SeeOwnPromotions", "codepipeline:GetPipelineExecution"),
    _Grant(BUNDLE, HOME, "bundle", "DecryptModels", "kms:Decrypt"),
    _Grant(BUNDLE, HOME, "bundle", "SeeModelImage", "ecr:BatchGetImage"),
    _Grant(BUNDLE, HOME, "bundle", "SeeSigningKey", "kms:GetPublicKey"),
    _Grant(BUNDLE, HOME, "bundle", "SignReleases", "kms:Sign"),
    _Grant(BUNDLE, HOME, "bundle", "HandOnArtifact", "s3:PutObject"),
    _Grant(STAGING, HOME, "promotion", "TakeDeployRoles", "sts:AssumeRole"),
    _Grant(STAGING, "staging", "deploy", "RunOwnBuilds", "codebuild:StartBuild"),
    _Grant(STAGING, "staging", "release", "ReadContract", "ssm:GetParameters"),
    _Grant(STAGING, "staging", "release", "ListDecisions", "s3:ListBucket"),
    _Grant(STAGING, "staging", "release", "ReadReleasedPackage", "sagemaker:DescribeModelPackage"),
    # S3 answers HEAD without a word; Terraform names what it has asked.
    _Grant(STAGING, "staging", "release", "KeepReleaseState", "HeadObject"),
    _Grant(TEST, "staging", "test", "SeeWhatIsLive", "sagemaker:DescribeEndpoint"),
    _Grant(TEST, "staging", "test", "DecryptHeldOutRows", "kms:Decrypt"),
    _Grant(TEST, "staging", "test", "AskAsConsumer", "sts:AssumeRole"),
    _Grant(TEST, "staging", "test", "SignTests", "kms:Sign"),
    _Grant(TEST, "staging", "test", "LeaveEvidence", "s3:PutObject"),
    _Grant(PRODUCTION, "production", "deploy", "RunOwnBuilds", "codebuild:StartBuild"),
    _Grant(PRODUCTION, "production", "release", "ReadDecisions", "s3:GetObject"),
    _Grant(PRODUCTION, "production", "release", "DecryptDecisions", "kms:Decrypt"),
    _Grant(PRODUCTION, "production", "release", "ReadContract", "ssm:GetParameters"),
    _Grant(PRODUCTION, "production", "release", "ReadReleasedPackage", "DescribeModelPackage"),
    _Grant(PRODUCTION, "production", "release", "CreateIsolatedModels", "sagemaker:CreateModel"),
    _Grant(PRODUCTION, "production", "release", "PassServingRole", "iam:PassRole"),
    _Grant(
        *(PRODUCTION, "production", "release"),
        *("CreateEncryptedConfigurations", "sagemaker:CreateEndpointConfig"),
    ),
    _Grant(PRODUCTION, "production", "release", "ManageEndpoints", "sagemaker:"),
    _Grant(VERIFY, "production", "verify", "SeeWhatIsLive", "sagemaker:DescribeEndpoint"),
    _Grant(VERIFY, "production", "verify", "ReadModelStore", "HeadObject"),
    _Grant(VERIFY, "production", "verify", "SeeStoredImages", "ecr:BatchGetImage"),
    _Grant(VERIFY, "production", "verify", "AskAsConsumer", "sts:AssumeRole"),
    _Grant(VERIFY, "production", "verify", "LeaveEvidence", "s3:PutObject"),
)


def _add(grant: _Grant) -> None:
    stage = grant.place.partition("/")[0]

    def run(at: Rehearsing) -> Seen:
        if stage in _BEFORE_THE_GATE:
            at.unanswered()
        with without_statement(at, grant.account, grant.role, grant.sid):
            return at.send_into(stage)

    name = f"{grant.role}-in-{grant.account}-without-{grant.sid}-at-{stage}".lower()
    fault = f"The role {grant.role} of {grant.account} has lost its statement {grant.sid}."
    GRANTS.add(name, fault, End(grant.place, says=grant.action), run)


def _nobody_answers(at: Rehearsing) -> Seen:
    at.forget()
    return at.timed_out()


for _grant in (each for each in _GRANTS if each.place in (BUNDLE, STAGING, TEST)):
    _add(_grant)
GRANTS.add(
    "a-gate-that-nobody-answers-closes-by-itself",
    "Nobody decides; what was rehearsed just before took place meanwhile.",
    End(GATE, says="was not answered in time"),
    _nobody_answers,
)
for _grant in (each for each in _GRANTS if each.place in (PRODUCTION, VERIFY)):
    _add(_grant)
