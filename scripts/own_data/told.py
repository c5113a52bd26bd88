"""Wording of what is found in many places: the first few lines, and how many more."""

from __future__ import annotations

from collections.abc import Iterable

_SHOWN = 5


def counted(count: int, thing: str) -> str:
    """Count things: 1 row, 2 rows."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def listed(lines: Iterable[int]) -> str:
    """Name the first few lines and count the rest."""
    found = list(lines)
    shown = ", ".join(map(str, found[:_SHOWN]))
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"{'lines' if len(found) > 1 else 'line'} {shown}{more}"
