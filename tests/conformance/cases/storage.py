"""Writes of S3 on a condition, and whose a bucket must be."""

from __future__ import annotations

from collections.abc import Mapping

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket
from tests.conformance.place import Place

_NOBODYS = "123456789012"


def _one_writer(place: Place) -> Attempt:
    s3, name = place.client("s3"), bucket(place)
    s3.put_object(Bucket=name, Key="lock", Body=b"one", IfNoneMatch="*")
    return lambda: s3.put_object(Bucket=name, Key="lock", Body=b"two", IfNoneMatch="*")


def _what_was_read(place: Place) -> Attempt:
    s3, name = place.client("s3"), bucket(place)
    first = s3.put_object(Bucket=name, Key="state", Body=b"one")["ETag"]
    s3.put_object(Bucket=name, Key="state", Body=b"two", IfMatch=first)
    return lambda: s3.put_object(Bucket=name, Key="state", Body=b"three", IfMatch=first)


def _owner(place: Place) -> Attempt:
    s3, name = place.client("s3"), bucket(place)
    return lambda: s3.list_objects_v2(Bucket=name, ExpectedBucketOwner=_NOBODYS)


CASES: Mapping[str, Case] = {
    "expected-owner": _owner,
    "one-writer-wins": _one_writer,
    "write-over-what-was-read": _what_was_read,
}
