"""Compares what roles were granted with what they used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from scripts.permissions.granted import Grant, Policies
from scripts.permissions.reasons import Reason
from scripts.permissions.used import Lack, Uses


@dataclass(frozen=True)
class Unused:
    """A grant that nothing used, and why it stays, if somebody said so."""

    grant: Grant
    reason: str | None

    def row(self) -> dict[str, Any]:
        """Tell it in a line."""
        return {
            "role": self.grant.role,
            "statement": self.grant.sid,
            "action": self.grant.action,
            "finding": "unused" if self.reason is None else "kept",
            "why": self.reason or "",
        }


@dataclass(frozen=True)
class Comparison:
    """Granted minus used, used minus granted, and reasons that are about nothing any more."""

    unused: tuple[Unused, ...]
    lacks: tuple[tuple[Lack, int], ...]
    stale: tuple[Reason, ...]

    @property
    def findings(self) -> int:
        """How much of it somebody has to look at."""
        open_grants = sum(each.reason is None for each in self.unused)
        return open_grants + len(self.lacks) + len(self.stale)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give a line for each finding, and for each grant that is kept."""
        for each in self.unused:
            yield each.row()
        for lack, times in self.lacks:
            yield {
                "role": lack.role,
                "statement": "",
                "action": lack.action,
                "finding": "lacking",
                "why": f"asked {times} times for {lack.resource}: no {lack.layer} allows it",
            }
        for reason in self.stale:
            yield {
                "role": reason.role,
                "statement": "",
                "action": ", ".join(reason.actions),
                "finding": "stale reason",
                "why": reason.reason,
            }


def compare(
    policies: Policies, uses: Uses, reasons: tuple[Reason, ...], role: str | None = None
) -> Comparison:
    """Compare the grants and uses of all roles, or of those whose name holds ``role``.

    With a role the reasons of others are no matter.
    """
    wanted = [g for g in policies.grants() if role is None or role in g.role]
    unused = [_reasoned(grant, reasons) for grant in wanted if not is_used(grant, uses)]
    lacks = [(lack, n) for lack, n in uses.lacks.items() if role is None or role in lack.role]
    stale = () if role is not None else tuple(_stale(reasons, unused))
    ordered = sorted(lacks, key=lambda pair: (pair[0].role, pair[0].action, pair[0].resource))
    return Comparison(tuple(unused), tuple(ordered), stale)


def is_used(grant: Grant, uses: Uses) -> bool:
    """Tell whether the statement of a grant allowed an action that its pattern names."""
    pattern = grant.action.lower()
    used = uses.of(grant.role, grant.statement)
    return any(fnmatchcase(action.lower(), pattern) for action in used)


def _reasoned(grant: Grant, reasons: tuple[Reason, ...]) -> Unused:
    return Unused(grant, next((r.reason for r in reasons if r.covers(grant)), None))


def _stale(reasons: tuple[Reason, ...], unused: Iterable[Unused]) -> Iterator[Reason]:
    grants = [each.grant for each in unused]
    yield from (reason for reason in reasons if not any(reason.covers(g) for g in grants))
