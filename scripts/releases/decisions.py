"""Decisions in their bucket: approvals, revocations and freezes, each under a name of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipelines.attestations.evidence import Document
from pipelines.attestations.moments import compact
from pipelines.errors import EnvironmentFault, Finding
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, aws_errors

_END = ".dsse.json"


@dataclass(frozen=True)
class ApprovalPlace:
    """Whose approval of which release in which execution, and when it was made."""

    model: str
    release_id: str
    execution: str
    person: str
    made_at: datetime

    @property
    def key(self) -> str:
        """Name the object; a second attempt of one person is another object."""
        name = _name(self.person, self.made_at)
        return f"approvals/{self.model}/{self.release_id}/{self.execution}/{name}"


class Decisions:
    """The bucket in which a business unit keeps what people decided on releases."""

    def __init__(self, access: Access, naming: Naming, home: Account) -> None:
        self._client = access.client("s3", home.region)
        self._endpoint = access.endpoint
        self._bucket = naming.bucket_name(home.name, "decisions")

    def approvals(self, model: str, release_id: str, execution: str) -> tuple[Document, ...]:
        """Read the approvals of a release in one execution, all of each person."""
        return self._below(f"approvals/{model}/{release_id}/{execution}/")

    def revocations(self, model: str, release_id: str) -> tuple[Document, ...]:
        """Read who revoked a release."""
        return self._below(f"revocations/{model}/{release_id}/")

    def freezes(self) -> tuple[Document, ...]:
        """Read every word about a scope: freezes and lifts."""
        return self._below("freezes/")

    def approve(self, place: ApprovalPlace, envelope: bytes) -> Document:
        """Keep an approval beside earlier ones of the same person; returns it with its address."""
        return self._put(place.key, envelope)

    def revoke(
        self, model: str, release_id: str, person: str, made_at: datetime, envelope: bytes
    ) -> None:
        """Keep a revocation."""
        self._put(f"revocations/{model}/{release_id}/{_name(person, made_at)}", envelope)

    def freeze(self, person: str, made_at: datetime, envelope: bytes) -> None:
        """Keep a word about a scope."""
        self._put(f"freezes/{_name(person, made_at)}", envelope)

    def roll_back(self, model: str, person: str, made_at: datetime, envelope: bytes) -> None:
        """Keep the decision to take production back."""
        self._put(f"rollbacks/{model}/{_name(person, made_at)}", envelope)

    def _below(self, prefix: str) -> tuple[Document, ...]:
        address = f"s3://{self._bucket}/{prefix}"
        with aws_errors(address, "must be readable", self._endpoint):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
            return tuple(
                Document(
                    f"s3://{self._bucket}/{key}",
                    self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read(),
                )
                for key in sorted(keys)
                if key.endswith(_END)
            )

    def _put(self, key: str, content: bytes) -> Document:
        address = f"s3://{self._bucket}/{key}"
        try:
            with aws_errors(address, "must be writable", self._endpoint):
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=content,
                    ChecksumAlgorithm="SHA256",
                    ContentType="application/json",
                    # Two words in one second have one name, and the second must not hide the
                    # first. The bucket refuses whoever does not ask for that.
                    IfNoneMatch="*",
                )
        except EnvironmentFault as error:
            if not str(error.got).startswith(("PreconditionFailed", "ConditionalRequestConflict")):
                raise
            raise Finding(
                address,
                "must be a name that is free: you decided something else in this second",
                got="a decision of that name",
                hint="say it again",
            ) from error
        return Document(address, content)


def _name(person: str, made_at: datetime) -> str:
    return f"{person}-{compact(made_at)}{_END}"
