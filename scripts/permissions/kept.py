"""What speaks for a grant beside a trail: uses of other rehearsals, and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scripts.permissions.granted import Grant
from scripts.permissions.purposes import Permission, Purposes
from scripts.permissions.reasons import Reason
from scripts.permissions.recorded import Recorded


@dataclass(frozen=True)
class Kept:
    """Recorded uses and reasons, with the purposes that both go by."""

    purposes: Purposes = field(default_factory=Purposes)
    recorded: Recorded = field(default_factory=Recorded)
    reasons: tuple[Reason, ...] = ()

    def permission(self, grant: Grant) -> Permission:
        """Return what a grant is in every account."""
        return Permission(self.purposes.of(grant.role), grant.sid, grant.action)

    def reason(self, permission: Permission) -> Reason | None:
        """Return the first reason that is about a permission."""
        return next((each for each in self.reasons if each.covers(permission)), None)

    def open(self, permissions: Iterable[Permission]) -> Iterator[Permission]:
        """Give the permissions that nothing used and that nobody gave a reason for."""
        for each in permissions:
            if not self.recorded.covers(each) and self.reason(each) is None:
                yield each

    def stale(self, permissions: Iterable[Permission]) -> Iterator[Reason]:
        """Give the reasons that are about none of the permissions that nothing used."""
        unused = [each for each in permissions if not self.recorded.covers(each)]
        yield from (r for r in self.reasons if not any(map(r.covers, unused)))

    def gone(self, permissions: Iterable[Permission]) -> Iterator[Permission]:
        """Give the recorded uses that none of the permissions would allow."""
        granted = list(permissions)
        for use in self.recorded:
            one = Recorded({use.purpose: {use.statement: (use.action,)}})
            if not any(map(one.covers, granted)):
                yield use
