"""Bodies that S3 gets in chunks are believed as AWS publishes them, and no other way."""

from __future__ import annotations

import base64
import zlib

import pytest

from tests.twin.names import bucket
from tests.twin.raw_requests import Raw, send, signed
from tests.twin.sent_requests import SECRET, THEN, authorization, sent
from tests.twins import DATA_SCIENCE, RunningTwin
from twin import signing, streamed_payloads
from twin.canonical_request import SentRequest
from twin.errors import ServiceError
from twin.unauthentic import Unauthentic

CHUNKED = {
    "Host": "s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
    "Content-Encoding": "aws-chunked",
    "x-amz-decoded-content-length": "66560",
}
PLAIN_CHUNKS = {
    **CHUNKED,
    "Content-Length": "66824",
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "Authorization": authorization(
        "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        "x-amz-decoded-content-length;x-amz-storage-class",
        "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    ),
}
TRAILED_CHUNKS = {
    **CHUNKED,
    "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "x-amz-trailer": "x-amz-checksum-crc32c",
    "Authorization": authorization(
        "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;"
        "x-amz-storage-class;x-amz-trailer",
        "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    ),
}
PLAIN_SIGNATURES = (
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
)
TRAILED_SIGNATURES = (
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
)
TRAILER = (
    b"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
    b"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
)


def chunks(signatures: tuple[str, ...], ending: bytes) -> bytes:
    """Return AWS's published example of a body in chunks of 64 KB, 1 KB and nothing."""
    body = b""
    for size, signature in zip((65536, 1024, 0), signatures, strict=True):
        body += f"{size:x};chunk-signature={signature}\r\n".encode() + b"a" * size
        body += b"\r\n" if size else b""
    return body + ending


def unpacked(headers: dict[str, str], body: bytes) -> SentRequest:
    request = sent("PUT", "/examplebucket/chunkObject.txt", headers, body)
    signature = signing.read(request)
    assert signature is not None
    key = signing.verify(request, signature, SECRET, THEN)
    return streamed_payloads.unpacked(request, signature, key)


# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
def test_published_chunks_are_believed() -> None:
    whole = unpacked(PLAIN_CHUNKS, chunks(PLAIN_SIGNATURES, b"\r\n"))

    assert whole.body == b"a" * 66560
    assert whole.header("content-encoding") is None
    assert whole.header("content-length") == "66560"


# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
def test_published_chunks_with_a_trailer_are_believed() -> None:
    whole = unpacked(TRAILED_CHUNKS, chunks(TRAILED_SIGNATURES, TRAILER + b"\r\n"))

    assert whole.body == b"a" * 66560
    assert whole.header("x-amz-checksum-crc32c") == "sOO8/Q=="


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        pytest.param(
            PLAIN_CHUNKS,
            chunks(PLAIN_SIGNATURES, b"\r\n").replace(b"aaaa", b"aaba", 1),
            "InvalidSignatureException",
            id="altered-chunk",
        ),
        pytest.param(
            PLAIN_CHUNKS,
            chunks((PLAIN_SIGNATURES[1], PLAIN_SIGNATURES[0], PLAIN_SIGNATURES[2]), b"\r\n"),
            "InvalidSignatureException",
            id="chunks-in-another-order",
        ),
        pytest.param(
            PLAIN_CHUNKS,
            chunks(PLAIN_SIGNATURES, b"\r\n")[:65536],
            "IncompleteBody",
            id="cut-off-chunk",
        ),
        pytest.param(
            TRAILED_CHUNKS,
            chunks(TRAILED_SIGNATURES, TRAILER.replace(b"sOO8", b"sOO9")),
            "InvalidSignatureException",
            id="altered-trailer",
        ),
        pytest.param(
            TRAILED_CHUNKS,
            chunks(TRAILED_SIGNATURES, b""),
            "InvalidSignatureException",
            id="missing-trailer",
        ),
    ],
)
def test_altered_chunks_are_refused(headers: dict[str, str], body: bytes, code: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        unpacked(headers, body)

    assert refusal.value.code == code


def test_last_chunk_cannot_be_left_away() -> None:
    shortened = chunks(PLAIN_SIGNATURES, b"").partition(b"400;")[0]
    shortened += f"0;chunk-signature={PLAIN_SIGNATURES[2]}\r\n\r\n".encode()

    with pytest.raises(Unauthentic):
        unpacked(PLAIN_CHUNKS, shortened)


def upload(body: bytes, length: int, place: str) -> Raw:
    """Return an upload in chunks as SDKs send it over TLS, not signed yet."""
    headers = {
        "Content-Encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(length),
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    return Raw("PUT", place, body, headers)


def trailed(content: bytes, checksum: int) -> bytes:
    told = base64.b64encode(checksum.to_bytes(4, "big")).decode()
    head = b"%x\r\n" % len(content)
    return head + content + b"\r\n0\r\n" + f"x-amz-checksum-crc32:{told}\r\n\r\n".encode()


def test_upload_in_chunks_arrives_in_one_piece(running_twin: RunningTwin) -> None:
    name, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    content = b"all of it\r\n" * 1000
    raw = upload(trailed(content, zlib.crc32(content)), len(content), f"/{name}/k")

    answer = send(running_twin.url, signed(running_twin.url, raw, "s3", keys, trailing=True))

    assert answer.status == 200, answer
    kept = running_twin.client("s3").get_object(Bucket=name, Key="k")
    assert kept["Body"].read() == content
    assert kept.get("ContentEncoding", "") == ""


@pytest.mark.parametrize(
    ("body", "length", "code"),
    [
        pytest.param(trailed(b"whole", 1), 5, "BadDigest", id="other-checksum"),
        pytest.param(trailed(b"whole", zlib.crc32(b"whole")), 6, "IncompleteBody", id="shorter"),
        pytest.param(b"5\r\nwhole\r\n0\r\n\r\n", 5, "MalformedTrailerError", id="no-trailer"),
        pytest.param(b"whole", 5, "IncompleteBody", id="no-chunks"),
    ],
)
def test_upload_in_chunks_that_lies_is_refused_and_stores_nothing(
    running_twin: RunningTwin, body: bytes, length: int, code: str
) -> None:
    name, keys = bucket(running_twin, DATA_SCIENCE), running_twin.session(DATA_SCIENCE)
    raw = upload(body, length, f"/{name}/k")

    answer = send(running_twin.url, signed(running_twin.url, raw, "s3", keys, trailing=True))

    assert (answer.status, answer.code) == (400, code), answer
    assert running_twin.client("s3").list_objects_v2(Bucket=name)["KeyCount"] == 0
