"""Roles that requests pass: found wherever they stand, refused where nobody knows of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape
from moto.core.utils import get_service_model

from policies.iam.reference import load_reference
from tests.twin.authorization.strict import Strict, allow
from tests.twin.engines.accounts import unique
from twin.authorization.asked import UnknownAction
from twin.authorization.dependents.passed_roles import passed_roles, refuse_unknown
from twin.authorization.dependents.passed_roles_table import ROLES
from twin.call import Call, Caller

_ACCOUNT = "111111111111"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/worker"
_TWIN: Any = object()
_CALLER = Caller(_ACCOUNT, f"arn:aws:iam::{_ACCOUNT}:user/u", "AKIA", "AIDA")


def _passed(service: str, operation: str, **parameters: Any) -> list[tuple[str, str]]:
    call = Call(service, operation, parameters, "eu-west-1", _CALLER, "id", b"", {})
    return [
        (one.asked.resource if one.asked else "", one.keys["iam:passedtoservice"][0])
        for one in passed_roles(_TWIN, call)
    ]


def test_a_role_is_found_where_it_stands() -> None:
    sagemaker = "sagemaker.amazonaws.com"
    assert _passed("sagemaker", "CreateModel", ExecutionRoleArn=_ROLE) == [(_ROLE, sagemaker)]
    tuning = {"TrainingJobDefinitions": [{"RoleArn": _ROLE}, {"RoleArn": f"{_ROLE}2"}]}
    assert _passed("sagemaker", "CreateHyperParameterTuningJob", **tuning) == [
        (_ROLE, sagemaker),
        (f"{_ROLE}2", sagemaker),
    ]
    domain = {"DefaultUserSettings": {"ExecutionRole": _ROLE}}
    assert _passed("sagemaker", "CreateDomain", **domain) == [(_ROLE, sagemaker)]
    rules = {"Targets": [{"Id": "1", "Arn": "x"}, {"Id": "2", "Arn": "y", "RoleArn": _ROLE}]}
    assert _passed("events", "PutTargets", **rules) == [(_ROLE, "events.amazonaws.com")]
    launch = {"Type": "LAUNCH", "Parameters": json.dumps({"RoleArn": _ROLE})}
    assert _passed("servicecatalog", "CreateConstraint", **launch) == [
        (_ROLE, "servicecatalog.amazonaws.com")
    ]
    feedback = {"AttributeName": "LambdaFailureFeedbackRoleArn", "AttributeValue": _ROLE}
    assert _passed("sns", "SetTopicAttributes", **feedback) == [(_ROLE, "sns.amazonaws.com")]


def test_a_role_without_an_arn_is_one_of_the_account() -> None:
    named = _passed("glue", "CreateJob", Role="service/worker")
    assert named == [(f"arn:aws:iam::{_ACCOUNT}:role/service/worker", "glue.amazonaws.com")]


def test_a_request_without_a_role_passes_none() -> None:
    assert _passed("sagemaker", "UpdatePipeline", PipelineName="p") == []
    assert _passed("s3", "GetObject", Bucket="b", Key="k") == []


def test_a_role_that_goes_nobody_knows_where_is_refused() -> None:
    parameters = {"Attributes": {"EventEndpointCreated": _ROLE}}
    call = Call("sns", "CreatePlatformApplication", parameters, "eu-west-1", _CALLER, "id", b"", {})
    with pytest.raises(UnknownAction, match="passes to nobody known"):
        refuse_unknown(call, ("sns:CreatePlatformApplication",))


def test_every_row_names_operations_and_members_that_exist() -> None:
    for row in ROLES:
        for operation in row.operations:
            shape = get_service_model(row.api).operation_model(operation).input_shape
            assert list(_at(shape, row.path.split("."))), (operation, row.path)
        assert row.page.startswith("https://docs.aws.amazon.com/")
        assert row.service.endswith(".amazonaws.com")


def test_what_aws_publishes_of_sagemaker_is_in_the_table() -> None:
    known = {name for row in ROLES if row.api == "sagemaker" for name in row.operations}
    reference = load_reference()
    model = get_service_model("sagemaker")
    published = {
        name.partition(":")[2]
        for name in reference.actions_matching("sagemaker:*")
        if "iam:PassRole" in getattr(reference.action(name), "dependents", ())
    }
    unknown = (published & set(model.operation_names)) - known
    # What has no role in its input runs with that of an earlier request.
    shapes = {name: model.operation_model(name).input_shape for name in unknown}
    assert [name for name, shape in shapes.items() if _names_role(shape)] == []


def test_whoever_may_not_pass_a_role_makes_nothing_with_it(strict: Strict) -> None:
    role, name = strict.lab.role("sagemaker"), unique("model")
    person = strict.person(allow("sagemaker:CreateModel", "sagemaker:AddTags"))
    refused = person.refused(
        "sagemaker",
        "create_model",
        ModelName=name,
        ExecutionRoleArn=role,
        PrimaryContainer={"Image": "x"},
    )
    assert f"iam:PassRole on resource: {role}" in refused.message
    assert not strict.lab.client("sagemaker").list_models(NameContains=name)["Models"]


def test_a_role_may_be_passed_to_the_service_that_the_policy_names_only(strict: Strict) -> None:
    role = strict.lab.role("sagemaker")

    def person(service: str) -> Any:
        condition = {"iam:PassedToService": f"{service}.amazonaws.com"}
        passing = allow("iam:PassRole", on=role, StringEquals=condition)
        return strict.person(allow("sagemaker:CreateModel"), passing)

    container = {"Image": "x"}
    wanted = {"ExecutionRoleArn": role, "PrimaryContainer": container}
    person("sagemaker").client("sagemaker").create_model(ModelName=unique("m"), **wanted)
    refused = person("lambda").refused("sagemaker", "create_model", ModelName="m", **wanted)
    assert "iam:PassRole" in refused.message


def _at(shape: Shape | None, path: list[str]) -> Iterator[Shape]:
    if shape is None:
        return
    single = path[:1] == ["Attributes"] and "AttributeName" in getattr(shape, "members", {})
    if not path or path[0] == "$" or isinstance(shape, MapShape) or single:
        yield shape
    elif path[0] == "[]" and isinstance(shape, ListShape):
        yield from _at(shape.member, path[1:])
    elif isinstance(shape, StructureShape) and path[0] in shape.members:
        yield from _at(shape.members[path[0]], path[1:])


def _names_role(shape: Shape | None) -> bool:
    return isinstance(shape, StructureShape) and any("Role" in name for name in shape.members)
