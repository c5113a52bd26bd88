"""What a rollback is told by its pipeline: why, on whose word, and what to go back to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipelines.errors import Misuse
from pipelines.promotion.going_back import LAST

# The value of a variable that says nothing; CodePipeline has no empty ones.
NONE = "none"
_DECISION = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]-\d{8}T\d{6}Z")
_RELEASE = re.compile(r"[a-z][a-z0-9-]{1,22}[a-z0-9]-v[1-9][0-9]*-[0-9a-f]{12}")


class Why(StrEnum):
    """Who wants it so."""

    COMMAND = "command"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Order:
    """A rollback as it was started: by a person's decision, or for a package that was rejected."""

    why: Why
    decision: str | None
    to: str

    def decision_key(self, model: str) -> str:
        """Name the object that holds the decision; raises Misuse without one."""
        if self.decision is None:
            raise Misuse("DECISION", "must name a signed decision", got=NONE)
        return f"rollbacks/{model}/{self.decision}.dsse.json"


def decider(decision: object) -> str | None:
    """Tell by its name whose decision it is; None for what is no such name."""
    named = isinstance(decision, str) and _DECISION.fullmatch(decision)
    return str(decision).rpartition("-")[0] if named else None


def read_order(environment: Mapping[str, str]) -> Order:
    """Read WHY, DECISION and RELEASE as the pipeline sets them; raises Misuse for other values."""
    why, decision = environment.get("WHY", ""), environment.get("DECISION", NONE)
    to = environment.get("RELEASE", LAST)
    if why not in list(Why):
        raise Misuse("WHY", f"must be {' or '.join(Why)}", got=why or "nothing")
    named = _DECISION.fullmatch(decision) is not None
    if (why == Why.COMMAND) != named:
        must = "must be the name of a decision, as rita-20261201T081530Z"
        raise Misuse("DECISION", must if why == Why.COMMAND else f"must be {NONE}", got=decision)
    if to != LAST and (why == Why.REJECTED or not _RELEASE.fullmatch(to)):
        raise Misuse("RELEASE", f"must be {LAST} or the id of a release that is named", got=to)
    return Order(Why(why), decision if named else None, to)
