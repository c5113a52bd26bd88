"""What resources say themselves: whose word is needed, and whose is enough."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction, lambda_backends
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import ResourcePolicy
from moto.ecr.models import ecr_backends
from moto.efs.models import efs_backends
from moto.events.models import events_backends
from moto.glue.models import glue_backends
from moto.kinesis.models import kinesis_backends
from moto.logs.models import logs_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from policies.iam import Layer
from tests.twin.authorization.live.world import (
    ONE,
    REGION,
    TWO,
    Endpoint,
    World,
    allow,
    deny,
    document,
    root,
    to,
)
from twin.authorization.live.texts import BY_SERVICE
from twin.call import Caller

ROLE_TWO = f"arn:aws:iam::{TWO}:role/reader"


def at(service: str, resource: str) -> str:
    """Return the ARN of a resource in the first account."""
    return f"arn:aws:{service}:{REGION}:{ONE}:{resource}"


def _repository(text: str) -> tuple[str, str]:
    ecr = ecr_backends[ONE][REGION]
    ecr.create_repository("images", ONE, None, {}, "MUTABLE", [], None)
    ecr.repositories["images"].policy = text
    return "ecr:BatchGetImage", at("ecr", "repository/images")


def _topic(text: str) -> tuple[str, str]:
    sns_backends[ONE][REGION].create_topic("news").policy = text
    return "sns:Publish", at("sns", "news")


def _queue(text: str) -> tuple[str, str]:
    sqs_backends[ONE][REGION].create_queue("work", {}, Policy=text)
    return "sqs:SendMessage", at("sqs", "work")


def _secret(text: str) -> tuple[str, str]:
    manager = secretsmanager_backends[ONE][REGION]
    made = manager.create_secret("token", "x", None, None, [], None, None, [], False)
    arn = str(json.loads(made)["ARN"])
    manager.put_resource_policy(arn, text)
    return "secretsmanager:GetSecretValue", arn


def _bus(text: str) -> tuple[str, str]:
    events_backends[ONE][REGION].create_event_bus("shared").add_policy(json.loads(text))
    return "events:PutEvents", at("events", "event-bus/shared")


def _file_system(text: str) -> tuple[str, str]:
    made = efs_backends[ONE][REGION].create_file_system("t", "", False, "", "", 0, None, [], None)
    made.file_system_policy = text
    return "elasticfilesystem:ClientMount", at(
        "elasticfilesystem", f"file-system/{made.file_system_id}"
    )


def _stream(text: str) -> tuple[str, str]:
    kinesis_backends[ONE][REGION].put_resource_policy(at("kinesis", "stream/s"), text)
    return "kinesis:GetRecords", at("kinesis", "stream/s")


def _table(text: str) -> tuple[str, str]:
    arn = at("dynamodb", "table/t")
    dynamodb_backends[ONE][REGION].resource_policies[arn] = ResourcePolicy(arn, text)
    return "dynamodb:GetItem", arn


def _destination(text: str) -> tuple[str, str]:
    logs = logs_backends[ONE][REGION]
    logs.put_destination("far", at("iam", "role/r"), at("kinesis", "stream/s"), {})
    logs.put_destination_policy("far", text)
    return "logs:PutSubscriptionFilter", at("logs", "destination:far")


def _catalog(text: str) -> tuple[str, str]:
    glue_backends[ONE][REGION].put_resource_policy(text)
    return "glue:GetDatabase", at("glue", "database/d")


HELD = {
    "dynamodb": _table,
    "ecr": _repository,
    "elasticfilesystem": _file_system,
    "events": _bus,
    "glue": _catalog,
    "kinesis": _stream,
    "logs": _destination,
    "secretsmanager": _secret,
    "sns": _topic,
    "sqs": _queue,
}
APART = {"codeartifact", "lambda", "sagemaker"}


@pytest.mark.parametrize("service", HELD)
def test_another_account_needs_the_word_of_the_resource(world: World, service: str) -> None:
    reader = world.caller(TWO, "reader", allow("*"))
    other = world.caller(TWO, "other", allow("*"))
    statement = {"Sid": "A", **allow(f"{service}:*"), **to(ROLE_TWO)}
    action, arn = HELD[service](document(statement))

    assert world.decide(reader, action, arn, ONE).allowed
    refused = world.decide(other, action, arn, ONE)
    assert (refused.allowed, refused.layer) == (False, Layer.RESOURCE)


@pytest.mark.parametrize("service", HELD)
def test_denial_of_a_resource_binds_its_own_account(world: World, service: str) -> None:
    admin = world.caller(ONE, "admin", allow("*"))
    statement = {"Sid": "D", **deny(f"{service}:*"), "Principal": "*"}
    action, arn = HELD[service](document(statement))

    refused = world.decide(admin, action, arn, ONE)

    assert (refused.explicit, refused.layer) == (True, Layer.RESOURCE)


def test_every_service_whose_policies_are_read_is_tried() -> None:
    assert set(BY_SERVICE) == set(HELD) | APART


def _function(*statements: dict[str, Any]) -> str:
    spec = {
        "FunctionName": "sweep",
        "Runtime": "python3.11",
        "Role": at("iam", "role/r").replace(REGION, ""),
        "Handler": "a.b",
        "Code": {"ZipFile": ""},
    }
    function = LambdaFunction(ONE, spec, REGION)
    lambda_backends[ONE][REGION]._lambdas._functions["sweep"] = {
        "latest": function,
        "versions": [],
    }
    for statement in statements:
        function.policy.add_statement(json.dumps(statement))
    return at("lambda", "function:sweep")


def test_function_admits_the_service_for_the_source_that_it_names(world: World) -> None:
    arn = _function(
        {
            "StatementId": "events",
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": at("events", "rule/nightly"),
        }
    )
    service = Caller(ONE, "events.amazonaws.com", "", "events", is_service=True)
    action = "lambda:InvokeFunction"

    nightly = {"aws:SourceArn": at("events", "rule/nightly")}
    assert world.decide(service, action, arn, ONE, nightly).allowed
    daily = {"aws:SourceArn": at("events", "rule/daily")}
    assert not world.decide(service, action, arn, ONE, daily).allowed
    assert not world.decide(service, action, arn, ONE).allowed


@pytest.mark.parametrize("principal", [TWO, root(TWO), ROLE_TWO])
def test_function_admits_an_account_however_it_is_named(world: World, principal: str) -> None:
    arn = _function({"StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": principal})
    reader = world.caller(TWO, "reader", allow("lambda:*"))

    assert world.decide(reader, "lambda:InvokeFunction", arn, ONE).allowed


def test_policy_of_a_model_package_group_bears_on_its_packages(world: World) -> None:
    table = world.twin.table("sagemaker/ModelPackageGroupPolicy", ONE, REGION)
    table.put("churn", {"ResourcePolicy": document({**allow("sagemaker:*"), **to(root(TWO))})})
    reader = world.caller(TWO, "reader", allow("sagemaker:*"))
    ask = "sagemaker:DescribeModelPackage"

    assert world.decide(reader, ask, at("sagemaker", "model-package/churn/3"), ONE).allowed
    assert not world.decide(reader, ask, at("sagemaker", "model-package/fraud/1"), ONE).allowed


def test_policies_of_domain_and_repository_count_together(world: World) -> None:
    domains = world.twin.table("codeartifact/Domain", ONE, REGION)
    domains.put(
        "d", {"_policy": {"document": document({**allow("codeartifact:Read*"), **to(root(TWO))})}}
    )
    stores = world.twin.table("codeartifact/Repository", ONE, REGION)
    stores.put(
        "d/r",
        {"_policy": {"document": document({**deny("codeartifact:ReadFrom*"), **to(ROLE_TWO)})}},
    )
    reader = world.caller(TWO, "reader", allow("codeartifact:*"))
    other = world.caller(TWO, "other", allow("codeartifact:*"))
    arn = at("codeartifact", "repository/d/r")

    assert world.decide(reader, "codeartifact:ReadFromRepository", arn, ONE).explicit
    assert world.decide(other, "codeartifact:ReadFromRepository", arn, ONE).allowed


def test_trust_is_needed_even_within_an_account(world: World) -> None:
    trusting = document({**allow("sts:AssumeRole"), **to(root(ONE))})
    closed = document({**allow("sts:AssumeRole"), **to(root(TWO))})
    admin = world.caller(ONE, "admin", allow("*"))
    weak = world.caller(ONE, "weak")
    opened = world.role(ONE, "opened", trust=trusting)
    shut = world.role(ONE, "shut", trust=closed)
    take = "sts:AssumeRole"

    assert world.decide(admin, take, opened, ONE).allowed
    assert world.decide(weak, take, opened, ONE).layer is Layer.IDENTITY
    assert world.decide(admin, take, shut, ONE).layer is Layer.RESOURCE
    assert world.decide(admin, take, f"{opened}-gone", ONE).layer is Layer.RESOURCE


def test_trust_that_names_a_role_is_enough_within_an_account(world: World) -> None:
    weak = world.caller(ONE, "weak")
    named = document({**allow("sts:AssumeRole"), **to(f"arn:aws:iam::{ONE}:role/weak")})

    assert world.decide(weak, "sts:AssumeRole", world.role(ONE, "named", trust=named), ONE).allowed


def test_trust_says_nothing_about_managing_the_role(world: World) -> None:
    admin = world.caller(ONE, "admin", allow("iam:*"))
    shut = world.role(ONE, "shut", trust=document({**deny("*"), "Principal": "*"}))

    assert world.decide(admin, "iam:UpdateRole", shut, ONE).allowed
    assert world.decide(admin, "iam:PassRole", shut, ONE).allowed


def test_endpoint_policy_limits_what_passes_the_endpoint(world: World) -> None:
    admin = world.caller(ONE, "admin", allow("*"))
    bucket = world.bucket(ONE, "things")
    narrow = Endpoint(endpoint_policy=document({**allow("s3:ListBucket"), "Principal": "*"}))

    refused = world.decide(admin, "s3:GetObject", f"{bucket}/x", ONE, route=narrow)
    assert refused.layer is Layer.ENDPOINT
    assert world.decide(admin, "s3:ListBucket", bucket, ONE, route=narrow).allowed
    assert world.decide(admin, "s3:GetObject", f"{bucket}/x", ONE, route=Endpoint()).allowed


def test_what_a_service_forwards_passes_no_endpoint(world: World) -> None:
    admin = world.caller(ONE, "admin", allow("*"))
    key = world.key(ONE)
    narrow = Endpoint(endpoint_policy=document({**allow("s3:*"), "Principal": "*"}))
    keys = world.twin.identities.forwarded(admin, "s3.amazonaws.com")
    through = world.twin.identities.caller(keys.access_key_id, keys.session_token)

    assert not world.decide(admin, "kms:Decrypt", key.arn, ONE, route=narrow).allowed
    assert world.decide(through, "kms:Decrypt", key.arn, ONE, route=narrow).allowed


def test_asking_for_the_unknown_makes_no_account(world: World) -> None:
    admin = world.caller(ONE, "admin", allow("*"))

    for arn in ("arn:aws:sqs:eu-west-1:777777777777:q", "arn:aws:kms:mars-1:777777777777:key/k"):
        assert not world.decide(admin, "sqs:SendMessage", arn, "777777777777").allowed

    assert "777777777777" not in dict(sqs_backends)
