"""A release: the exact set of digests that is approved, tested and deployed together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.canonical import canonical_json, sha256_of
from pipelines.errors import EnvironmentFault, Finding
from pipelines.models.variant import Variant, read_variant
from pipelines.naming import partition_of
from pipelines.organization_models import Promotes
from pipelines.promotion.documents import check_document, parse_document

RELEASE_FILE = "release.json"
# The signed statement about the release, which lies beside it.
RELEASE_ENVELOPE = "release.dsse.json"
# The report that the model was judged by, for who decides and may not read the store of models.
EVALUATION_FILE = "evaluation.json"
_KIND = "release"


@dataclass(frozen=True)
class ExactObject:
    """One version of one object, with the digest of its bytes."""

    uri: str
    version_id: str
    sha256: str

    def document(self) -> dict[str, Any]:
        """Return the form in which documents carry it."""
        return asdict(self)


@dataclass(frozen=True)
class ImageReference:
    """An image by its digest, in a repository of an account."""

    account: str
    region: str
    repository: str
    digest: str

    @property
    def uri(self) -> str:
        """Address under which a container engine or SageMaker pulls it."""
        suffix = "amazonaws.com.cn" if partition_of(self.region) == "aws-cn" else "amazonaws.com"
        host = f"{self.account}.dkr.ecr.{self.region}.{suffix}"
        return f"{host}/{self.repository}@{self.digest}"


@dataclass(frozen=True)
class Data:
    """The data that the model was made from."""

    uri: str
    sha256: str


@dataclass(frozen=True)
class Configuration(Variant):
    """How the model runs in one target account."""

    @classmethod
    def of(cls, variant: Variant) -> Configuration:
        """Take over what a model's description says."""
        return cls(
            variant.instance_type, variant.initial_instance_count, variant.rollout, variant.alarms
        )

    def document(self) -> dict[str, Any]:
        """Return the configuration with its own digest."""
        plain = super().document()
        return plain | {"sha256": sha256_of(canonical_json(plain))}


@dataclass(frozen=True)
class Release:
    """Everything that one release consists of."""

    model: str
    package_arn: str
    archive: ExactObject
    image: ImageReference
    definition_sha256: str
    evaluation: ExactObject
    holdout: ExactObject
    predictions: ExactObject
    data: Data
    commit: str
    configuration: Mapping[str, Configuration]
    # What reaches the targets: the archive above, or what each of them trains anew.
    promotes: Promotes = Promotes.MODEL

    @property
    def version(self) -> int:
        """Version of the package in its group."""
        return int(self.package_arn.rpartition("/")[2])

    @property
    def id(self) -> str:
        """Identifier that depends on all of the release."""
        return f"{self.model}-v{self.version}-{sha256_of(canonical_json(self._content()))[:12]}"

    def document(self) -> dict[str, Any]:
        """Return the release as the document that passes from build to build."""
        return self._content() | {"release_id": self.id}

    def content(self) -> bytes:
        """Return the bytes of the document; these are what a signature covers."""
        return canonical_json(self.document())

    @property
    def sha256(self) -> str:
        """Digest of the whole document."""
        return sha256_of(self.content())

    def configuration_of(self, account: str) -> Configuration:
        """Look up how the model runs in an account; refuse an account that is no target."""
        if account not in self.configuration:
            raise Finding(
                f"release {self.id}",
                f"must be meant for account {account}",
                got=f"a release for {', '.join(sorted(self.configuration))}",
            )
        return self.configuration[account]

    def _content(self) -> dict[str, Any]:
        # Releases of models have no such member: so they had before there was another way.
        way = {} if self.promotes is Promotes.MODEL else {"promotes": self.promotes.value}
        return way | {
            "schema_version": 1,
            "model": self.model,
            "package": {"arn": self.package_arn, "version": self.version},
            "archive": self.archive.document(),
            "image": asdict(self.image),
            "definition": {"sha256": self.definition_sha256},
            "evaluation": self.evaluation.document(),
            "holdout": self.holdout.document(),
            "predictions": self.predictions.document(),
            "data": asdict(self.data),
            "commit": self.commit,
            "configuration": {
                account: configuration.document()
                for account, configuration in self.configuration.items()
            },
        }


def load_release(path: Path) -> Release:
    """Read the release that an earlier build left in a folder."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            str(path), "must be the release that the Bundle build made", got=error.strerror
        ) from error
    return parse_release(path.name, content)


def parse_release(address: str, content: bytes) -> Release:
    """Read a release; refuse every byte that its identifier does not stand for."""
    document = parse_document(address, _KIND, content)
    release = _release(document)
    # What is derived must be what is written: version, digests of configurations, identifier.
    if document != release.document():
        written, derived = document["release_id"], release.id
        raise Finding(
            address,
            f"must have the identifier and digests of its own content, {derived}",
            got=written if written != derived else "another digest or version inside",
            hint="start the promotion again; a release is never edited",
        )
    return release


def checked(release: Release) -> Release:
    """Return a release that this program put together, if its document follows the schema."""
    check_document(f"release {release.id}", _KIND, release.document())
    return release


def _release(document: Mapping[str, Any]) -> Release:
    return Release(
        model=document["model"],
        package_arn=document["package"]["arn"],
        archive=ExactObject(**document["archive"]),
        image=ImageReference(**document["image"]),
        definition_sha256=document["definition"]["sha256"],
        evaluation=ExactObject(**document["evaluation"]),
        holdout=ExactObject(**document["holdout"]),
        predictions=ExactObject(**document["predictions"]),
        data=Data(**document["data"]),
        commit=document["commit"],
        configuration={
            account: Configuration.of(read_variant(one))
            for account, one in document["configuration"].items()
        },
        promotes=Promotes(document.get("promotes", Promotes.MODEL)),
    )
