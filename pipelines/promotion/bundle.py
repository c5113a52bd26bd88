"""Bundle: turns one approved package version into a signed release of exact digests."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.attestations.envelope import sign
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.signing import kms_signer
from pipelines.definitions.upsert import COMPILED
from pipelines.errors import Finding
from pipelines.images import Registry
from pipelines.models.description import ModelDescription, describe
from pipelines.organization_models import Promotes
from pipelines.promotion.actors import read_actors
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.gate import Candidate, pass_gate, read_bounds
from pipelines.promotion.objects import S3Client, measure, read
from pipelines.promotion.package import (
    Package,
    PackageName,
    check_package,
    parse_package_arn,
    read_package,
)
from pipelines.promotion.registered import registered_version
from pipelines.promotion.release import (
    EVALUATION_FILE,
    RELEASE_ENVELOPE,
    RELEASE_FILE,
    Configuration,
    Data,
    ExactObject,
    Release,
    checked,
)
from pipelines.promotion.released_source import definition_digest, read_released_source
from pipelines.promotion.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Measured:
    """The objects of a package, each by exact version and digest."""

    archive: ExactObject
    evaluation: ExactObject
    holdout: ExactObject
    predictions: ExactObject


def run(settings: Settings, aws: Aws, now: Callable[[], datetime] | None = None) -> None:
    """Write and sign the release for the package of this execution."""
    now = now or (lambda: datetime.now(UTC))
    name = parse_package_arn(settings.package_arn)
    source = read_released_source(settings.root)
    candidate = read_candidate(settings, aws, name, source.author)
    statement = ReleaseStatement(
        release=candidate.release,
        execution_id=settings.execution_id,
        made_at=now(),
        actors=candidate.actors,
        gate=pass_gate(candidate, read_bounds()),
        terraform_sha256=source.terraform_sha256,
        guardrails_sha256=source.guardrails_sha256,
    )
    write_signed(settings, aws, statement, candidate.evaluation)
    _log.info("release %s of %s", candidate.release.id, candidate.package.address)


def read_candidate(settings: Settings, aws: Aws, name: PackageName, author: str) -> Candidate:
    """Take a package apart; refuse what cannot be a release at all."""
    home, naming = settings.home, settings.naming
    group = naming.model_package_group(settings.model.name)
    repository = naming.repository_name(home.name, "model")
    package = read_package(aws.client("sagemaker", home.region), name, group)
    check_package(package, home.id, repository)
    s3 = aws.client("s3", home.region)
    check_places(package, naming.bucket_name(home.name, "models"), settings.model.name)
    measured = measure_objects(s3, package)
    description = describe(settings.model.name, settings.root / "pipelines" / "models")
    check_kind(description)
    check_choices(settings, package)
    images = Registry(aws.client("ecr", package.image.region), home.id, repository)
    images.image(package.image.digest)
    release = checked(make_release(settings, package, measured, description))
    return Candidate(
        release=release,
        package=package,
        description=description,
        actors=read_actors(settings, aws, package, author),
        home=home,
        repository=repository,
        definition_sha256=definition_digest(settings.root, release.model),
        evaluation=read(s3, release.evaluation),
        holdout=read(s3, release.holdout),
        predictions=read(s3, release.predictions),
    )


def write_signed(
    settings: Settings, aws: Aws, statement: ReleaseStatement, evaluation: bytes
) -> None:
    """Sign a statement and write it beside the release that it is about and its evaluation."""
    signer = kms_signer(aws.client("kms", settings.home.region), settings.signing_key())
    envelope = sign(statement.statement(), signer)
    write_document(settings.out / RELEASE_FILE, "release", statement.release.document())
    (settings.out / RELEASE_ENVELOPE).write_bytes(envelope)
    (settings.out / EVALUATION_FILE).write_bytes(evaluation)


def make_release(
    settings: Settings, package: Package, measured: Measured, description: ModelDescription
) -> Release:
    """Put the release of a checked package together."""
    metadata = package.metadata
    return Release(
        model=settings.model.name,
        package_arn=package.name.arn,
        archive=measured.archive,
        image=package.image,
        definition_sha256=metadata["definition_sha256"],
        evaluation=measured.evaluation,
        holdout=measured.holdout,
        predictions=measured.predictions,
        data=Data(metadata["data_uri"], metadata["data_sha256"]),
        commit=metadata["commit"],
        configuration={
            target.name: Configuration.of(description.endpoint(target.kind))
            for target in settings.organization.targets_of(settings.model)
        },
        promotes=settings.model.promotes,
    )


def check_kind(description: ModelDescription) -> None:
    """Refuse a model that no endpoint can answer for."""
    if description.series is not None:
        raise Finding(
            f"model {description.name}",
            "must answer row by row to be released to an endpoint",
            got=f"kind {description.kind}",
            hint="its forecasts are made in batches, of the version that is approved",
        )


def check_choices(settings: Settings, package: Package) -> None:
    """Refuse code of a version that a run chose something for: targets train as it is defined."""
    if settings.model.promotes is Promotes.MODEL:
        return
    path = settings.root / COMPILED / f"{settings.model.name}.json"
    defined = {
        one["Name"]: one.get("DefaultValue") for one in json.loads(path.read_bytes())["Parameters"]
    }
    for name, chosen in package.metadata.items():
        parameter = "".join(word.capitalize() for word in name.removeprefix("chosen_").split("_"))
        if name.startswith("chosen_") and float(chosen) != float(defined[parameter]):
            raise Finding(
                package.address,
                f"must be trained with {parameter} {defined[parameter]} to be promoted as code",
                got=chosen,
                hint="describe the model with it, for a target chooses nothing",
            )


def check_places(package: Package, bucket: str, model: str) -> None:
    """Refuse objects that lie outside the model's own place in the models bucket."""
    start = f"s3://{bucket}/{model}/"
    for uri in _uris(package).values():
        if not uri.startswith(start):
            raise Finding(package.address, f"must have its objects below {start}", got=uri)


def measure_objects(s3: S3Client, package: Package) -> Measured:
    """Hash every object of a package; refuse one that was replaced after the registration."""
    found: dict[str, ExactObject] = {}
    for what, uri in _uris(package).items():
        version = registered_version(s3, package, uri)
        _log.info("hashing the %s, %s", what, uri)
        found[what] = measure(s3, uri, version.version_id)
    return Measured(**found)


def _uris(package: Package) -> dict[str, str]:
    return {
        "archive": package.archive_uri,
        "evaluation": package.metadata["evaluation_uri"],
        "holdout": package.metadata["holdout_uri"],
        "predictions": package.metadata["predictions_uri"],
    }
