"""What exists and is in no state: told from other errors, named, and noted for the next plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.adoption import Place, adoptable, drop, note
from scripts.terraform_events import Diagnostic

STAGING = Place("222222222222", "eu-west-1")


def _plan(kind: str, **values: Any) -> dict[str, Any]:
    change = {"address": "it", "type": kind, "change": {"after": values}}
    return {"resource_changes": [change]}


def _error(summary: str, address: str = "it") -> Diagnostic:
    return Diagnostic("error", summary, "", address)


@pytest.mark.parametrize(
    ("kind", "values", "told", "identifier"),
    [
        ("aws_iam_role", {"name": "x"}, "EntityAlreadyExists: Role with name x", "x"),
        ("aws_s3_bucket", {"bucket": "x"}, "BucketAlreadyOwnedByYou: Your previous", "x"),
        (
            "aws_iam_policy",
            {"name": "x"},
            "EntityAlreadyExists",
            "arn:aws:iam::222222222222:policy/x",
        ),
        (
            "aws_iam_openid_connect_provider",
            {"url": "https://forge.example/a"},
            "EntityAlreadyExists: Provider with url",
            "arn:aws:iam::222222222222:oidc-provider/forge.example/a",
        ),
        (
            "aws_iam_service_linked_role",
            {"aws_service_name": "config.amazonaws.com"},
            "Service role name AWSServiceRoleForConfig has been taken in this account",
            "arn:aws:iam::222222222222:role/aws-service-role/config.amazonaws.com/"
            "AWSServiceRoleForConfig",
        ),
        ("aws_kms_alias", {"name": "alias/x"}, "AlreadyExistsException", "alias/x"),
        (
            "aws_lambda_permission",
            {"function_name": "f", "statement_id": "s"},
            "ResourceConflictException: The statement id (s) provided already exists",
            "f/s",
        ),
        (
            "aws_macie2_account",
            {"status": "ENABLED"},
            "ConflictException: Macie has already been enabled",
            "222222222222",
        ),
        (
            "aws_route_table_association",
            {"subnet_id": "subnet-1", "route_table_id": "rtb-1"},
            "Resource.AlreadyAssociated: the specified association",
            "subnet-1/rtb-1",
        ),
        (
            "aws_sagemaker_user_profile",
            {"domain_id": "d-1", "user_profile_name": "lena"},
            "ResourceInUse: User Profile already exists",
            "arn:aws:sagemaker:eu-west-1:222222222222:user-profile/d-1/lena",
        ),
        ("aws_ssm_parameter", {"name": "/x"}, "The parameter already exists.", "/x"),
    ],
)
def test_what_exists_is_named_as_it_is_imported(
    kind: str, values: dict[str, Any], told: str, identifier: str
) -> None:
    assert adoptable(_plan(kind, **values), [_error(told)], STAGING) == {"it": identifier}


@pytest.mark.parametrize(
    ("kind", "values", "error"),
    [
        ("aws_iam_role", {"name": "x"}, _error("AccessDenied: no")),
        ("aws_iam_role", {"name": "x"}, _error("EntityAlreadyExists", "another")),
        ("aws_vpc", {"cidr_block": "10.0.0.0/16"}, _error("Duplicate")),
        ("aws_iam_role", {}, _error("EntityAlreadyExists")),
    ],
    ids=["another error", "another resource", "a type without a name", "a name not known yet"],
)
def test_what_no_name_means_is_never_adopted(
    kind: str, values: dict[str, Any], error: Diagnostic
) -> None:
    assert adoptable(_plan(kind, **values), [error], STAGING) == {}


def test_notes_of_several_runs_add_up(tmp_path: Path) -> None:
    file = tmp_path / "adoptions.tf.json"
    note(file, {"b": "2"})
    note(file, {"a": "1", "b": "3"})
    assert json.loads(file.read_text()) == {
        "import": [{"to": "a", "id": "1"}, {"to": "b", "id": "3"}]
    }


def test_what_is_gone_by_now_is_dropped_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "adoptions.tf.json"
    note(file, {'a.b["x"]': "1", "c.d": "2"})
    gone = Diagnostic(
        "error",
        "Cannot import non-existent remote object",
        'While attempting to import an existing object to "a.b["x"]", the provider\n'
        "detected that no object exists with the given id.",
        "",
    )
    assert drop(file, [gone])
    assert json.loads(file.read_text()) == {"import": [{"to": "c.d", "id": "2"}]}
    assert not drop(file, [gone])
    assert not drop(file, [_error("AccessDenied")])
    assert not drop(tmp_path / "none", [gone])
