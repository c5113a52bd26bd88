"""The tables of the services, by botocore's names of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from twin.authorization.actions.service import Service
from twin.authorization.actions.services import (
    code,
    governance,
    iam,
    kms,
    lambda_functions,
    logs,
    messages,
    network,
    parameters,
    plain,
    queries,
    resolver,
    s3,
    sagemaker,
    tagging,
)


@cache
def tables() -> Mapping[str, Service]:
    """Return the tables of all services whose requests can be read."""
    return {
        **plain.plain(),
        **queries.tables(),
        "accessanalyzer": governance.access_analyzer(),
        "cloudtrail": governance.cloudtrail(),
        "cloudwatch": messages.cloudwatch(),
        "codeartifact": code.codeartifact(),
        "codebuild": code.codebuild(),
        "codepipeline": code.codepipeline(),
        "config": governance.config(),
        "ec2": network.ec2(),
        "ecr": code.ecr(),
        "efs": network.efs(),
        "events": messages.events(),
        "guardduty": governance.guardduty(),
        "iam": iam.iam(),
        "kms": kms.kms(),
        "lambda": lambda_functions.lambda_(),
        "logs": logs.logs(),
        "macie2": governance.macie(),
        "organizations": governance.organizations(),
        "resourcegroupstaggingapi": tagging.tagging(),
        "route53resolver": resolver.resolver(),
        "s3": s3.s3(),
        "s3control": s3.s3control(),
        "sagemaker": sagemaker.sagemaker(),
        "sagemaker-featurestore-runtime": sagemaker.feature_store(),
        "sagemaker-metrics": sagemaker.metrics(),
        "sagemaker-runtime": sagemaker.runtime(),
        "secretsmanager": parameters.secretsmanager(),
        "securityhub": governance.security_hub(),
        "servicecatalog": governance.service_catalog(),
        "sns": messages.sns(),
        "sqs": messages.sqs(),
        "ssm": parameters.ssm(),
        "sts": iam.sts(),
    }
