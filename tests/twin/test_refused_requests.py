"""Requests that AWS would not believe get AWS's own error, in each protocol, and change nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.twin.names import bucket, unique
from tests.twin.raw_requests import Making, Raw, makings, send, signed
from tests.twins import DATA_SCIENCE, STAGING, RunningTwin
from twin.credentials import Credentials

INVALID = {
    "json": "InvalidSignatureException",
    "query": "SignatureDoesNotMatch",
    "ec2": "AuthFailure",
    "s3": "SignatureDoesNotMatch",
}
UNKNOWN_KEY = {
    "json": "UnrecognizedClientException",
    "query": "InvalidClientTokenId",
    "ec2": "AuthFailure",
    "s3": "InvalidAccessKeyId",
}
WRONG_TOKEN = {**UNKNOWN_KEY, "s3": "InvalidToken"}
UNTIMELY = {**INVALID, "ec2": "RequestExpired", "s3": "RequestTimeTooSkewed"}
MALFORMED = {
    "json": "IncompleteSignatureException",
    "query": "IncompleteSignature",
    "ec2": "IncompleteSignature",
    "s3": "AuthorizationHeaderMalformed",
}
NOT_SIGNED_HEADERS = {**INVALID, "s3": "AccessDenied"}


@dataclass(frozen=True)
class Sending:
    """What an attack has: the request, its service, keys and the twin's address."""

    raw: Raw
    service: str
    keys: Credentials
    others: Credentials
    url: str

    def sign(self, keys: Credentials | None = None, **more: timedelta | str) -> Raw:
        return signed(self.url, self.raw, self.service, keys or self.keys, **more)  # type: ignore[arg-type]


def another_secret(s: Sending) -> Raw:
    return s.sign(replace(s.keys, secret_access_key=secrets.token_urlsafe(30)))


def secret_of_another_account(s: Sending) -> Raw:
    return s.sign(replace(s.keys, secret_access_key=s.others.secret_access_key))


def altered_body(s: Sending) -> Raw:
    raw = s.sign()
    # Of the same length, where there is one, and still a request of the same thing.
    return replace(raw, body=raw.body[:-1] + b" ") if raw.body else replace(raw, body=b"{ }")


def altered_address(s: Sending) -> Raw:
    raw = s.sign()
    mark = "&" if "?" in raw.path else "?"
    return replace(raw, path=f"{raw.path}{mark}x-extra=1")


def signed_for_another_host(s: Sending) -> Raw:
    return s.sign().having(Host="s3.amazonaws.com")


def sent_again_later(s: Sending) -> Raw:
    return s.sign(late=timedelta(minutes=20))


def signed_in_the_future(s: Sending) -> Raw:
    return s.sign(late=timedelta(minutes=-20))


def unknown_key(s: Sending) -> Raw:
    return s.sign(Credentials("AKIAQQQQQQQQQQQQQQQQ", "secret"))


def without_its_token(s: Sending) -> Raw:
    return s.sign(replace(s.keys, session_token=None))


def with_anothers_token(s: Sending) -> Raw:
    return s.sign(replace(s.keys, session_token=s.others.session_token))


def half_a_header(s: Sending) -> Raw:
    raw = s.sign()
    return raw.having(Authorization=raw.headers["Authorization"].rpartition(",")[0])


def no_date(s: Sending) -> Raw:
    return s.sign().without("X-Amz-Date")


def other_scope(s: Sending) -> Raw:
    raw = s.sign()
    text = raw.headers["Authorization"].replace("/eu-west-1/", "/us-east-1/")
    return raw.having(Authorization=text)


def unsigned_header(s: Sending) -> Raw:
    return s.sign().having(x_amz_tagging="a=b")


ATTACKS: list[tuple[Callable[[Sending], Raw], dict[str, str]]] = [
    (another_secret, INVALID),
    (secret_of_another_account, INVALID),
    (altered_body, {**INVALID, "s3": "XAmzContentSHA256Mismatch"}),
    (altered_address, INVALID),
    (signed_for_another_host, INVALID),
    (sent_again_later, UNTIMELY),
    (signed_in_the_future, UNTIMELY),
    (unknown_key, UNKNOWN_KEY),
    (without_its_token, WRONG_TOKEN),
    (with_anothers_token, WRONG_TOKEN),
    (half_a_header, MALFORMED),
    (no_date, MALFORMED),
    (other_scope, INVALID),
    (unsigned_header, NOT_SIGNED_HEADERS),
]
SERVICES = ["ssm", "iam", "ec2", "codeartifact", "s3"]


@pytest.fixture(scope="module")
def requests(running_twin: RunningTwin) -> dict[str, Making]:
    made = makings(bucket(running_twin, DATA_SCIENCE))
    return {making.service: making for making in made}


@pytest.fixture(scope="module")
def keys(running_twin: RunningTwin) -> tuple[Credentials, Credentials]:
    return running_twin.session(DATA_SCIENCE), running_twin.session(STAGING)


@pytest.mark.parametrize("service", SERVICES)
def test_request_signed_by_hand_is_served(
    running_twin: RunningTwin,
    requests: dict[str, Making],
    keys: tuple[Credentials, Credentials],
    service: str,
) -> None:
    making, name = requests[service], unique("made")

    answer = send(
        running_twin.url, signed(running_twin.url, making.request(name), service, keys[0])
    )

    assert answer.status == 200, answer
    assert making.happened(running_twin, name)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("attack", "codes"), ATTACKS, ids=[a.__name__ for a, _ in ATTACKS])
def test_forged_request_is_refused_and_changes_nothing(
    running_twin: RunningTwin,
    requests: dict[str, Making],
    keys: tuple[Credentials, Credentials],
    attack: Callable[[Sending], Raw],
    codes: dict[str, str],
    service: str,
) -> None:
    making, name = requests[service], unique("forged")
    sending = Sending(making.request(name), service, *keys, running_twin.url)

    answer = send(running_twin.url, attack(sending))

    assert answer.code == codes[making.family], answer
    assert not making.happened(running_twin, name)


@pytest.mark.parametrize(
    ("service", "code"),
    [
        pytest.param("ssm", "IncompleteSignatureException", id="json"),
        pytest.param("iam", "IncompleteSignature", id="query"),
        pytest.param("s3", "InvalidRequest", id="s3"),
    ],
)
def test_signature_of_an_older_kind_is_refused_and_changes_nothing(
    running_twin: RunningTwin, requests: dict[str, Making], service: str, code: str
) -> None:
    making, name = requests[service], unique("older")
    key = running_twin.session(DATA_SCIENCE).access_key_id

    raw = making.request(name).having(Authorization=f"AWS {key}:c2lnbmF0dXJl")

    assert send(running_twin.url, raw).code == code
    assert not making.happened(running_twin, name)


@pytest.mark.parametrize(
    ("service", "code"),
    [
        pytest.param("ssm", "MissingAuthenticationTokenException", id="json"),
        pytest.param("iam", "MissingAuthenticationToken", id="query"),
        pytest.param("s3", "AccessDenied", id="s3"),
    ],
)
def test_unsigned_request_is_refused_and_changes_nothing(
    running_twin: RunningTwin, requests: dict[str, Making], service: str, code: str
) -> None:
    making, name = requests[service], unique("unsigned")

    answer = send(running_twin.url, making.request(name))

    assert (answer.status, answer.code) == (403, code)
    assert not making.happened(running_twin, name)


@pytest.mark.parametrize("end", ["disabled", "deleted"])
@pytest.mark.parametrize("service", SERVICES)
def test_key_that_was_disabled_or_deleted_is_refused(
    running_twin: RunningTwin, requests: dict[str, Making], service: str, end: str
) -> None:
    iam, user = running_twin.client("iam"), unique("leaver")
    iam.create_user(UserName=user)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    held = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    name = {"UserName": user, "AccessKeyId": key["AccessKeyId"]}
    if end == "disabled":
        iam.update_access_key(**name, Status="Inactive")
    else:
        iam.delete_access_key(**name)
    making, thing = requests[service], unique("late")

    raw = signed(running_twin.url, making.request(thing), service, held)

    assert send(running_twin.url, raw).code == UNKNOWN_KEY[making.family]
    assert not making.happened(running_twin, thing)


def test_captured_request_serves_nobody_with_another_body(
    running_twin: RunningTwin,
    requests: dict[str, Making],
    keys: tuple[Credentials, Credentials],
) -> None:
    making, name, other = requests["ssm"], unique("captured"), unique("replaced")
    captured = signed(running_twin.url, making.request(name), "ssm", keys[0])
    assert send(running_twin.url, captured).status == 200

    swapped = replace(captured, body=making.request(other).body)

    assert send(running_twin.url, swapped).code == "InvalidSignatureException"
    assert not making.happened(running_twin, other)
