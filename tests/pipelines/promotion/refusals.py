"""Deployments that a target must refuse, leaving everything as it was."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.attestations.rules import Refused
from pipelines.promotion import deploy
from pipelines.promotion.documents import parse_document
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import EXECUTION, MODEL


def run(stage: Stage) -> None:
    """Deploy the release of the stage."""
    deploy.run(stage.settings, stage, stage.surroundings())


def place(stage: Stage) -> str:
    """Where evidence of the release lies."""
    return f"releases/{MODEL}/{stage.release.id}/{EXECUTION}"


def check_unchanged(stage: Stage) -> None:
    """Nothing was copied, asked of Terraform or deployed."""
    assert not stage.own.manifests
    assert not stage.s3.list_objects_v2(Bucket=stage.place.bucket("models")).get("Contents")
    assert not (stage.tmp_path / "state" / "calls").exists()
    assert not (stage.settings.out / "deployment.json").exists()


def refusal_of(stage: Stage) -> dict[str, Any]:
    """Deploy, be refused by a rule, and read what is kept of that."""
    with pytest.raises(Refused) as refusal:
        run(stage)
    check_unchanged(stage)
    kept = {name: one for name, one in stage.evidence().items() if "refusal" in name}
    (name, content), *others = kept.items()
    assert not others
    assert content == (stage.settings.out / "refusal.json").read_bytes()
    report = parse_document(name, "refusal", content)
    assert report["rule"] == refusal.value.rule
    told = (refusal.value.address, refusal.value.must_hold, refusal.value.got)
    assert told == (report["address"], report["must_hold"], report["got"])
    released = report["release_id"] or "unreadable"
    assert name == f"releases/{MODEL}/{released}/{EXECUTION}/{stage.place.name}/refusal.json"
    return report
