"""Signatures are verified as AWS publishes them, as botocore makes them, and no other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.twin.sent_requests import EMPTY, KEY, SECRET, THEN, authorization, sent
from twin import signing
from twin.canonical_request import SentRequest
from twin.unauthentic import Reason, Unauthentic


def verified(request: SentRequest, secret: str, now: datetime) -> bytes:
    signature = signing.read(request)
    assert signature is not None
    return signing.verify(request, signature, secret, now)


def refused(request: SentRequest, secret: str, now: datetime) -> Reason:
    with pytest.raises(Unauthentic) as error:
        verified(request, secret, now)
    return error.value.reason


# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
OF_S3 = [
    pytest.param(
        sent(
            "GET",
            "/test.txt",
            {
                "Host": "examplebucket.s3.amazonaws.com",
                "Range": "bytes=0-9",
                "x-amz-content-sha256": EMPTY,
                "x-amz-date": "20130524T000000Z",
                "Authorization": authorization(
                    "host;range;x-amz-content-sha256;x-amz-date",
                    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
                ),
            },
        ),
        id="get",
    ),
    pytest.param(
        sent(
            "PUT",
            "/test%24file.text",
            {
                "Host": "examplebucket.s3.amazonaws.com",
                "Date": "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-date": "20130524T000000Z",
                "x-amz-storage-class": "REDUCED_REDUNDANCY",
                "x-amz-content-sha256": (
                    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
                ),
                "Authorization": authorization(
                    "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
                ),
            },
            b"Welcome to Amazon S3.",
        ),
        id="put",
    ),
    pytest.param(
        sent(
            "GET",
            "/?max-keys=2&prefix=J",
            {
                "Host": "examplebucket.s3.amazonaws.com",
                "x-amz-content-sha256": EMPTY,
                "x-amz-date": "20130524T000000Z",
                "Authorization": authorization(
                    "host;x-amz-content-sha256;x-amz-date",
                    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
                ),
            },
        ),
        id="list",
    ),
    pytest.param(
        # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
        sent(
            "GET",
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"
            "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z"
            "&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature="
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
            {"Host": "examplebucket.s3.amazonaws.com"},
        ),
        id="link",
    ),
]


@pytest.mark.parametrize("request_", OF_S3)
def test_published_example_is_believed(request_: SentRequest) -> None:
    verified(request_, SECRET, THEN + timedelta(minutes=14))


@pytest.mark.parametrize("request_", OF_S3)
def test_published_example_with_another_secret_is_refused(request_: SentRequest) -> None:
    assert refused(request_, SECRET[:-1] + "Z", THEN) is Reason.MISMATCH


# What SDKs put into addresses, headers and bodies, and beyond.
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=12)
WORD = st.text("abcXYZ019-_", min_size=1, max_size=8)
BODIES = st.binary(max_size=64)
SIGNERS = {
    "header": (SigV4Auth, "sagemaker"),
    "s3-header": (S3SigV4Auth, "s3"),
    "link": (SigV4QueryAuth, "sts"),
    "s3-link": (S3SigV4QueryAuth, "s3"),
}


@st.composite
def made(draw: st.DrawFn) -> tuple[SentRequest, datetime]:
    """A request as botocore signs it."""
    kind = draw(st.sampled_from(sorted(SIGNERS)))
    signer, service = SIGNERS[kind]
    link = kind.endswith("link")
    segments = draw(st.lists(WORD | TEXT.filter(lambda t: t not in ("", ".", "..")), max_size=3))
    path = "/" + "/".join(quote(segment, safe="~") for segment in segments)
    query = draw(st.dictionaries(WORD, TEXT, max_size=3))
    url = f"http://127.0.0.1:4566{path}"
    if query:
        url += "?" + "&".join(f"{quote(k)}={quote(v, safe='-_.~')}" for k, v in query.items())
    headers = (
        {}
        if link
        else draw(
            st.dictionaries(
                WORD.map(lambda w: f"x-amz-meta-{w.replace('_', '-').lower()}"),
                st.text("ab  ,;=/", max_size=9),
                max_size=2,
            )
        )
    )
    body = b"" if link else draw(BODIES)
    method = draw(st.sampled_from(["GET", "PUT", "POST", "DELETE"]))
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    signer(Credentials(KEY, SECRET, draw(st.none() | WORD)), service, "eu-west-1").add_auth(request)
    prepared = request.prepare()
    address = urlsplit(prepared.url)
    sent_headers = {
        name: value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in prepared.headers.items()
    }
    sent_headers["Host"] = address.netloc
    uri = address.path + (f"?{address.query}" if address.query else "")
    return sent(method, uri, sent_headers, body), datetime.now(UTC)


@settings(max_examples=300)
@given(made())
def test_what_botocore_signs_is_believed(case: tuple[SentRequest, datetime]) -> None:
    request, now = case

    verified(request, SECRET, now)


@settings(max_examples=300)
@given(made(), st.data())
def test_what_was_altered_after_botocore_signed_it_is_refused(
    case: tuple[SentRequest, datetime], data: st.DataObject
) -> None:
    request, now = case
    environ = dict(request.environ)
    what = data.draw(st.sampled_from(["method", "path", "query", "host", "body", "signature"]))
    body = request.body
    if what == "method":
        environ["REQUEST_METHOD"] = "PATCH"
    elif what == "path":
        path, mark, query = environ["REQUEST_URI"].partition("?")
        environ["REQUEST_URI"] = f"{path}/x{mark}{query}"
    elif what == "query":
        environ["REQUEST_URI"] += ("&" if "?" in environ["REQUEST_URI"] else "?") + "acl="
    elif what == "host":
        environ["HTTP_HOST"] = "127.0.0.1:4567"
    elif what == "body":
        signature = signing.read(request)
        assert signature is not None
        if signature.is_s3 and signature.lifetime is not None:
            return  # a link to S3 says nothing about a body
        body += b"x"
    else:
        for key, value in environ.items():
            if key in ("HTTP_AUTHORIZATION", "REQUEST_URI") and "ignature=" in str(value):
                head, _, tail = str(value).rpartition("ignature=")
                environ[key] = f"{head}ignature={'0' if tail[0] != '0' else '1'}{tail[1:]}"
    altered = replace(request, environ=environ, body=body)

    assert refused(altered, SECRET, now) in (Reason.MISMATCH, Reason.WRONG_BODY_HASH)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        pytest.param("AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo=", Reason.UNSUPPORTED, id="old"),
        pytest.param("Bearer token", Reason.MALFORMED, id="bearer"),
        pytest.param("AWS4-HMAC-SHA256", Reason.MALFORMED, id="nothing-in-it"),
        pytest.param(
            "AWS4-HMAC-SHA256 Credential=A/20130524/r/s3/aws4_request, SignedHeaders=host",
            Reason.MALFORMED,
            id="no-signature",
        ),
        pytest.param(
            "AWS4-HMAC-SHA256 Credential=A/2013/r/s3/aws4_request, SignedHeaders=host, Signature=a",
            Reason.MALFORMED,
            id="no-day",
        ),
        pytest.param(
            "AWS4-HMAC-SHA256 Credential=A/20130523/r/s3/aws4_request, SignedHeaders=host, "
            "Signature=a",
            Reason.MALFORMED,
            id="another-day",
        ),
    ],
)
def test_header_that_is_no_signature_is_refused(header: str, reason: Reason) -> None:
    headers = {"Host": "h", "x-amz-date": "20130524T000000Z", "Authorization": header}

    with pytest.raises(Unauthentic) as error:
        signing.read(sent("GET", "/", headers))

    assert error.value.reason is reason


@pytest.mark.parametrize(
    ("minutes", "service", "believed"),
    [
        pytest.param(4, "ssm", True, id="late"),
        pytest.param(6, "ssm", False, id="too-late"),
        pytest.param(-4, "ssm", True, id="early"),
        pytest.param(-6, "ssm", False, id="too-early"),
        pytest.param(14, "s3", True, id="late-for-s3"),
        pytest.param(16, "s3", False, id="too-late-for-s3"),
    ],
)
def test_time_stamp_holds_for_minutes(minutes: int, service: str, believed: bool) -> None:
    request = AWSRequest("GET", "http://h/", {"Host": "h"}, b"")
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(KEY, SECRET), service, "r").add_auth(request)
    came = sent("GET", "/", dict(request.headers.items()))
    now = datetime.now(UTC) + timedelta(minutes=minutes)

    if believed:
        verified(came, SECRET, now)
    else:
        assert refused(came, SECRET, now) is Reason.SKEWED


def test_request_without_a_signature_has_none() -> None:
    assert signing.read(sent("GET", "/bucket/key", {"Host": "h"})) is None
