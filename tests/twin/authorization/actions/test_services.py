"""What services call otherwise, name otherwise or ask for besides, one case for each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.authorization.actions.calls import OTHER, OWN, REGION, call, pairs
from twin.authorization.actions import asked
from twin.twin import Twin

TAGS = [{"Key": "a", "Value": "b"}]


def _arn(service: str, rest: str, account: str = OWN) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{rest}"


FUNCTION = _arn("lambda", "function:f")
GROUP = _arn("logs", "log-group:/g")
THEIR_BUS = _arn("events", "event-bus/theirs", OTHER)
TRAIL = _arn("cloudtrail", "trail/t")
PACKAGE = _arn("sagemaker", "model-package/g/3")
EXECUTION = _arn("sagemaker", "pipeline/p/execution/x")

CASES: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    # https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    ("lambda", "Invoke", {"FunctionName": "f"}, [("lambda:InvokeFunction", FUNCTION)]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "f", "Qualifier": "live"},
        [("lambda:InvokeFunction", f"{FUNCTION}:live")],
    ),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"{OTHER}:function:f:7"},
        [("lambda:InvokeFunction", _arn("lambda", "function:f:7", OTHER))],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "f", "Tags": {"a": "b"}},
        [("lambda:CreateFunction", FUNCTION), ("lambda:TagResource", FUNCTION)],
    ),
    ("lambda", "TagResource", {"Resource": FUNCTION}, [("lambda:TagResource", FUNCTION)]),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html
    (
        "logs",
        "CreateLogGroup",
        {"logGroupName": "/g", "tags": {"a": "b"}},
        [("logs:CreateLogGroup", f"{GROUP}:log-stream:"), ("logs:TagResource", GROUP)],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/g", "logStreamName": "s"},
        [("logs:PutLogEvents", f"{GROUP}:log-stream:s")],
    ),
    (
        "logs",
        "FilterLogEvents",
        {"logGroupIdentifier": f"{GROUP}:*"},
        [("logs:FilterLogEvents", f"{GROUP}:log-stream:")],
    ),
    ("logs", "ListTagsForResource", {"resourceArn": GROUP}, [("logs:ListTagsForResource", GROUP)]),
    (
        "logs",
        "DescribeLogGroups",
        {"logGroupNamePrefix": "/g"},
        [("logs:DescribeLogGroups", _arn("logs", "log-group::log-stream:"))],
    ),
    # https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
    (
        "sagemaker",
        "CreateTrainingJob",
        {"TrainingJobName": "j", "Tags": TAGS},
        [
            ("sagemaker:CreateTrainingJob", _arn("sagemaker", "training-job/j")),
            ("sagemaker:AddTags", _arn("sagemaker", "training-job/j")),
        ],
    ),
    (
        "sagemaker",
        "CreateModelPackage",
        {"ModelPackageGroupName": "g"},
        [("sagemaker:CreateModelPackage", _arn("sagemaker", "model-package/g/*"))],
    ),
    (
        "sagemaker",
        "UpdateModelPackage",
        {"ModelPackageArn": PACKAGE},
        [("sagemaker:UpdateModelPackage", PACKAGE)],
    ),
    (
        "sagemaker",
        "DescribeModelPackage",
        {"ModelPackageName": "g/3"},
        [("sagemaker:DescribeModelPackage", PACKAGE)],
    ),
    (
        "sagemaker",
        "UpdateEndpoint",
        {"EndpointName": "e", "EndpointConfigName": "c"},
        [
            ("sagemaker:UpdateEndpoint", _arn("sagemaker", "endpoint/e")),
            ("sagemaker:UpdateEndpoint", _arn("sagemaker", "endpoint-config/c")),
        ],
    ),
    (
        "sagemaker",
        "StopPipelineExecution",
        {"PipelineExecutionArn": EXECUTION},
        [("sagemaker:StopPipelineExecution", EXECUTION)],
    ),
    (
        "sagemaker",
        "CreatePresignedDomainUrl",
        {"DomainId": "d-1", "UserProfileName": "sam"},
        [("sagemaker:CreatePresignedDomainUrl", _arn("sagemaker", "user-profile/d-1/sam"))],
    ),
    (
        "sagemaker",
        "CreateDomain",
        {"DomainName": "n"},
        [("sagemaker:CreateDomain", _arn("sagemaker", "domain/*"))],
    ),
    (
        "sagemaker-runtime",
        "InvokeEndpoint",
        {"EndpointName": "e"},
        [("sagemaker:InvokeEndpoint", _arn("sagemaker", "endpoint/e"))],
    ),
    (
        "sagemaker-featurestore-runtime",
        "PutRecord",
        {"FeatureGroupName": "f"},
        [("sagemaker:PutRecord", _arn("sagemaker", "feature-group/f"))],
    ),
    # https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    (
        "codepipeline",
        "PutApprovalResult",
        {"pipelineName": "p", "stageName": "s", "actionName": "a"},
        [("codepipeline:PutApprovalResult", _arn("codepipeline", "p/s/a"))],
    ),
    (
        "codepipeline",
        "UpdatePipeline",
        {"pipeline": {"name": "p"}},
        [("codepipeline:UpdatePipeline", _arn("codepipeline", "p"))],
    ),
    (
        "codebuild",
        "StopBuild",
        {"id": "project:1-2"},
        [("codebuild:StopBuild", _arn("codebuild", "project/project"))],
    ),
    (
        "codebuild",
        "BatchGetBuilds",
        {"ids": ["one:1", _arn("codebuild", "build/two:2", OTHER)]},
        [
            ("codebuild:BatchGetBuilds", _arn("codebuild", "project/one")),
            ("codebuild:BatchGetBuilds", _arn("codebuild", "project/two", OTHER)),
        ],
    ),
    (
        "codeartifact",
        "GetPackageVersionAsset",
        {
            "domain": "d",
            "domainOwner": OTHER,
            "repository": "r",
            "format": "pypi",
            "package": "numpy",
        },
        [
            (
                "codeartifact:GetPackageVersionAsset",
                _arn("codeartifact", "package/d/r/pypi//numpy", OTHER),
            )
        ],
    ),
    # https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
    (
        "events",
        "PutRule",
        {"Name": "r", "Tags": TAGS},
        [
            ("events:PutRule", _arn("events", "rule/r")),
            ("events:TagResource", _arn("events", "rule/r")),
        ],
    ),
    (
        "events",
        "PutTargets",
        {"Rule": "r", "EventBusName": THEIR_BUS},
        [("events:PutTargets", _arn("events", "rule/theirs/r", OTHER))],
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{}, {"EventBusName": THEIR_BUS}]},
        [
            ("events:PutEvents", _arn("events", "event-bus/default")),
            ("events:PutEvents", THEIR_BUS),
        ],
    ),
    (
        "sqs",
        "SendMessageBatch",
        {"QueueUrl": f"http://127.0.0.1:1/{OTHER}/q"},
        [("sqs:SendMessage", _arn("sqs", "q", OTHER))],
    ),
    (
        "sns",
        "PublishBatch",
        {"TopicArn": _arn("sns", "t", OTHER)},
        [("sns:Publish", _arn("sns", "t", OTHER))],
    ),
    (
        "cloudwatch",
        "PutMetricAlarm",
        {"AlarmName": "a", "Tags": TAGS},
        [
            ("cloudwatch:PutMetricAlarm", _arn("cloudwatch", "alarm:a")),
            ("cloudwatch:TagResource", _arn("cloudwatch", "alarm:a")),
        ],
    ),
    (
        "cloudwatch",
        "DescribeAlarms",
        {},
        [("cloudwatch:DescribeAlarms", _arn("cloudwatch", "alarm:*"))],
    ),
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    (
        "ssm",
        "GetParameters",
        {"Names": ["/a/b", "c:3"]},
        [
            ("ssm:GetParameters", _arn("ssm", "parameter/a/b")),
            ("ssm:GetParameters", _arn("ssm", "parameter/c")),
        ],
    ),
    (
        "ssm",
        "AddTagsToResource",
        {"ResourceType": "Parameter", "ResourceId": "/a/b"},
        [("ssm:AddTagsToResource", _arn("ssm", "parameter/a/b"))],
    ),
    (
        "secretsmanager",
        "CreateSecret",
        {"Name": "s"},
        [("secretsmanager:CreateSecret", _arn("secretsmanager", "secret:s-??????"))],
    ),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
    (
        "ec2",
        "CreateVpcEndpoint",
        {
            "VpcId": "vpc-1",
            "SubnetIds": ["subnet-1"],
            "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": TAGS}],
        },
        [
            ("ec2:CreateVpcEndpoint", _arn("ec2", "vpc/vpc-1")),
            ("ec2:CreateVpcEndpoint", _arn("ec2", "vpc-endpoint/*")),
            ("ec2:CreateVpcEndpoint", _arn("ec2", "subnet/subnet-1")),
            ("ec2:CreateTags", _arn("ec2", "vpc-endpoint/*")),
        ],
    ),
    (
        "ec2",
        "DeleteVpcEndpoints",
        {"VpcEndpointIds": ["vpce-1", "vpce-2"]},
        [
            ("ec2:DeleteVpcEndpoints", _arn("ec2", "vpc-endpoint/vpce-1")),
            ("ec2:DeleteVpcEndpoints", _arn("ec2", "vpc-endpoint/vpce-2")),
        ],
    ),
    (
        "ec2",
        "CreateTags",
        {"Resources": ["sg-1", "vpce-1"]},
        [
            ("ec2:CreateTags", _arn("ec2", "security-group/sg-1")),
            ("ec2:CreateTags", _arn("ec2", "vpc-endpoint/vpce-1")),
        ],
    ),
    ("ec2", "DescribeVpcs", {"VpcIds": ["vpc-1"]}, [("ec2:DescribeVpcs", "*")]),
    (
        "ecr",
        "GetDownloadUrlForLayer",
        {"registryId": OTHER, "repositoryName": "a/b"},
        [("ecr:GetDownloadUrlForLayer", _arn("ecr", "repository/a/b", OTHER))],
    ),
    ("cloudtrail", "StopLogging", {"Name": "t"}, [("cloudtrail:StopLogging", TRAIL)]),
    ("cloudtrail", "StopLogging", {"Name": TRAIL}, [("cloudtrail:StopLogging", TRAIL)]),
    (
        "cloudtrail",
        "PutEventSelectors",
        {"TrailName": "t"},
        [("cloudtrail:PutEventSelectors", TRAIL)],
    ),
    (
        "securityhub",
        "DisableSecurityHub",
        {},
        [("securityhub:DisableSecurityHub", _arn("securityhub", "hub/default"))],
    ),
    (
        "servicecatalog",
        "ProvisionProduct",
        {"ProductId": "prod-1"},
        [("servicecatalog:ProvisionProduct", _arn("catalog", "product/prod-1"))],
    ),
]


@pytest.mark.parametrize(
    ("service", "operation", "given", "wanted"),
    CASES,
    ids=[f"{service}.{operation}" for service, operation, *_ in CASES],
)
def test_an_operation_asks_for_what_its_service_says(
    twin: Twin,
    service: str,
    operation: str,
    given: dict[str, Any],
    wanted: list[tuple[str, str]],
) -> None:
    made = call(service, operation, given, owner=given.get("registryId"))
    assert pairs(twin, made) == wanted
    owners = [arn.split(":")[4] if arn != "*" else OWN for _action, arn in wanted]
    assert [each.owner for each in asked(twin, made)] == owners


def test_a_product_is_found_by_its_name(twin: Twin) -> None:
    products = twin.table("servicecatalog/Product", OWN, REGION)
    products.put("prod-9", {"Id": "prod-9", "Name": "named"})
    made = call("servicecatalog", "ProvisionProduct", {"ProductName": "named"})
    arn = _arn("catalog", "product/prod-9")
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", arn)]
    products.pop("prod-9")
    gone = _arn("catalog", "product/*")
    assert pairs(twin, made) == [("servicecatalog:ProvisionProduct", gone)]
