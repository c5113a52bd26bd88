"""Data that somebody brings are pinned by their digest and the version of their object."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import pytest

from scripts.access import Access
from scripts.training_data import bring_data

_ROWS = b"size,price\n1,2\n"


class _Account:
    """A bucket that keeps versions, or not, and who reaches it."""

    endpoint = None

    def __init__(self, version: str | None) -> None:
        self.version, self.put = version, dict[str, Any]()

    def client(self, service: str, region: str) -> _Account:
        assert (service, region) == ("s3", "eu-west-1")
        return self

    def put_object(self, **request: Any) -> dict[str, Any]:
        self.put = request
        return {"VersionId": self.version} if self.version else {}


@pytest.mark.parametrize(("version", "told"), [("v7", "v7"), (None, "unrecorded")])
def test_a_run_is_told_address_digest_and_version_of_what_was_brought(
    version: str | None, told: str
) -> None:
    account = _Account(version)
    brought = bring_data(
        cast(Access, account), "eu-west-1", "data", "raw/churn/now/rows.csv", _ROWS
    )
    assert account.put == {"Bucket": "data", "Key": "raw/churn/now/rows.csv", "Body": _ROWS}
    assert brought.parameters == {
        "InputDataSha256": hashlib.sha256(_ROWS).hexdigest(),
        "InputDataUri": "s3://data/raw/churn/now/rows.csv",
        "InputDataVersion": told,
    }
