"""`gatehouse release trust`: pin, in each target, the keys whose signatures it believes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipelines.errors import GatehouseError, Misuse
from scripts.commands.account import Admin
from scripts.commands.context import AsJson, Desk, desk
from scripts.releases.pins import named
from scripts.releases.trusting import Looked, Proposal, look, targets

Target = Annotated[
    str | None,
    typer.Option(
        "--account", metavar="TARGET", help="The account that believes; every target if left out."
    ),
]
Replace = Annotated[
    list[str] | None,
    typer.Option(
        "--replace",
        metavar="KEYID",
        help="The pinned key, by keyid or fingerprint, that another one replaces or that is "
        "to go with its signer; again for more.",
    ),
]
Why = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why a pinned key is replaced.")
]
_COLUMNS = ("target", "signer", "account", "person", "state", "fingerprint")


def trust(
    account: Target = None,
    replace: Replace = None,
    reason: Why = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    person: Admin = None,
    as_json: AsJson = False,
) -> None:
    """Pin the keys that sign releases, tests and decisions in the accounts that believe them."""
    at = desk()
    if bool(replace) != bool(reason):
        raise Misuse(
            "--replace", "must come with --reason, and only together", got=reason or "no reason"
        )
    looked = [look(at.access, at.naming, target, person) for target in targets(at.naming, account)]
    rows = [row for one in looked for row in _rows(one)]
    try:
        proposals = settled(looked, replace or ())
    except GatehouseError:
        at.voice.rows(_COLUMNS, rows, as_json=as_json)
        raise
    changing = [one for one in proposals if one.changes]
    if not as_json:
        at.voice.rows(_COLUMNS, rows, as_json=False)
    if changing and not yes:
        _confirm(at, changing)
    for one in changing:
        one.write()
    _tell(at, proposals, rows, reason, as_json=as_json)


def settled(looked: Sequence[Looked], replaced: Sequence[str]) -> list[Proposal]:
    """Propose what to pin in each target; refuse to replace what none of them has pinned."""
    for name in replaced:
        if not any(named(one.pinned, [name]) for one in looked):
            raise Misuse("--replace", "must name a key that is pinned", got=name)
    return [one.settled(replaced) for one in looked]


def _confirm(at: Desk, changing: Sequence[Proposal]) -> None:
    where = ", ".join(one.target.name for one in changing)
    if not at.voice.can_ask():
        raise Misuse(
            "--yes",
            "must be said where nobody can be asked",
            got=f"keys to pin in {where}",
            hint="compare the fingerprints with those that the signers tell you; then --yes",
        )
    if not at.voice.confirm(f"Pin these keys in {where}?"):
        raise typer.Abort


def _tell(
    at: Desk,
    proposals: Sequence[Proposal],
    rows: Sequence[dict[str, Any]],
    reason: str | None,
    *,
    as_json: bool,
) -> None:
    if as_json:
        at.voice.json(
            [
                {
                    "target": one.target.name,
                    "parameter": one.pins.address,
                    "changed": one.changes,
                    "reason": reason,
                    "keys": [row for row in rows if row["target"] == one.target.name],
                }
                for one in proposals
            ]
        )
        return
    for one in proposals:
        done = "pinned" if one.changes else "nothing to change"
        because = f", because {reason}" if reason and one.changes else ""
        at.voice.say(f"{one.target.name}: {done}{because}")


def _rows(looked: Looked) -> list[dict[str, Any]]:
    return [
        {
            "target": looked.target.name,
            "signer": row.key.signer.value,
            "account": row.key.account,
            "person": row.key.person,
            "state": row.state.value,
            "fingerprint": row.key.fingerprint,
            "keyid": row.key.keyid,
            "key_arn": row.key.key_arn,
            "was": row.was.keyid if row.was else None,
        }
        for row in looked.rows
    ]
