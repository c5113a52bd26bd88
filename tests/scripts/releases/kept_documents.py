"""What production has kept about a promotion that ended there."""

from __future__ import annotations

from typing import Any

from pipelines.canonical import canonical_json
from tests.pipelines.attestations.cast import EXECUTION, MODEL
from tests.scripts.releases.bureau import Bureau


def refused_in_production(bureau: Bureau, release_id: str | None, rule: str) -> None:
    """Let production have refused what waited, as its build keeps that."""
    kept_in_production(
        bureau,
        release_id,
        "refusal.json",
        {
            "build": "deploy",
            "refused_at": "2026-12-01T12:00:00Z",
            "rule": rule,
            "address": "rita.dsse.json",
            "must_hold": "must be in force",
            "got": "one that expired",
        },
    )


def kept_in_production(
    bureau: Bureau, release_id: str | None, name: str, told: dict[str, Any]
) -> None:
    """Let production's deployment have failed, and have kept a document about that."""
    run = bureau.pipelines.runs[EXECUTION]
    run.actions[-1] = ("Production/production-Deploy", "Deployed_production", "Failed", {})
    run.status, bureau.pipelines.waits = "Failed", None
    place = f"releases/{MODEL}/{release_id or 'unreadable'}/{EXECUTION}/production/{name}"
    document = told | {
        "schema_version": 1,
        "release_id": release_id,
        "release_sha256": bureau.statement.release.sha256 if release_id else None,
        "account": "production",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "execution_id": EXECUTION,
    }
    kept = f"gatehouse-production-evidence-333333333333/{place}"
    bureau.objects.kept[kept] = canonical_json(document)
