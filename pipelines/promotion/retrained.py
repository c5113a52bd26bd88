"""A release as an account runs it that has trained it anew: what was signed, with what was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.closed_json import LARGEST
from pipelines.errors import Finding
from pipelines.organization_models import Promotes
from pipelines.promotion.documents import parse_document
from pipelines.promotion.release import Data, ExactObject, Release
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target

RETRAINING_FILE = "retraining.json"
_KIND = "retraining"


class EvidenceClient(Protocol):
    """The operation of the `s3` client that is used here."""

    def get_object(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Retrained(Release):
    """A release of code in one account: archive, evaluation, rows and data are those made there.

    Identifier and document stay those of the release that was signed.
    """

    signed: Release = field(kw_only=True)

    @property
    def id(self) -> str:
        """Identifier of the release that was signed."""
        return self.signed.id

    def document(self) -> dict[str, Any]:
        """Return the document of the release that was signed."""
        return self.signed.document()


def as_made(release: Release, document: Mapping[str, Any]) -> Retrained:
    """Lay over a release what an account says that it has made for it."""
    taken = {one.name: getattr(release, one.name) for one in fields(Release)}
    signed = Retrained(**taken, signed=release)
    return replace(
        signed,
        archive=ExactObject(**document["archive"]),
        evaluation=ExactObject(**document["evaluation"]),
        holdout=ExactObject(**document["holdout"]),
        predictions=ExactObject(**document["predictions"]),
        data=Data(document["data"]["uri"], document["data"]["sha256"]),
    )


def parse_retraining(
    address: str, content: bytes, release: Release, account: str, execution_id: str
) -> Retrained:
    """Read what an account has trained for a release; refuse what is about anything else."""
    document = parse_document(address, _KIND, content)
    for what, wanted, found in (
        ("release with digest", release.sha256, document["release_sha256"]),
        ("account", account, document["account"]),
        ("execution", execution_id, document["execution_id"]),
        ("definition", release.definition_sha256, document["definition"]["sha256"]),
        ("image", release.image.digest, document["image"]["digest"]),
    ):
        if wanted != found:
            raise Finding(address, f"must be of the {what} {wanted}", got=found)
    return as_made(release, document)


def as_served(settings: Settings, s3: EvidenceClient, target: Target, release: Release) -> Release:
    """Tell what a release is in this account: as it was signed, or as this execution trained it.

    Raises EnvironmentFault where code was promoted and nothing is kept of its training.
    """
    if release.promotes is Promotes.MODEL:
        return release
    account, execution = settings.account.name, settings.execution_id
    key = f"releases/{release.model}/{release.id}/{execution}/{account}/{RETRAINING_FILE}"
    address = f"s3://{target.evidence_bucket}/{key}"
    with aws_call(address, "must be evidence of what was trained here, that can be read"):
        answer = s3.get_object(Bucket=target.evidence_bucket, Key=key)
        content = answer["Body"].read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Finding(address, f"must have at most {LARGEST} bytes", got="more")
    return parse_retraining(address, content, release, account, execution)


def region_of_rows(settings: Settings, release: Release) -> str:
    """Tell in which region the held-out rows lie: at home, or where a release was trained."""
    here = isinstance(release, Retrained)
    return settings.account.region if here else settings.home.region
