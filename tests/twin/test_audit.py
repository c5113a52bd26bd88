"""Records of requests: CloudTrail's shape, true errors, secrets masked, policies kept whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from policies.iam import Decision, Layer
from twin.audit import Outcome, identity, record_of, shortened, told
from twin.authorization.asked import Asked
from twin.authorization.decision import Ruling, Weighed
from twin.call import Call, Caller, Response
from twin.errors import ServiceError
from twin.network import Route

_ROLE = "arn:aws:iam::111111111111:role/path/worker"
_CALLER = Caller(
    "111111111111",
    "arn:aws:sts::111111111111:assumed-role/worker/w",
    "ASIA",
    "AROA:w",
    role_arn=_ROLE,
    source_identity="sofia",
    issued=datetime(2026, 11, 23, tzinfo=UTC),
)
_CALL = Call("s3", "GetObject", {"Bucket": "b"}, "eu-west-1", _CALLER, "id", b"", {})
_DONE = Response(200, {}, b"")
_IN_XML = Response(404, {}, b"<Error><Code>NoSuchKey</Code><Message>m</Message></Error>")
_BY_HEADER = Response(403, {"x-amzn-ErrorType": "Denied:http://x"}, b'{"Message": "m"}')


@pytest.mark.parametrize(
    ("response", "code", "message"),
    [
        (_IN_XML, "NoSuchKey", "m"),
        (Response(400, {}, b'{"__type": "a.b#Gone", "message": "m"}'), "Gone", "m"),
        (_BY_HEADER, "Denied", "m"),
        (Response(500, {}, b"not told"), "500", ""),
        (Response(404, {}, b""), "404", ""),
    ],
)
def test_an_error_is_told_by_its_code(response: Response, code: str, message: str) -> None:
    error = told(response)
    assert error is not None
    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize("status", [200, 204, 304])
def test_a_success_is_no_error(status: int) -> None:
    assert told(Response(status, {}, b"<Code>x</Code>")) is None


def test_a_session_is_described_with_its_issuer() -> None:
    described = identity(_CALLER)
    assert described["type"] == "AssumedRole"
    session = described["sessionContext"]
    assert session["sessionIssuer"]["arn"] == _ROLE
    assert session["sessionIssuer"]["userName"] == "worker"
    assert session["sourceIdentity"] == "sofia"
    assert session["attributes"]["creationDate"] == "2026-11-23T00:00:00Z"


def test_a_service_is_described_as_one() -> None:
    service = Caller("1", "events.amazonaws.com", "", "events", is_service=True)
    assert identity(service) == {"type": "AWSService", "invokedBy": "events.amazonaws.com"}


def test_a_record_names_endpoint_resource_and_refusal() -> None:
    asked = Asked("s3:GetObject", "arn:aws:s3:::b/k", "222222222222")
    no = Decision(False, False, Layer.ENDPOINT, ())
    error = ServiceError("AccessDenied", "no", 403)
    weighed = Weighed(asked, no, {"aws:sourcevpce": ("vpce-1",)})
    way = Route("vpc-1", "vpce-1", "111111111111", None, "10.0.0.4")
    ruling = Ruling(error, (weighed,), way)
    record = record_of(_CALL, Outcome(Response(403, {}, b""), error, 1.0, ruling))
    assert (record["vpcEndpointId"], record["sourceIPAddress"]) == ("vpce-1", "10.0.0.4")
    assert record["resources"] == [{"ARN": "arn:aws:s3:::b/k", "accountId": "222222222222"}]
    assert (record["errorCode"], record["errorMessage"]) == ("AccessDenied", "no")
    decision = record["additionalEventData"]["decision"]
    assert not decision["allowed"]
    assert decision["asked"][0]["layer"] == "VPC endpoint policy"
    assert decision["asked"][0]["keys"] == {"aws:sourcevpce": ["vpce-1"]}
    json.dumps(record)


def test_what_was_allowed_is_recorded_without_its_keys() -> None:
    yes = Decision(True, False, None, ())
    weighed = Weighed(Asked("s3:ListBucket", "*", "1"), yes, {"aws:sourceip": ("1.2.3.4",)})
    record = record_of(_CALL, Outcome(_DONE, None, 1.0, Ruling(decisions=(weighed,))))
    assert "keys" not in record["additionalEventData"]["decision"]["asked"][0]
    assert record["resources"] == []


def test_secrets_are_masked_and_policies_kept_whole() -> None:
    policy = "x" * 10_000
    kept = shortened({"PolicyDocument": policy, "Body": policy, "SecretString": "s"})
    assert kept["PolicyDocument"] == policy
    assert len(kept["Body"]) < 3_000
    assert kept["SecretString"] == "HIDDEN"
