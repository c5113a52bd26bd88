"""What an account has trained itself for a release of code, as a link of a lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.organization_models import Promotes
from pipelines.promotion.retrained import RETRAINING_FILE
from scripts.lineage import comparing
from scripts.lineage.comparing import Sources
from scripts.lineage.facts import (
    TRAINED_HERE,
    UNREAD,
    Fact,
    Node,
    Said,
    compare,
    mismatch,
    unknown,
)
from scripts.releases.trained import measured


def training_links(found: Sources) -> tuple[Node, ...]:
    """Make the link of the training in the account of the endpoint; none for a model.

    Nobody signs what an account makes itself: what was signed is the definition and the image.
    """
    release = found.release
    if release is None or release.promotes is Promotes.MODEL:
        return ()
    report = found.target.reports.get(RETRAINING_FILE)
    if report is None:
        return (Node("training", UNREAD, (_missing(found),)),)
    return (Node("training", f"in {found.account.name}", _facts(found, report)),)


def _missing(found: Sources) -> Fact:
    """Tell a report that was never kept from one that could not be read."""
    record = found.target.record
    if record is None or f"{found.account.name}/{RETRAINING_FILE}" in record.bundle.came:
        return unknown("run", "what was trained here could not be read")
    return mismatch("run", None, "what was trained here must be kept as evidence, got nothing")


def _facts(found: Sources, report: Mapping[str, Any]) -> tuple[Fact, ...]:
    release = found.release
    stated = {
        "release": (release.sha256 if release else None, report["release_sha256"]),
        "definition": (release.definition_sha256 if release else None, _definition(report)),
        "image": (release.image.digest if release else None, report["image"]["digest"]),
    }
    own = {
        "run": report["run"]["arn"],
        "registered as": report["run"]["package_arn"],
        "data": report["data"]["uri"],
        "version of the data": report["data"]["version_id"],
        "sha256 of the data": report["data"]["sha256"],
        "measured": measured(report["quality"]),
    }
    return (
        *(
            compare(name, found.stated(signed), Said(TRAINED_HERE, str(here)))
            for name, (signed, here) in stated.items()
        ),
        *(compare(name, Said(TRAINED_HERE, str(value))) for name, value in own.items()),
        comparing.archive(found),
    )


def _definition(report: Mapping[str, Any]) -> str:
    return str(report["definition"]["sha256"])
