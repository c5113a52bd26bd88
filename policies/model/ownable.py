"""Which types of resources an account owns: what they are called, their ARNs, their policies.

ARNs: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.iam import Resource


@dataclass(frozen=True)
class Kind:
    """What a type of resource is called, which attribute names it, and its ARNs.

    ``{n}`` stands for its name, ``{d}`` for its domain, ``{e}`` for region and account.
    """

    kind: str
    name: str
    arns: tuple[str, ...]
    counts: Resource = Resource.ORDINARY


KINDS: Mapping[str, Kind] = {
    "aws_cloudtrail": Kind("trail", "name", ("cloudtrail:{e}:trail/{n}",)),
    "aws_cloudwatch_event_bus": Kind("event-bus", "name", ("events:{e}:event-bus/{n}",)),
    "aws_cloudwatch_event_rule": Kind("event-rule", "name", ("events:{e}:rule/{n}",)),
    "aws_cloudwatch_log_group": Kind(
        "log-group", "name", ("logs:{e}:log-group:{n}", "logs:{e}:log-group:{n}:*")
    ),
    "aws_cloudwatch_metric_alarm": Kind("alarm", "alarm_name", ("cloudwatch:{e}:alarm:{n}",)),
    "aws_codeartifact_domain": Kind("package-domain", "domain", ("codeartifact:{e}:domain/{n}",)),
    "aws_codeartifact_repository": Kind(
        "package-repository",
        "repository",
        ("codeartifact:{e}:repository/{d}/{n}", "codeartifact:{e}:package/{d}/{n}/*"),
    ),
    "aws_codebuild_project": Kind("build-project", "name", ("codebuild:{e}:project/{n}",)),
    "aws_codepipeline": Kind(
        "pipeline", "name", ("codepipeline:{e}:{n}", "codepipeline:{e}:{n}/*")
    ),
    "aws_ecr_repository": Kind("repository", "name", ("ecr:{e}:repository/{n}",)),
    "aws_iam_policy": Kind("policy", "name", ()),
    "aws_kms_key": Kind("key", "key_id", ("kms:{e}:key/{n}",), Resource.DECISIVE),
    "aws_lambda_function": Kind(
        "function", "function_name", ("lambda:{e}:function:{n}", "lambda:{e}:function:{n}:*")
    ),
    "aws_s3_bucket": Kind("bucket", "bucket", ("s3:::{n}", "s3:::{n}/*")),
    "aws_sagemaker_domain": Kind("domain", "id", ("sagemaker:{e}:domain/{n}",)),
    "aws_sagemaker_endpoint": Kind("endpoint", "name", ("sagemaker:{e}:endpoint/{n}",)),
    "aws_sagemaker_endpoint_configuration": Kind(
        "endpoint-configuration", "name", ("sagemaker:{e}:endpoint-config/{n}",)
    ),
    "aws_sagemaker_model": Kind("model", "name", ("sagemaker:{e}:model/{n}",)),
    "aws_sagemaker_model_package_group": Kind(
        "model-package-group",
        "model_package_group_name",
        ("sagemaker:{e}:model-package-group/{n}", "sagemaker:{e}:model-package/{n}/*"),
    ),
    "aws_sagemaker_pipeline": Kind(
        "sagemaker-pipeline", "pipeline_name", ("sagemaker:{e}:pipeline/{n}",)
    ),
    "aws_sagemaker_user_profile": Kind(
        "user-profile", "user_profile_name", ("sagemaker:{e}:user-profile/*/{n}",)
    ),
    "aws_secretsmanager_secret": Kind("secret", "name", ("secretsmanager:{e}:secret:{n}-*",)),
    "aws_sns_topic": Kind("topic", "name", ("sns:{e}:{n}",)),
    "aws_sqs_queue": Kind("queue", "name", ("sqs:{e}:{n}",)),
    "aws_ssm_parameter": Kind("parameter", "name", ("ssm:{e}:parameter{n}",)),
}
# A resource that is a policy: the attribute that names its owner, the owner's type, and the
# attributes of the owner that it may hold.
POLICIES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "aws_cloudwatch_event_bus_policy": (
        "event_bus_name",
        "aws_cloudwatch_event_bus",
        ("name",),
    ),
    "aws_codeartifact_domain_permissions_policy": (
        "domain",
        "aws_codeartifact_domain",
        ("domain",),
    ),
    "aws_codeartifact_repository_permissions_policy": (
        "repository",
        "aws_codeartifact_repository",
        ("repository",),
    ),
    "aws_ecr_repository_policy": ("repository", "aws_ecr_repository", ("name",)),
    "aws_kms_key_policy": ("key_id", "aws_kms_key", ("key_id", "arn")),
    "aws_s3_bucket_policy": ("bucket", "aws_s3_bucket", ("bucket",)),
    "aws_sagemaker_model_package_group_policy": (
        "model_package_group_name",
        "aws_sagemaker_model_package_group",
        ("model_package_group_name",),
    ),
    "aws_secretsmanager_secret_policy": ("secret_arn", "aws_secretsmanager_secret", ("arn",)),
    "aws_sns_topic_policy": ("arn", "aws_sns_topic", ("arn",)),
    "aws_sqs_queue_policy": ("queue_url", "aws_sqs_queue", ("url", "id")),
}
