"""Keys: their own policy decides, and a service uses them with its caller's rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.cases.case import Attempt, Case
from tests.conformance.making import bucket, key, person
from tests.conformance.place import Keys, Place, allow, deny

_OBJECTS = ("s3:PutObject", "s3:GetObject")
_USES = ("kms:GenerateDataKey", "kms:Decrypt")


def _decides(place: Place) -> Attempt:
    arn = key(place, open_to_account=False)
    client = place.client("kms", person(place, allow("kms:*")))
    return lambda: client.encrypt(KeyId=arn, Plaintext=b"a")


def _denies(place: Place) -> Attempt:
    arn = key(place, deny("kms:Encrypt", Principal={"AWS": place.root}))
    client = place.client("kms", person(place, allow("kms:*")))
    return lambda: client.encrypt(KeyId=arn, Plaintext=b"a")


def _via_s3(place: Place) -> tuple[Keys, str]:
    """Make somebody who may use a key by way of S3 only."""
    arn = key(place)
    via = {"StringEquals": {"kms:ViaService": f"s3.{place.region}.amazonaws.com"}}
    return person(place, allow(*_OBJECTS), allow(*_USES, on=arn, Condition=via)), arn


def _direct(place: Place) -> Attempt:
    who, arn = _via_s3(place)
    client = place.client("kms", who)
    return lambda: client.generate_data_key(KeyId=arn, KeySpec="AES_256")


def _by_way_of_s3(place: Place) -> Attempt:
    (who, arn), name = _via_s3(place), bucket(place)
    s3 = place.client("s3", who)

    def write_and_read() -> bool:
        _write(s3, name, arn)
        return bool(s3.get_object(Bucket=name, Key="a")["Body"].read() == b"a")

    return write_and_read


def _write(s3: Any, name: str, arn: str) -> None:
    s3.put_object(Bucket=name, Key="a", Body=b"a", ServerSideEncryption="aws:kms", SSEKMSKeyId=arn)


def _without_the_key(place: Place) -> Attempt:
    name, arn = bucket(place), key(place)
    s3 = place.client("s3", person(place, allow(*_OBJECTS)))
    return lambda: _write(s3, name, arn)


def _read_without_the_key(place: Place) -> Attempt:
    name, arn = bucket(place), key(place)
    _write(place.client("s3"), name, arn)
    s3 = place.client("s3", person(place, allow(*_OBJECTS)))
    return lambda: s3.get_object(Bucket=name, Key="a")


CASES: Mapping[str, Case] = {
    "forwarded-access-needs-the-key": _without_the_key,
    "key-policy-decides": _decides,
    "key-policy-denies": _denies,
    "kms-via-service-holds-by-way-of-it": _by_way_of_s3,
    "kms-via-service-refuses-direct-use": _direct,
    "object-of-a-key-is-read-with-the-key": _read_without_the_key,
}
