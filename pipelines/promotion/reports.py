"""What the reports of all builds in a target account have in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipelines.promotion.release import Release
from pipelines.promotion.settings import Settings


def heading(
    settings: Settings, release: Release, started: datetime, ended: datetime
) -> dict[str, Any]:
    """Tell which release a report is about, where, when and in which execution."""
    return {
        "schema_version": 1,
        "release_id": release.id,
        "release_sha256": release.sha256,
        "account": settings.account.name,
        "account_id": settings.account.id,
        "region": settings.account.region,
        "execution_id": settings.execution_id,
        "started_at": _spell(started),
        "ended_at": _spell(ended),
    }


def _spell(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
