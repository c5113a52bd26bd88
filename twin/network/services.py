"""Under which names the endpoints of a VPC serve the services of AWS.

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from functools import lru_cache

# botocore's name of a service, where the endpoint is called otherwise.
_CALLED = {
    "accessanalyzer": "access-analyzer",
    "cloudwatch": "monitoring",
    "codeartifact": "codeartifact.api",
    "ecr": "ecr.api",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "firehose": "kinesis-firehose",
    "kinesis": "kinesis-streams",
    "resourcegroupstaggingapi": "tagging",
    "s3control": "s3",
    "sagemaker": "sagemaker.api",
    "sagemaker-featurestore-runtime": "sagemaker.featurestore-runtime",
    "sagemaker-metrics": "sagemaker.metrics",
    "sagemaker-runtime": "sagemaker.runtime",
    "stepfunctions": "states",
}


@lru_cache(maxsize=1024)
def endpoint_name(service: str, region: str) -> str:
    """Return the name of the endpoint service that serves a service in a region.

    ``service`` is botocore's name. A service that has no endpoints gets a name that nobody can
    have made an endpoint for.
    """
    return f"com.amazonaws.{region}.{_CALLED.get(service, service)}"
