"""Tags of requests and of resources: what a request gives, and what live resources have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moto.cloudwatch.models import cloudwatch_backends
from moto.dynamodb.models import dynamodb_backends
from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.ssm.models import ssm_backends

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, Asking

_TAGS = [{"Key": "Stage", "Value": "prod"}]
_STAGE = "aws:resourcetag/stage"
_HERE = f"{REGION}:{ACCOUNT}"


def _queue(_ask: Asking) -> tuple[str, str]:
    queue = sqs_backends[ACCOUNT][REGION].create_queue("jobs", {"Stage": "prod"})
    return "sqs:SendMessage", queue.queue_arn


def _topic(_ask: Asking) -> tuple[str, str]:
    topic = sns_backends[ACCOUNT][REGION].create_topic("alarms", tags={"Stage": "prod"})
    return "sns:Publish", topic.arn


def _key(_ask: Asking) -> tuple[str, str]:
    backend = kms_backends[ACCOUNT][REGION]
    tags = [{"TagKey": "Stage", "TagValue": "prod"}]
    key = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", tags)
    return "kms:Decrypt", key.arn


def _secret(_ask: Asking) -> tuple[str, str]:
    backend = secretsmanager_backends[ACCOUNT][REGION]
    backend.create_secret("database", "x", None, "", _TAGS, None, None, [], False)
    return "secretsmanager:GetSecretValue", backend.secrets["database"].arn


def _parameter(_ask: Asking) -> tuple[str, str]:
    backend = ssm_backends[ACCOUNT][REGION]
    backend.put_parameter(
        "/team/model", "", "1", "String", "", "", False, _TAGS, "text", "Standard", None
    )
    return "ssm:GetParameter", f"arn:aws:ssm:{_HERE}:parameter/team/model"


def _group(_ask: Asking) -> tuple[str, str]:
    logs_backends[ACCOUNT][REGION].create_log_group("/aws/jobs", {"Stage": "prod"})
    return "logs:FilterLogEvents", f"arn:aws:logs:{_HERE}:log-group:/aws/jobs:*"


def _repository(_ask: Asking) -> tuple[str, str]:
    backend = ecr_backends[ACCOUNT][REGION]
    made = backend.create_repository(
        repository_name="team/train",
        registry_id=None,
        encryption_config=None,
        image_scan_config=None,
        image_tag_mutability=None,
        image_tag_mutability_exclusion_filters=None,
        tags=_TAGS,
    )
    return "ecr:PutImage", made.arn


def _rule(_ask: Asking) -> tuple[str, str]:
    rule = events_backends[ACCOUNT][REGION].put_rule(
        "nightly", scheduled_expression="rate(1 day)", tags=_TAGS
    )
    return "events:DisableRule", rule.arn


def _table(_ask: Asking) -> tuple[str, str]:
    table = dynamodb_backends[ACCOUNT][REGION].create_table(
        "features",
        schema=[{"AttributeName": "id", "KeyType": "HASH"}],
        throughput={},
        attr=[{"AttributeName": "id", "AttributeType": "S"}],
        indexes=[],
        global_indexes=[],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=_TAGS,
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    return "dynamodb:GetItem", table.table_arn


def _role(_ask: Asking) -> tuple[str, str]:
    role = iam_backends[ACCOUNT]["aws"].create_role(
        "builder", "{}", "/team/", None, "", _TAGS, "3600"
    )
    return "iam:PassRole", role.arn


def _policy(_ask: Asking) -> tuple[str, str]:
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", '
    document += '"Resource": "*"}]}'
    made = iam_backends[ACCOUNT]["aws"].create_policy("", "/", document, "limits", _TAGS)
    return "iam:DeletePolicy", made.arn


def _subnet(_ask: Asking) -> tuple[str, str]:
    backend = ec2_backends[ACCOUNT][REGION]
    vpc = backend.create_vpc("10.0.0.0/16")
    subnet = backend.create_subnet(vpc.id, "10.0.1.0/24", availability_zone=f"{REGION}a")
    backend.create_tags([subnet.id], {"Stage": "prod"})
    return "ec2:CreateNetworkInterface", f"arn:aws:ec2:{_HERE}:subnet/{subnet.id}"


def _model(ask: Asking) -> tuple[str, str]:
    arn = f"arn:aws:sagemaker:{_HERE}:model/churn"
    ask.twin.table("sagemaker/Tags", ACCOUNT, REGION).put(arn, {"Stage": "prod"})
    return "sagemaker:DeleteModel", arn


def _alarm(_ask: Asking) -> tuple[str, str]:
    arn = f"arn:aws:cloudwatch:{_HERE}:alarm:errors"
    cloudwatch_backends[ACCOUNT][REGION].tagger.tag_resource(arn, _TAGS)
    return "cloudwatch:DeleteAlarms", arn


def _project(ask: Asking) -> tuple[str, str]:
    record = {"name": "build", "tags": [{"key": "Stage", "value": "prod"}]}
    ask.twin.table("codebuild/Project", ACCOUNT, REGION).put("build", record)
    return "codebuild:StartBuild", f"arn:aws:codebuild:{_HERE}:project/build"


def _pipeline(ask: Asking) -> tuple[str, str]:
    ask.twin.table("codepipeline/Pipeline", ACCOUNT, REGION).put(
        "promote", {"tags": {"Stage": "prod"}}
    )
    return "codepipeline:PutApprovalResult", f"arn:aws:codepipeline:{_HERE}:promote/Gate/Approve"


def _package(ask: Asking) -> tuple[str, str]:
    record = {"tags": [{"key": "Stage", "value": "prod"}]}
    ask.twin.table("codeartifact/Repository", ACCOUNT, REGION).put("team/wheels", record)
    arn = f"arn:aws:codeartifact:{_HERE}:repository/team/wheels"
    return "codeartifact:ReadFromRepository", arn


_EXISTING = [
    _queue,
    _topic,
    _key,
    _secret,
    _parameter,
    _group,
    _repository,
    _rule,
    _table,
    _role,
    _policy,
    _subnet,
    _model,
    _alarm,
    _project,
    _pipeline,
    _package,
]


@pytest.mark.parametrize("make", _EXISTING, ids=lambda make: make.__name__.strip("_"))
def test_a_resource_carries_the_tags_that_it_has_now(
    ask: Asking, make: Callable[[Asking], tuple[str, str]]
) -> None:
    action, arn = make(ask)
    assert ask(action, arn)[_STAGE] == ("prod",)


@pytest.mark.parametrize("make", _EXISTING, ids=lambda make: make.__name__.strip("_"))
def test_the_tags_are_those_of_the_owners_resource(
    ask: Asking, make: Callable[[Asking], tuple[str, str]]
) -> None:
    action, arn = make(ask)
    elsewhere = arn.replace(ACCOUNT, "222222222222")
    assert _STAGE not in ask(action, elsewhere, owner="222222222222")


def test_services_repeat_the_tags_under_their_own_name(ask: Asking) -> None:
    _, role = _role(ask)
    assert ask("iam:PassRole", role)["iam:resourcetag/stage"] == ("prod",)
    _, subnet = _subnet(ask)
    assert ask("ec2:CreateNetworkInterface", subnet)["ec2:resourcetag/stage"] == ("prod",)
    _, model = _model(ask)
    assert ask("sagemaker:DeleteModel", model)["sagemaker:resourcetag/stage"] == ("prod",)
    _, secret = _secret(ask)
    found = ask("secretsmanager:GetSecretValue", secret)
    assert found["secretsmanager:resourcetag/stage"] == ("prod",)


def test_what_is_made_with_tags_has_them_already(ask: Asking) -> None:
    arn = f"arn:aws:sagemaker:{_HERE}:training-job/churn"
    found = ask("sagemaker:CreateTrainingJob", arn, {"Tags": _TAGS})
    assert found[_STAGE] == ("prod",)
    assert found["aws:requesttag/stage"] == ("prod",)
    assert found["aws:tagkeys"] == ("Stage",)


def test_who_tags_a_resource_does_not_thereby_match_its_tags(ask: Asking) -> None:
    arn = f"arn:aws:sagemaker:{_HERE}:model/churn"
    found = ask("sagemaker:AddTags", arn, {"ResourceArn": arn, "Tags": _TAGS})
    assert _STAGE not in found
    assert found["aws:requesttag/stage"] == ("prod",)


def test_tags_of_a_job_are_not_those_of_the_role_that_it_is_given(ask: Asking) -> None:
    found = ask(
        "iam:PassRole",
        f"arn:aws:iam::{ACCOUNT}:role/untagged",
        {"Tags": _TAGS},
        call="sagemaker:CreateTrainingJob",
    )
    assert _STAGE not in found


def test_tags_for_a_new_interface_are_not_those_of_its_subnet(ask: Asking) -> None:
    given = {"TagSpecifications": [{"ResourceType": "subnet", "Tags": _TAGS}]}
    arn = f"arn:aws:ec2:{_HERE}:subnet/subnet-untagged"
    found = ask("ec2:CreateNetworkInterface", arn, given)
    assert _STAGE not in found


def test_tags_are_told_for_the_type_that_gets_them(ask: Asking) -> None:
    given = {"TagSpecifications": [{"ResourceType": "network-interface", "Tags": _TAGS}]}
    interface = f"arn:aws:ec2:{_HERE}:network-interface/*"
    subnet = f"arn:aws:ec2:{_HERE}:subnet/subnet-1"
    made = ask("ec2:CreateNetworkInterface", interface, given)
    assert made["aws:requesttag/stage"] == ("prod",)
    assert made["aws:tagkeys"] == ("Stage",)
    assert "aws:requesttag/stage" not in ask("ec2:CreateNetworkInterface", subnet, given)


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("logs:CreateLogGroup", {"tags": {"Stage": "prod"}}),
        ("kms:CreateKey", {"Tags": [{"TagKey": "Stage", "TagValue": "prod"}]}),
        ("codebuild:CreateProject", {"tags": [{"key": "Stage", "value": "prod"}]}),
        ("lambda:CreateFunction", {"Tags": {"Stage": "prod"}}),
        ("sqs:CreateQueue", {"tags": {"Stage": "prod"}}),
        ("cloudtrail:AddTags", {"TagsList": _TAGS}),
        ("s3:CreateBucket", {"CreateBucketConfiguration": {"Tags": _TAGS}}),
    ],
)
def test_every_service_gives_tags_in_its_own_shape(
    ask: Asking, action: str, parameters: dict[str, object]
) -> None:
    found = ask(action, parameters=parameters)
    assert found["aws:requesttag/stage"] == ("prod",)
    assert found["aws:tagkeys"] == ("Stage",)


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("sagemaker:DeleteTags", {"TagKeys": ["Stage", "owner"]}),
        ("ecr:UntagResource", {"tagKeys": ["Stage", "owner"]}),
        ("ec2:DeleteTags", {"Tags": [{"Key": "Stage", "Value": "prod"}, {"Key": "owner"}]}),
    ],
)
def test_tags_that_go_are_named_and_not_given(
    ask: Asking, action: str, parameters: dict[str, object]
) -> None:
    found = ask(action, parameters=parameters)
    assert found["aws:tagkeys"] == ("Stage", "owner")
    assert not any(key.startswith("aws:requesttag/") for key in found)


def test_a_request_without_tags_carries_no_key_of_tags(ask: Asking) -> None:
    found = ask("sagemaker:CreateModel", f"arn:aws:sagemaker:{_HERE}:model/churn", {"Tags": []})
    assert not any("tag" in key for key in found)


def test_actions_that_take_no_tags_carry_none(ask: Asking) -> None:
    assert "aws:tagkeys" not in ask("kms:Decrypt", parameters={"Tags": _TAGS})


def test_tags_of_buckets_do_not_count_until_they_are_switched_on(ask: Asking) -> None:
    found = ask("s3:PutBucketTagging", "arn:aws:s3:::data", {"Tagging": {"TagSet": _TAGS}})
    assert not any(key.startswith(("aws:requesttag/", "aws:resourcetag/")) for key in found)


def test_a_pattern_is_no_resource(ask: Asking) -> None:
    assert _STAGE not in ask("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/*")
