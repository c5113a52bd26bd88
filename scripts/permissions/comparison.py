"""Compares what roles were granted with what they used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from scripts.permissions.granted import Grant, Policies
from scripts.permissions.kept import Kept
from scripts.permissions.reasons import Reason
from scripts.permissions.used import Lack, Uses


@dataclass(frozen=True)
class Unused:
    """A grant that nothing used in a trail.

    It stays if a role of the same purpose used it in another rehearsal, or if somebody said why.
    """

    grant: Grant
    reason: str | None
    used_elsewhere: bool = False

    @property
    def finding(self) -> str:
        """Tell in a word what to make of it."""
        if self.used_elsewhere:
            return "elsewhere"
        return "unused" if self.reason is None else "kept"

    def row(self) -> dict[str, Any]:
        """Tell it in a line."""
        return {
            "role": self.grant.role,
            "statement": self.grant.sid,
            "action": self.grant.action,
            "finding": self.finding,
            "why": self.reason or "",
        }


@dataclass(frozen=True)
class Comparison:
    """Granted minus used, used minus granted, and reasons that are about nothing any more."""

    unused: tuple[Unused, ...]
    lacks: tuple[tuple[Lack, int], ...]
    stale: tuple[Reason, ...]
    roles: int = 0

    @property
    def findings(self) -> int:
        """How much of it somebody has to look at."""
        open_grants = sum(each.finding == "unused" for each in self.unused)
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
                "role": ", ".join(reason.roles),
                "statement": ", ".join(reason.statements),
                "action": ", ".join(reason.actions),
                "finding": "stale reason",
                "why": f"line {reason.line}: {reason.reason}",
            }


def compare(
    policies: Policies, uses: Uses, kept: Kept | None = None, role: str | None = None
) -> Comparison:
    """Compare the grants and uses of all roles, or of those whose name holds ``role``.

    With a role the reasons of others are no matter, and never are those of roles that the trail
    has none of.
    """
    kept = kept or Kept()
    wanted = [g for g in policies.grants() if role is None or role in g.role]
    unused = [_judged(grant, kept) for grant in wanted if not is_used(grant, uses)]
    lacks = [(lack, n) for lack, n in uses.lacks.items() if role is None or role in lack.role]
    stale = () if role is not None else tuple(_stale(wanted, unused, kept))
    ordered = sorted(lacks, key=lambda pair: (pair[0].role, pair[0].action, pair[0].resource))
    looked_at = sum(role is None or role in name for name in policies.of_role)
    return Comparison(tuple(unused), tuple(ordered), stale, looked_at)


def is_used(grant: Grant, uses: Uses) -> bool:
    """Tell whether the statement of a grant allowed an action that its pattern names."""
    pattern = grant.action.lower()
    used = uses.of(grant.role, grant.statement)
    return any(fnmatchcase(action.lower(), pattern) for action in used)


def _judged(grant: Grant, kept: Kept) -> Unused:
    permission = kept.permission(grant)
    reason = kept.reason(permission)
    why = None if reason is None else reason.reason
    return Unused(grant, why, kept.recorded.covers(permission))


def _stale(wanted: Iterable[Grant], unused: Iterable[Unused], kept: Kept) -> Iterator[Reason]:
    seen = {kept.purposes.of(grant.role) for grant in wanted}
    open_or_kept = [kept.permission(each.grant) for each in unused]
    for reason in kept.stale(open_or_kept):
        if any(reason.is_about(purpose) for purpose in seen):
            yield reason
