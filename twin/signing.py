"""Verifies who sent a request: Signature Version 4, in a header or in a presigned link.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from twin.canonical_request import CanonicalRequest, SentRequest, hashed
from twin.unauthentic import Reason, Unauthentic

_ALGORITHM = "AWS4-HMAC-SHA256"
_PART = re.compile(r"^(Credential|SignedHeaders|Signature)=(.+)$")
_SCOPE = re.compile(r"^([^/\s]+)/(\d{8})/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request$")
_STAMP = "%Y%m%dT%H%M%SZ"
_LONGEST_LINK = timedelta(days=7)
_UNSIGNED = "UNSIGNED-PAYLOAD"

# A request must arrive within five minutes of its time stamp; S3 gives fifteen.
_TOLERANCE = timedelta(minutes=5)
_TOLERANCE_OF_S3 = timedelta(minutes=15)


@dataclass(frozen=True)
class Signature:
    """What the signature of a request says of itself, and what it is made of."""

    access_key_id: str
    date: str
    region: str
    signing_name: str
    stamp: str
    signed_headers: tuple[str, ...]
    value: str
    token: str | None = None
    lifetime: timedelta | None = None
    """How long a presigned link holds; None for a signature in a header."""

    @property
    def scope(self) -> str:
        """The credential scope without the key."""
        return f"{self.date}/{self.region}/{self.signing_name}/aws4_request"

    @property
    def is_s3(self) -> bool:
        """Whether S3's own rules hold: path encoded once, body perhaps unsigned."""
        return self.signing_name in ("s3", "s3express", "s3-outposts", "s3-object-lambda")

    @property
    def signed_at(self) -> datetime:
        """When the request was signed."""
        return datetime.strptime(self.stamp, _STAMP).replace(tzinfo=UTC)


def read(request: SentRequest) -> Signature | None:
    """Return the signature of a request, or None where it carries none at all.

    Raises Unauthentic where it is incomplete, contradicts itself or is of an older version.
    """
    header = request.header("authorization")
    if header:
        return _of_header(header, request)
    query = request.query
    if "X-Amz-Algorithm" in query or "X-Amz-Signature" in query or "X-Amz-Credential" in query:
        return _of_link(query)
    if "AWSAccessKeyId" in query:
        raise Unauthentic(Reason.UNSUPPORTED)
    return None


def verify(request: SentRequest, signature: Signature, secret: str, now: datetime) -> bytes:
    """Raise Unauthentic unless the holder of the secret sent this request, and did so lately.

    Returns the key that signed it, with which the chunks of a streamed body are signed too. The
    body's own hash is part of what is verified; bodies that S3 lets be streamed or unsigned are
    left to ``streamed_payloads``.
    """
    _refuse_untimely(signature, now)
    _refuse_unsigned_headers(request, signature)
    canonical = CanonicalRequest(
        request, signature.signed_headers, _body_hash(request, signature), signature.is_s3
    )
    wanted = "\n".join((_ALGORITHM, signature.stamp, signature.scope, hashed(canonical.text())))
    key = signing_key(secret, signature.date, signature.region, signature.signing_name)
    made = hmac.new(key, wanted.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(made.encode(), signature.value.encode()):
        raise Unauthentic(Reason.MISMATCH)
    return key


@lru_cache(maxsize=2048)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """Return the key that signs one day's requests to one service of one region."""
    key = ("AWS4" + secret).encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def _of_header(header: str, request: SentRequest) -> Signature:
    algorithm, _, rest = header.strip().partition(" ")
    if algorithm == "AWS" or algorithm.startswith("AWS4-ECDSA"):
        raise Unauthentic(Reason.UNSUPPORTED)
    parts: dict[str, str] = {}
    for text in rest.split(","):
        found = _PART.match(text.strip())
        if found is None and text.strip():
            raise Unauthentic(Reason.MALFORMED, _not_a_pair(text.strip(), header))
        if found is not None:
            parts[found.group(1)] = found.group(2)
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if name not in parts]
    if algorithm != _ALGORITHM or missing:
        raise Unauthentic(Reason.MALFORMED, _needs(missing, header))
    stamp = _stamp_of(request)
    signature = _made(parts, stamp, request.header("x-amz-security-token"), Reason.MALFORMED)
    if signature.date != stamp[:8]:
        raise Unauthentic(Reason.MALFORMED, _other_day(signature))
    return signature


def _of_link(query: Mapping[str, str]) -> Signature:
    names = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders")
    wanted = (*names, "X-Amz-Signature", "X-Amz-Expires")
    missing = [name for name in wanted if not query.get(name)]
    if missing:
        detail = (
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
            " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )
        raise Unauthentic(Reason.MALFORMED_LINK, detail)
    if query["X-Amz-Algorithm"] != _ALGORITHM:
        detail = f'X-Amz-Algorithm only supports "{_ALGORITHM}"'
        raise Unauthentic(Reason.MALFORMED_LINK, detail)
    parts = {
        "Credential": query["X-Amz-Credential"],
        "SignedHeaders": query["X-Amz-SignedHeaders"],
        "Signature": query["X-Amz-Signature"],
    }
    token = query.get("X-Amz-Security-Token")
    lifetime = _lifetime(query["X-Amz-Expires"])
    stamp = query["X-Amz-Date"]
    signature = _made(parts, stamp, token, Reason.MALFORMED_LINK, lifetime)
    if signature.date != stamp[:8]:
        raise Unauthentic(Reason.MALFORMED_LINK, _other_day(signature))
    return signature


def _made(
    parts: Mapping[str, str],
    stamp: str,
    token: str | None,
    reason: Reason,
    lifetime: timedelta | None = None,
) -> Signature:
    scope = _SCOPE.match(parts["Credential"])
    if scope is None:
        detail = (
            "Credential must have exactly 5 slash-delimited elements, e.g. "
            f"keyid/date/region/service/term, got '{parts['Credential']}'"
        )
        raise Unauthentic(reason, detail)
    try:
        datetime.strptime(stamp, _STAMP)
    except ValueError:
        detail = f"Date must be in ISO-8601 'basic format', got '{stamp}'"
        raise Unauthentic(reason, detail) from None
    headers = tuple(parts["SignedHeaders"].lower().split(";"))
    key, date, region, name = (str(part) for part in scope.groups())
    return Signature(key, date, region, name, stamp, headers, parts["Signature"], token, lifetime)


def _stamp_of(request: SentRequest) -> str:
    stamp = request.header("x-amz-date")
    if stamp:
        return stamp
    date = request.header("date")
    if not date:
        detail = (
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
        )
        raise Unauthentic(Reason.MALFORMED, detail)
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime(_STAMP)
    except ValueError:
        return date


def _lifetime(text: str) -> timedelta:
    if not re.fullmatch(r"-?\d{1,10}", text):
        raise Unauthentic(Reason.MALFORMED_LINK, "X-Amz-Expires should be a number")
    lifetime = timedelta(seconds=int(text))
    if lifetime < timedelta(0):
        raise Unauthentic(Reason.MALFORMED_LINK, "X-Amz-Expires must be non-negative")
    if lifetime > _LONGEST_LINK:
        detail = (
            "X-Amz-Expires must be less than a week (in seconds); that is, the given "
            "X-Amz-Expires must be less than 604800 seconds"
        )
        raise Unauthentic(Reason.MALFORMED_LINK, detail)
    return lifetime


def _refuse_untimely(signature: Signature, now: datetime) -> None:
    signed = signature.signed_at
    tolerance = _TOLERANCE_OF_S3 if signature.is_s3 else _TOLERANCE
    if signed > now + tolerance:
        raise Unauthentic(Reason.SKEWED, _untimely(signature, now, tolerance, early=True))
    if signature.lifetime is not None:
        if now >= signed + signature.lifetime:
            raise Unauthentic(Reason.EXPIRED_LINK)
    elif signed < now - tolerance:
        raise Unauthentic(Reason.SKEWED, _untimely(signature, now, tolerance, early=False))


def _untimely(signature: Signature, now: datetime, tolerance: timedelta, *, early: bool) -> str:
    if signature.is_s3:
        return ""
    shifted = (now + tolerance if early else now - tolerance).strftime(_STAMP)
    minutes = int(tolerance.total_seconds() // 60)
    told = f"({now.strftime(_STAMP)} {'+' if early else '-'} {minutes} min.)"
    if early:
        return f"Signature not yet current: {signature.stamp} is still later than {shifted} {told}"
    return f"Signature expired: {signature.stamp} is now earlier than {shifted} {told}"


def _refuse_unsigned_headers(request: SentRequest, signature: Signature) -> None:
    """Demand the host, and every header of AWS's own, among what is signed."""
    signed = signature.signed_headers
    if "host" not in signed and ":authority" not in signed:
        raise Unauthentic(Reason.UNSIGNED_HEADERS)
    # WSGI does not tell an underscore in a name from a dash.
    known = {name.replace("_", "-") for name in signed}
    if any(name not in known for name in request.own_headers()):
        raise Unauthentic(Reason.UNSIGNED_HEADERS)


def _body_hash(request: SentRequest, signature: Signature) -> str:
    told = request.header("x-amz-content-sha256")
    if not signature.is_s3:
        return hashed(request.body)
    if signature.lifetime is not None:
        told = told or request.query.get("X-Amz-Content-Sha256") or _UNSIGNED
    if not told:
        detail = "Missing required header for this request: x-amz-content-sha256"
        raise Unauthentic(Reason.UNSUPPORTED, detail)
    if told == _UNSIGNED or told.startswith("STREAMING-"):
        return told
    if not re.fullmatch(r"[0-9a-f]{64}", told):
        detail = (
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value."
        )
        raise Unauthentic(Reason.WRONG_BODY_HASH, detail)
    if told != hashed(request.body):
        raise Unauthentic(Reason.WRONG_BODY_HASH)
    return told


def _not_a_pair(text: str, header: str) -> str:
    return (
        f"'{text}' not a valid key=value pair (missing equal-sign) in Authorization header: "
        f"'{header}'."
    )


def _needs(missing: list[str], header: str) -> str:
    told = " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
    return f"{told or 'Unsupported algorithm.'} Authorization={header.split(' ', 1)[0]}"


def _other_day(signature: Signature) -> str:
    return (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
        f"HTTP: '{signature.date}' != '{signature.stamp[:8]}', from '{signature.stamp}'."
    )
