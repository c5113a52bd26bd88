"""The matrix of reach, made by the same engine as the invariants, and what changed in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies.iam.prover import Outcome, Reference
from policies.invariants.findings import Asked
from policies.invariants.invariant import Held, Invariant, Roles, Who
from policies.invariants.judging import Judge
from policies.invariants.vocabulary import Tokens
from policies.model import Model
from policies.reach.sensitive import PROBES, SENSITIVE, Sensitive

NEVER, ALLOWED, UNDECIDED = "never", "allowed", "not decided"
COLUMNS = ("who", "may", "in", "how")


@dataclass(frozen=True, order=True)
class Cell:
    """What one role can do of one sensitive kind in one account, and under which conditions."""

    who: str
    action: str
    account: str
    how: str


def reach_of(model: Model, reference: Reference, tokens: Tokens | None = None) -> tuple[Cell, ...]:
    """Tell for each role, sensitive action and account whether it is reached, in order."""
    judge = Judge(model, reference, tokens)
    cells: list[Cell] = []
    for sensitive in SENSITIVE:
        found: dict[tuple[str, str], list[str]] = {}
        for asked in judge.asked(_claim(sensitive)):
            account = model.account(asked.target.owner).key
            key = (asked.subject.name, account)
            found.setdefault(key, []).append(_how(judge, sensitive, asked))
        cells += [
            Cell(who, sensitive.name, account, _most(hows))
            for (who, account), hows in found.items()
        ]
    return tuple(sorted(cells))


def difference(before: Iterable[Cell], after: Iterable[Cell]) -> tuple[tuple[str, Cell], ...]:
    """Tell what was gained, lost or has other conditions, for whoever reviews a change."""
    then = {(c.who, c.action, c.account): c for c in before}
    now = {(c.who, c.action, c.account): c for c in after}
    told: list[tuple[str, Cell]] = []
    for key in sorted(then.keys() | now.keys()):
        old = then[key].how if key in then else NEVER
        new = now[key].how if key in now else NEVER
        if old == new:
            continue
        verb = "gained" if old == NEVER else "lost" if new == NEVER else "changed"
        how = f"{new} (was {old})" if verb == "changed" else new if verb == "gained" else old
        told.append((verb, Cell(*key, how)))
    return tuple(told)


def reach_table(cells: Sequence[Cell]) -> Mapping[str, Any]:
    """Write the matrix as a table of what is reached; the rest is counted."""
    rows = [[c.who, c.action, c.account, c.how] for c in cells if c.how != NEVER]
    told = f"{len(rows)} of {len(cells)} are reached; every other is proved never to be."
    return {"told": told, "columns": list(COLUMNS), "rows": rows}


def difference_table(before: Iterable[Cell], after: Iterable[Cell]) -> Mapping[str, Any]:
    """Write the difference in reach as a table."""
    rows = [[c.who, verb, c.action, c.account, c.how] for verb, c in difference(before, after)]
    told = (
        f"{len(rows)} differences in reach" if rows else "nobody reaches more or less than before"
    )
    return {"told": told, "columns": ["who", "has", "what", "in", "how"], "rows": rows}


def _claim(sensitive: Sensitive) -> Invariant:
    kinds = () if sensitive.what.resource else ("data-science", "staging", "production")
    return Invariant(
        id=f"reach-{sensitive.name.replace(' ', '-')}",
        concern="Reach",
        sentence=f"Nobody may {sensitive.name}.",
        controls=(),
        who=Who(roles=Roles()),
        held_by=(Held.EVERYTHING,),
        never=sensitive.actions,
        what=replace(sensitive.what, kinds=kinds),
    )


def _how(judge: Judge, sensitive: Sensitive, asked: Asked) -> str:
    if asked.proof.outcome in (Outcome.PROVED, Outcome.VACUOUS):
        return NEVER
    if asked.proof.outcome is Outcome.UNDECIDED:
        return UNDECIDED
    claim = _claim(sensitive)
    only = [
        words
        for words, unless in PROBES
        if judge.ask(
            replace(claim, unless=unless), Held.EVERYTHING, asked.subject, asked.target
        ).proved
    ]
    return f"only {', '.join(only)}" if only else ALLOWED


def _most(hows: Sequence[str]) -> str:
    """Give the widest of what is true of several resources of one account."""
    for how in (ALLOWED, UNDECIDED):
        if how in hows:
            return how
    wider = sorted({how for how in hows if how != NEVER}, key=lambda how: (how.count(","), how))
    return wider[0] if wider else NEVER
