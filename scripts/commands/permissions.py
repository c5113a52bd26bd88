"""`gatehouse permissions`: what roles were granted against what they used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from scripts import audit_trail
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.console import Voice, voice
from scripts.permissions.comparison import Comparison, compare
from scripts.permissions.granted import Policies
from scripts.permissions.kept import Kept
from scripts.permissions.proposal import propose
from scripts.permissions.purposes import purposes_in
from scripts.permissions.reasons import read_reasons
from scripts.permissions.recorded import read_recorded
from scripts.permissions.used import Uses

_FINE = {"elsewhere": "used in other rehearsals", "kept": "kept with a reason"}


def permissions(
    trails: Annotated[
        list[Path] | None,
        typer.Option(
            "--audit",
            metavar="FILE",
            help="A trail; again for more. The twin's own if none.",
        ),
    ] = None,
    role: Annotated[
        str | None, typer.Option("--role", metavar="NAME", help="Only roles called so.")
    ] = None,
    propose_too: Annotated[
        bool, typer.Option("--propose", help="Write a tightened policy for each of the roles.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what roles were granted and did not use, and what they lacked, over recorded trails.

    Ends with 1 where a grant was used neither here nor in the rehearsals that
    policies/used_grants.yaml records and has no reason in policies/unused_grants.yaml, where a
    role lacked something, or where a reason is about nothing any more.
    """
    checkout, speak = this_checkout(), voice()
    policies, uses = _learned(trails or [checkout.twin_folder / "audit.jsonl"])
    purposes = purposes_in(checkout.naming())
    kept = Kept(purposes, read_recorded(checkout.root), read_reasons(checkout.root))
    if propose_too:
        names = [name for name in policies.of_role if role is None or role in name]
        speak.json({name: propose(policies, uses, kept, name) for name in names})
        return
    _judge(speak, compare(policies, uses, kept, role), as_json=as_json)


def _judge(speak: Voice, found: Comparison, *, as_json: bool) -> None:
    rows = list(found.rows())
    if as_json:
        speak.json(rows)
    else:
        _tell(speak, [row for row in rows if row["finding"] not in _FINE])
    counts = Counter(row["finding"] for row in rows)
    fine = ", ".join(f"{counts[each]} {words}" for each, words in _FINE.items())
    speak.say(f"{found.roles} roles: {found.findings} findings; grants not used here: {fine}")
    raise typer.Exit(1 if found.findings else 0)


def _learned(trails: list[Path]) -> tuple[Policies, Uses]:
    policies, uses = Policies(), Uses()
    for record in _records(trails):
        policies.learn(record)
        uses.learn(record)
    return policies, uses


def _records(trails: list[Path]) -> Iterator[audit_trail.Record]:
    decided = False
    for trail in trails:
        for record in audit_trail.read(trail):
            decided = decided or audit_trail.decision_of(record) is not None
            yield record
    if not decided:
        raise Misuse(
            ", ".join(map(str, trails)),
            "must hold decisions",
            got="a trail without any",
            hint="record one: gatehouse demo",
        )


def _tell(speak: Voice, rows: list[dict[str, str]]) -> None:
    """Write a line for each finding, below its role: ARNs are too long for columns."""
    for name, of_role in groupby(sorted(rows, key=lambda row: row["role"]), lambda r: r["role"]):
        speak.data.print(name, markup=False, highlight=False, soft_wrap=True)
        for row in of_role:
            words = (row["finding"].ljust(12), row["statement"], row["action"], row["why"])
            line = "  ".join(word for word in words if word)
            speak.data.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
