"""Whom a service does not believe is told so in the service's own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from moto.iam.models import iam_backends

from tests.twins import DATA_SCIENCE
from twin.identity import Identities, SessionRequest
from twin.unauthentic import Reason, Unauthentic, worded

ROLE = f"arn:aws:iam::{DATA_SCIENCE}:role/any"


@pytest.mark.parametrize(
    ("service", "protocol", "code", "status"),
    [
        pytest.param("ssm", "json", "ExpiredTokenException", 403, id="json"),
        pytest.param("lambda", "rest-json", "ExpiredTokenException", 403, id="rest-json"),
        pytest.param("sts", "query", "ExpiredToken", 403, id="query"),
        pytest.param("ec2", "ec2", "RequestExpired", 400, id="ec2"),
        pytest.param("s3", "rest-xml", "ExpiredToken", 400, id="s3"),
        pytest.param("route53", "rest-xml", "ExpiredToken", 403, id="rest-xml"),
    ],
)
def test_session_that_is_over_is_refused_in_the_words_of_the_service(
    service: str, protocol: str, code: str, status: int
) -> None:
    now = datetime.now(UTC)
    clock = [now]
    identities = Identities(lambda: clock[0])
    _, keys = identities.add_session(SessionRequest(ROLE, "late", seconds=900))
    assert identities.caller(keys.access_key_id, keys.session_token).session_name == "late"

    clock[0] = now + timedelta(seconds=901)
    with pytest.raises(Unauthentic) as refused:
        identities.caller(keys.access_key_id, keys.session_token)

    error = worded(refused.value, service, protocol)
    assert (refused.value.reason, error.code, error.status) == (
        *(Reason.EXPIRED_TOKEN, code),
        status,
    )


@pytest.mark.parametrize("protocol", ["json", "rest-json", "query", "ec2", "rest-xml"])
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_is_told_as_a_refusal_to_the_sender(reason: Reason, protocol: str) -> None:
    error = worded(Unauthentic(reason), "s3" if protocol == "rest-xml" else "any", protocol)

    assert error.status in (400, 401, 403)
    assert error.code
    assert error.message


def test_long_lived_key_has_no_session_token() -> None:
    backend = iam_backends[DATA_SCIENCE]["aws"]
    backend.create_user("us-east-1", "with-a-lasting-key")
    key = backend.create_access_key("with-a-lasting-key")

    with pytest.raises(Unauthentic) as refused:
        Identities().caller(key.access_key_id, "a token of somebody")

    assert refused.value.reason is Reason.WRONG_TOKEN
