"""Points in time as statements carry them: UTC, whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from pipelines.errors import Finding

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def spell(moment: datetime) -> str:
    """Write a moment; a clock without a time zone is a mistake of the program (ValueError)."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment must have a time zone, got {moment.isoformat()}")
    return moment.astimezone(UTC).strftime(_FORM)


def compact(moment: datetime) -> str:
    """Write a moment as part of a name: 20261201T081530Z."""
    return spell(moment).replace("-", "").replace(":", "")


def read(address: str, text: str) -> datetime:
    """Read a moment; raises Finding for one that no calendar has."""
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise Finding(address, "must be a moment such as 2026-12-01T08:15:30Z", got=text) from error
