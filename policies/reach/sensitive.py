"""The actions whose reach is told, and the conditions under which one may have them."""

from __future__ import annotations

from dataclasses import dataclass

from policies.invariants.invariant import Conditions, What

_ANYTHING = What()


@dataclass(frozen=True)
class Sensitive:
    """Something that matters if somebody can do it, in words and as actions on what."""

    name: str
    actions: tuple[str, ...]
    what: What = _ANYTHING


def _bucket(*purposes: str) -> What:
    return What(resource="bucket", purposes=purposes)


SENSITIVE = (
    Sensitive("read data", ("s3:GetObject",), _bucket("data")),
    Sensitive("write data", ("s3:PutObject",), _bucket("data")),
    Sensitive("remove data", ("s3:DeleteObject*",), _bucket("data")),
    Sensitive("read models", ("s3:GetObject",), _bucket("models")),
    Sensitive("write models", ("s3:PutObject",), _bucket("models")),
    Sensitive("remove models", ("s3:DeleteObject*",), _bucket("models")),
    Sensitive("read captured requests", ("s3:GetObject",), _bucket("capture")),
    Sensitive("write evidence", ("s3:PutObject",), _bucket("evidence")),
    Sensitive("remove evidence", ("s3:DeleteObject*",), _bucket("evidence", "trail")),
    Sensitive("read the state", ("s3:GetObject",), _bucket("tfstate")),
    Sensitive("publish code", ("s3:PutObject",), _bucket("source")),
    Sensitive("decrypt", ("kms:Decrypt",), What(resource="key")),
    Sensitive("administer keys", ("kms:PutKeyPolicy", "kms:Disable*"), What(resource="key")),
    Sensitive("take a role", ("sts:AssumeRole",), What(resource="role")),
    Sensitive("pass a role", ("iam:PassRole",)),
    Sensitive("change identities", ("iam:Create*", "iam:Put*", "iam:Update*")),
    Sensitive("start training", ("sagemaker:StartPipelineExecution",)),
    Sensitive("start a job", ("sagemaker:CreateProcessingJob", "sagemaker:CreateTrainingJob")),
    Sensitive("register a version", ("sagemaker:CreateModelPackage",)),
    Sensitive("approve a version", ("sagemaker:UpdateModelPackage",)),
    Sensitive("change an endpoint", ("sagemaker:CreateEndpoint*", "sagemaker:UpdateEndpoint*")),
    Sensitive("ask an endpoint", ("sagemaker:InvokeEndpoint",)),
    Sensitive("open Studio", ("sagemaker:CreatePresignedDomainUrl",)),
    Sensitive("start a promotion", ("codepipeline:StartPipelineExecution",)),
    Sensitive("answer a gate", ("codepipeline:PutApprovalResult",)),
    Sensitive("retry a promotion", ("codepipeline:RetryStageExecution",)),
    Sensitive("change a promotion", ("codepipeline:UpdatePipeline",)),
    Sensitive("start a build", ("codebuild:StartBuild",)),
    Sensitive("push images", ("ecr:PutImage",)),
    Sensitive("stop a trail", ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail")),
)

# Asked one by one: never, unless the condition holds, means only if it does.
PROBES: tuple[tuple[str, tuple[Conditions, ...]], ...] = (
    ("through an endpoint", ({"Null": {"aws:SourceVpce": "false"}},)),
    (
        "through an endpoint of the organisation",
        ({"StringEquals": {"aws:VpceAccount": ["<accounts>"]}},),
    ),
    (
        "through a network of the organisation",
        ({"Null": {"aws:SourceVpc": "false"}}, {"Bool": {"aws:ViaAWSService": "true"}}),
    ),
    ("through a service", ({"Null": {"kms:ViaService": "false"}},)),
    ("under a name", ({"Null": {"aws:SourceIdentity": "false"}},)),
    ("to SageMaker", ({"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},)),
    (
        "pending a decision",
        ({"StringEquals": {"sagemaker:ModelApprovalStatus": "PendingManualApproval"}},),
    ),
    ("in isolation", ({"Bool": {"sagemaker:NetworkIsolation": "true"}},)),
)
