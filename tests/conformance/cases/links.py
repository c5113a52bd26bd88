"""Presigned links, and signatures that are not believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket, person
from tests.conformance.place import Keys, Place, allow


def _fetched(url: str) -> tuple[int, str]:
    """Fetch a link as a browser does, without following it elsewhere."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=20)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def _link(place: Place, who: Keys | None, name: str, seconds: int = 300) -> str:
    place.client("s3").put_object(Bucket=name, Key="a", Body=b"held")
    return str(
        place.client("s3", who).generate_presigned_url(
            "get_object", Params={"Bucket": name, "Key": "a"}, ExpiresIn=seconds
        )
    )


def _holds(place: Place) -> Attempt:
    name = bucket(place)
    url = _link(place, person(place, allow("s3:GetObject")), name)
    return lambda: _fetched(url) == (200, "held")


def _without_right(place: Place) -> Attempt:
    url = _link(place, person(place), bucket(place))

    def refused() -> bool:
        status, body = _fetched(url)
        return status == 403 and "<Code>AccessDenied</Code>" in body

    return refused


def _altered(place: Place) -> Attempt:
    name = bucket(place)
    url = _link(place, person(place, allow("s3:GetObject")), name).replace("/a?", "/b?")

    def refused() -> bool:
        status, body = _fetched(url)
        return status == 403 and "<Code>SignatureDoesNotMatch</Code>" in body

    return refused


def _expired(place: Place) -> Attempt:
    url = _link(place, person(place, allow("s3:GetObject")), bucket(place), seconds=1)

    def refused() -> bool:
        status, body = _fetched(url)
        return status == 403 and "Request has expired" in body

    def within_seconds() -> bool:
        place.patience = max(place.patience, 6.0)
        return bool(place.until(refused))

    return within_seconds


def _wrong_secret(place: Place) -> Attempt:
    who = replace(person(place), secret_access_key="A" * 40)
    sts = place.client("sts", who)
    return lambda: sts.get_caller_identity()


CASES: Mapping[str, Case] = {
    "presigned-link-expires": _expired,
    "presigned-link-for-another-object": _altered,
    "presigned-link-holds": _holds,
    "presigned-link-without-right": _without_right,
    "wrong-secret": _wrong_secret,
}
