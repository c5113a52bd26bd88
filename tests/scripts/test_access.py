"""What AWS refuses becomes one sentence of ours, with the hint that helps."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from pipelines.errors import EnvironmentFault, GatehouseError, Misuse
from scripts.access import aws_errors, is_loopback, without_aws

LOCAL, AWS = "http://127.0.0.1:5566", None


@pytest.mark.parametrize(
    ("code", "kind", "hint"),
    [
        ("ExpiredToken", EnvironmentFault, "sign in again"),
        ("InvalidClientTokenId", EnvironmentFault, "gatehouse twin env"),
        ("AccessDeniedException", Misuse, "--as PERSON"),
        ("ThrottlingException", EnvironmentFault, ""),
    ],
)
def test_a_refusal_is_told_by_its_code(code: str, kind: type[GatehouseError], hint: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": "no\n such luck"}}, "ListPipelines")
    with pytest.raises(kind) as refusal, aws_errors("pipeline x", "must be there", AWS):
        raise error
    assert hint in (refusal.value.hint or "")
    assert "\n" not in str(refusal.value).partition("\n\n")[0]
    assert refusal.value.__cause__ is error


@pytest.mark.parametrize(
    ("endpoint", "sentence"),
    [
        (LOCAL, "http://127.0.0.1:5566: a twin must be running there, got no answer"),
        (AWS, "AWS: must be reachable"),
    ],
)
def test_no_answer_is_told_by_where_it_was_asked(endpoint: str | None, sentence: str) -> None:
    with pytest.raises(EnvironmentFault) as refusal, aws_errors("x", "must be", endpoint):
        raise EndpointConnectionError(endpoint_url=endpoint or "https://aws.example")
    assert str(refusal.value).startswith(sentence)


def test_missing_credentials_are_told() -> None:
    with pytest.raises(EnvironmentFault, match="must be there, got none"), aws_errors("", "", AWS):
        raise NoCredentialsError


@pytest.mark.parametrize(
    ("endpoint", "local"),
    [
        ("http://127.0.0.1:5566", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("https://sts.eu-west-1.amazonaws.com", False),
        ("http://127.0.0.1.example.com", False),
        (None, False),
    ],
)
def test_only_loopback_is_a_twin(endpoint: str | None, local: bool) -> None:
    assert is_loopback(endpoint) is local


def test_a_child_inherits_no_aws_variable() -> None:
    assert without_aws({"AWS_PROFILE": "x", "AWS_REGION": "y", "PATH": "z"}) == {"PATH": "z"}
