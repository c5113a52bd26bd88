"""`gatehouse lineage`: from an endpoint back to commit, data and people, and the other way."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson, AsPerson, Desk, desk
from scripts.console import Voice
from scripts.lineage.lineage import Lineage, read_lineage
from scripts.lineage.places import find_place
from scripts.lineage.tree import tree_lines
from scripts.lineage.uses import Uses, read_uses
from scripts.releases.office import ModelOffice, now

_WORDS = {True: "yes", False: "no", None: "not known"}
_COLUMNS = ("endpoint", "runs it", "release", "because")


def lineage(
    endpoint: Annotated[
        str | None, typer.Argument(metavar="[ENDPOINT]", help="An endpoint, or a model.")
    ] = None,
    account: Annotated[
        str | None,
        typer.Option("--account", metavar="NAME", help="Of a model: where; else production."),
    ] = None,
    made_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VALUE",
            help="The other way: who runs what was made of this package ARN, commit or SHA-256.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Draw it into a new .html or .svg file."),
    ] = None,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Trace an endpoint back to commit, data, image, job and people; compare what each says.

    Exit code 1 where sources contradict each other; what cannot be read is not known.
    """
    if (endpoint is None) == (made_from is None):
        raise Misuse(
            "lineage",
            "must be asked for an ENDPOINT, or --from a VALUE",
            got="both" if endpoint else "neither",
        )
    if made_from is not None:
        if out is not None or account is not None:
            raise Misuse("--from", "must come without --out and --account", got="one of them")
        _uses(desk(person, None), made_from, as_json=as_json)
        return
    _trace(str(endpoint), account, out, person, as_json=as_json)


def _trace(
    endpoint: str, account: str | None, out: Path | None, person: str | None, *, as_json: bool
) -> None:
    place = find_place(this_checkout().naming(), endpoint, account)
    at = desk(person, place.model)
    at.named()
    office = ModelOffice(at, place.model)
    found = read_lineage(office, place.account, now())
    if out is not None:
        # Only this makes a page.
        from scripts.lineage.page import write_drawing

        write_drawing(found, out)
        at.voice.say(f"lineage of {found.endpoint} in {out}")
    if as_json:
        at.voice.json(found.document())
    elif out is None:
        for line in tree_lines(found.tree):
            at.voice.data.print(line, markup=False, highlight=False, soft_wrap=True)
    _tell_all(at.voice, found)
    if found.holds is False:
        raise typer.Exit(1)


def _uses(at: Desk, wanted: str, *, as_json: bool) -> None:
    at.named()
    offices = [ModelOffice(at, name) for name in at.released(None)]
    found = read_uses(offices, wanted, now())
    if as_json:
        at.voice.json(found.document())
    else:
        _tell_uses(at.voice, found)
    _tell_all(at.voice, found)
    if found.contradictions:
        raise typer.Exit(1)


def _tell_uses(speak: Voice, found: Uses) -> None:
    rows = [
        {
            "endpoint": one.endpoint,
            "runs it": _WORDS[one.runs],
            "release": one.release,
            "because": one.because,
        }
        for one in found.endpoints
    ]
    speak.rows(_COLUMNS, rows, as_json=False)
    for arn in found.packages or ():
        speak.say(f"made of it: {arn}")
    if not found.packages:
        untold = found.packages is None
        speak.say("what was made of it is not known" if untold else "no version was made of it")


def _tell_all(speak: Voice, found: Lineage | Uses) -> None:
    for sentence in found.untold:
        speak.say(sentence)
    for sentence in found.contradictions:
        speak.say(f"MISMATCH: {sentence}")
    if isinstance(found, Lineage):
        speak.say(
            {
                True: "everything that was asked is known and agrees",
                False: "sources contradict each other: do not trust this endpoint's lineage",
                None: "nothing contradicts; some of it is not known",
            }[found.holds]
        )
