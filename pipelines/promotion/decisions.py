"""What people have decided about a release, as it lies in the account that builds models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.attestations.evidence import Document
from pipelines.aws_call import aws_call
from pipelines.closed_json import LARGEST


class DecisionsClient(Protocol):
    """The operations of the `s3` client that are used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...
    def list_objects_v2(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Decisions:
    """Envelopes, unread: who signed them and what they say is judged elsewhere."""

    approvals: tuple[Document, ...] = ()
    revocations: tuple[Document, ...] = ()
    freezes: tuple[Document, ...] = ()


def read_decisions(
    s3: DecisionsClient, bucket: str, model: str, release_id: str, execution_id: str
) -> Decisions:
    """Read all that lies in the places for a release and its execution, and all freezes.

    Whatever cannot be listed or read stops the build (EnvironmentFault): an unread revocation
    would let pass what it is there to stop.
    """
    place = f"{model}/{release_id}"
    return Decisions(
        approvals=_documents(s3, bucket, f"approvals/{place}/{execution_id}/"),
        revocations=read_revocations(s3, bucket, model, release_id),
        freezes=_documents(s3, bucket, "freezes/"),
    )


def read_revocations(
    s3: DecisionsClient, bucket: str, model: str, release_id: str
) -> tuple[Document, ...]:
    """Read who revoked a release."""
    return _documents(s3, bucket, f"revocations/{model}/{release_id}/")


def read_rollback(s3: DecisionsClient, bucket: str, key: str) -> Document:
    """Read the decision by which somebody takes production back."""
    return _document(s3, bucket, key)


def _documents(s3: DecisionsClient, bucket: str, prefix: str) -> tuple[Document, ...]:
    return tuple(_document(s3, bucket, str(one["Key"])) for one in _listed(s3, bucket, prefix))


def _listed(s3: DecisionsClient, bucket: str, prefix: str) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        with aws_call(f"s3://{bucket}/{prefix}", "must let its decisions be listed"):
            page = s3.list_objects_v2(**request)
        yield from page.get("Contents") or ()
        if not page.get("IsTruncated"):
            return
        request["ContinuationToken"] = page["NextContinuationToken"]


def _document(s3: DecisionsClient, bucket: str, key: str) -> Document:
    address = f"s3://{bucket}/{key}"
    with aws_call(address, "must be a decision that can be read"):
        # What is larger is refused by the rule that reads it, and not worth the memory.
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read(LARGEST + 1)
    return Document(address, content)
