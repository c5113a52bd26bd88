"""The policy gate: named rules that a release must keep before the build signs it.

What a rule found is part of the signed statement, so whoever approves and whoever deploys reads it.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.attestations.release_statement import Actors, GateResult
from pipelines.errors import Finding
from pipelines.models.description import ModelDescription
from pipelines.organization import Account
from pipelines.promotion.package import Package
from pipelines.promotion.release import ImageReference, Release
from pipelines.promotion.rows import parse_csv
from pipelines.promotion.threshold import check_threshold, registered_threshold
from pipelines.promotion.variables import CAPTURE_PERCENTAGE

GATE_FILE = Path(__file__).resolve().parent / "gate.json"
_LONGEST_DETAIL = 400


@dataclass(frozen=True)
class Bounds:
    """Where the gate's rules draw the line; instance types are patterns, as fnmatch has them."""

    capture_percentage: int
    fewest_held_out_rows: int
    instance_types: tuple[str, ...]
    most_instances: int


@dataclass(frozen=True)
class Candidate:
    """A release that is about to be signed, with what its rules look at."""

    release: Release
    package: Package
    description: ModelDescription
    actors: Actors
    home: Account
    repository: str
    definition_sha256: str
    evaluation: bytes
    holdout: bytes
    predictions: bytes


@dataclass(frozen=True)
class GateRule:
    """A rule: `check` tells what it found, or raises Finding."""

    id: str
    sentence: str
    check: Callable[[Candidate, Bounds], str]


def read_bounds(path: Path = GATE_FILE) -> Bounds:
    """Read the bounds that lie beside this module."""
    document = json.loads(path.read_text("utf-8"))
    del document["schema_version"]
    return Bounds(**document | {"instance_types": tuple(document["instance_types"])})


def pass_gate(candidate: Candidate, bounds: Bounds) -> tuple[GateResult, ...]:
    """Ask every rule and give what each found; raises the first Finding, naming its rule."""
    results, failed = [], []
    for rule in RULES:
        try:
            results.append(GateResult(rule.id, True, _line(rule.check(candidate, bounds))))
        except Finding as error:
            failed.append((rule, error))
    if failed:
        rule, first = failed[0]
        others = ", ".join(other.id for other, _ in failed[1:])
        told = f"rule {rule.id} of the policy gate: {rule.sentence}"
        hint = f"{told} Broken as well: {others}." if others else told
        raise Finding(first.address, first.must_hold, got=first.got, hint=hint) from first
    return tuple(results)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_DETAIL else f"{line[: _LONGEST_DETAIL - 3]}..."


def _threshold_reached(candidate: Candidate, _bounds: Bounds) -> str:
    return check_threshold(candidate.package, candidate.description, candidate.evaluation)


def _threshold_kept(candidate: Candidate, _bounds: Bounds) -> str:
    metric = candidate.description.metric
    given, wanted = registered_threshold(candidate.package), metric.threshold
    if given < wanted if metric.higher_is_better else given > wanted:
        bound = "at least" if metric.higher_is_better else "at most"
        raise Finding(
            candidate.package.address,
            f"must be registered with a threshold of {bound} {wanted}, as its description says",
            got=str(given),
        )
    return f"registered with {given}, described with {wanted}"


def _own_image(candidate: Candidate, _bounds: Bounds) -> str:
    image, home = candidate.release.image, candidate.home
    own = ImageReference(home.id, home.region, candidate.repository, image.digest)
    if image != own:
        raise Finding(candidate.package.address, f"must have the image {own.uri}", got=image.uri)
    return image.uri


def _known_definition(candidate: Candidate, _bounds: Bounds) -> str:
    wanted, found = candidate.definition_sha256, candidate.release.definition_sha256
    if wanted != found:
        raise Finding(
            candidate.package.address,
            f"must be made by the definition of this source, with digest {wanted}",
            got=found,
            hint="train the model again with the source that is published now",
        )
    return f"sha256 {found}"


def _held_out(candidate: Candidate, bounds: Bounds) -> str:
    uri = candidate.release.holdout.uri
    rows = parse_csv(uri, candidate.holdout)
    predictions = parse_csv(candidate.release.predictions.uri, candidate.predictions)
    target, found = candidate.description.target, len(rows.rows)
    if target not in rows.header:
        raise Finding(uri, f"must have the column {target}", got=", ".join(rows.header))
    if found < bounds.fewest_held_out_rows:
        raise Finding(
            uri, f"must have {bounds.fewest_held_out_rows} held-out rows or more", got=str(found)
        )
    if len(predictions.rows) != found:
        raise Finding(
            candidate.release.predictions.uri,
            f"must have a prediction for each of {found} held-out rows",
            got=str(len(predictions.rows)),
        )
    return f"{found} rows, each with a recorded prediction"


def _machines(candidate: Candidate, bounds: Bounds) -> str:
    told = []
    for account, one in sorted(candidate.release.configuration.items()):
        allowed = bounds.instance_types
        if not any(fnmatch.fnmatchcase(one.instance_type, pattern) for pattern in allowed):
            raise Finding(
                f"endpoint in {account}",
                f"must run on {' or '.join(allowed)}",
                got=one.instance_type,
            )
        told.append(f"{account} on {one.instance_type}")
    return ", ".join(told)


def _instances(candidate: Candidate, bounds: Bounds) -> str:
    told = []
    for account, one in sorted(candidate.release.configuration.items()):
        if one.initial_instance_count > bounds.most_instances:
            raise Finding(
                f"endpoint in {account}",
                f"must start with {bounds.most_instances} instances at most",
                got=str(one.initial_instance_count),
            )
        told.append(f"{one.initial_instance_count} in {account}")
    return ", ".join(told)


def _captured(candidate: Candidate, bounds: Bounds) -> str:
    if bounds.capture_percentage > CAPTURE_PERCENTAGE:
        raise Finding(
            f"release {candidate.release.id}",
            f"must have {bounds.capture_percentage} of 100 requests captured",
            got=str(CAPTURE_PERCENTAGE),
        )
    return f"{CAPTURE_PERCENTAGE} of 100 requests"


def _two_people(candidate: Candidate, _bounds: Bounds) -> str:
    actors = candidate.actors
    # Where nobody started the training, who answers for the model counts for whoever did.
    made_by = actors.registrar or actors.answers
    if made_by is None or actors.model_approver == made_by:
        raise Finding(
            candidate.package.address,
            "must be approved by somebody else than who registered it or answers for it",
            got=f"{actors.model_approver}, registered by {actors.registered_by}",
        )
    return f"registered by {actors.registered_by}, approved by {actors.model_approver}"


RULES = (
    GateRule("threshold-reached", "The evaluation reaches its threshold.", _threshold_reached),
    GateRule("threshold-kept", "Nobody has trained under a laxer threshold.", _threshold_kept),
    GateRule("image-of-own-registry", "The image is our own, by its digest.", _own_image),
    GateRule("definition-of-this-source", "The source knows the definition.", _known_definition),
    GateRule("enough-held-out-rows", "Enough rows were kept from training.", _held_out),
    GateRule("machines-allowed", "Endpoints run on machines that the guardrails allow.", _machines),
    GateRule("instances-bounded", "No endpoint starts larger than the bound.", _instances),
    GateRule("requests-captured", "What endpoints are asked is captured.", _captured),
    GateRule("approved-by-another", "Two people made and approved the version.", _two_people),
)
