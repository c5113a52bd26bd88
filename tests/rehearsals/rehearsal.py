"""What a rehearsal is: a fault that is injected, and how the promotion must end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.rehearsals.rehearsing import Rehearsing

SOURCE = "Source/Source"
BUNDLE = "Bundle/Bundle"
GATE_BEFORE_STAGING = "ApproveStaging/Approve"
STAGING = "Staging/staging-Deploy"
TEST = "Test/staging-Test"
GATE = "Approve/Approve"
PRODUCTION = "Production/production-Deploy"
VERIFY = "Verify/production-Verify"
COMMAND = "gatehouse release approve"
RELEASED = "released"
STOPPED = "stopped"


@dataclass(frozen=True)
class Seen:
    """How a promotion ended, as a release manager is told.

    ``place`` is the action that failed, the command that refused, `released` or `stopped`;
    ``by_log`` tells that the reason stands in the build's log only.
    """

    place: str
    reason: str
    rule: str | None = None
    by_log: bool = False


@dataclass(frozen=True)
class End:
    """How a rehearsal must end: where, by which rule, or with which words."""

    place: str
    rule: str | None = None
    says: str | None = None

    def mismatch(self, seen: Seen) -> str | None:
        """Tell what is not as it must be, if anything is."""
        if seen.place != self.place:
            return f"must end at {self.place}, got {seen.place}: {seen.reason}"
        if self.rule is not None and (seen.rule != self.rule or seen.by_log):
            return f"must be refused by the rule {self.rule}, got {seen.rule}: {seen.reason}"
        # CodePipeline spells operations with a small letter: Error calling startBuild.
        if self.says is not None and self.says.casefold() not in seen.reason.casefold():
            return f"must say {self.says!r}, got {seen.reason}"
        return None


@dataclass(frozen=True)
class Rehearsal:
    """One fault in the full path; its name is its claim."""

    name: str
    group: str
    fault: str
    end: End
    run: Callable[[Rehearsing], Seen]


Run = Callable[["Rehearsing"], Seen]


class Rehearsals:
    """The rehearsals of a group by name, in the order in which they are played."""

    def __init__(self, group: str) -> None:
        self.group = group
        self._rehearsals: dict[str, Rehearsal] = {}

    def ends(
        self, place: str, *, rule: str | None = None, says: str | None = None
    ) -> Callable[[Run], Run]:
        """Take a function for a rehearsal: its name is the claim, its docstring the fault."""

        def take(run: Run) -> Run:
            fault = (run.__doc__ or "").strip().splitlines()[0]
            self.add(run.__name__.replace("_", "-"), fault, End(place, rule, says), run)
            return run

        return take

    def add(self, name: str, fault: str, end: End, run: Run) -> None:
        """Add a rehearsal; raises ValueError for one that expects no reason, or twice a name."""
        if end.place not in (RELEASED, STOPPED) and not (end.rule or end.says):
            raise ValueError(f"{name}: must end with a named reason")
        if name in self._rehearsals:
            raise ValueError(f"{name}: there must be one rehearsal of a name")
        self._rehearsals[name] = Rehearsal(name, self.group, fault, end, run)

    def all(self) -> Mapping[str, Rehearsal]:
        """Give the rehearsals by name."""
        return self._rehearsals
