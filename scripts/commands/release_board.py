"""`gatehouse release board`: what runs where, waits, is frozen, was promoted and drifts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.attestations.moments import spell
from pipelines.errors import Misuse
from scripts.commands.context import AsJson, AsPerson, desk
from scripts.console import Voice, voice
from scripts.releases.board import Board, ModelBoard, read_board
from scripts.releases.board_gates import MAY
from scripts.releases.office import now
from scripts.releases.stops import told

_COLUMNS = ("model", "account", "version", "since", "endpoint", "release")


def board(
    model: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="The model; all if left out.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the page into this file.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the page on this machine until Ctrl-C.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=1024, max=65535, help="Where to serve it.")
    ] = 8765,
    person: AsPerson = None,
    as_json: AsJson = False,
) -> None:
    """Tell what runs where, what waits for whom, what is frozen, was promoted and drifts."""
    if serve and (out is not None or as_json):
        raise Misuse("--serve", "must come without --out and --json", got="several of them")

    def read() -> Board:
        # Sat down anew each time: the role that a person takes ends after an hour.
        return read_board(desk(person, model), model, now())

    if serve:
        _serve(voice(), read, port)
        return
    found, speak = read(), voice()
    if out is not None:
        # Only this makes a page.
        from scripts.releases.board_page import page, write_page

        write_page(page(found), out)
        speak.say(f"release board in {out}")
    if as_json:
        speak.json(found.document())
    elif out is None:
        _tell(speak, found)


def _serve(speak: Voice, read: Any, port: int) -> None:
    from scripts.releases.board_page import page
    from scripts.releases.board_server import BoardServer, Fresh

    fresh = Fresh(lambda: page(read()))
    # What nobody can read is told now, and not to whoever opens the page.
    fresh.page()
    with BoardServer(fresh, port) as server:
        speak.say(f"release board at {server.url} for whoever works on this machine; end: Ctrl-C")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            speak.say("the board is served no longer")


def _tell(speak: Voice, found: Board) -> None:
    rows = [
        {
            "model": each.model,
            "account": one.account,
            "version": one.version,
            "since": spell(one.since) if one.since else None,
            "endpoint": one.endpoint.status if one.endpoint else None,
            "release": one.release,
        }
        for each in found.models
        for one in each.running
    ]
    speak.rows(_COLUMNS, rows, as_json=False)
    for each in found.models:
        for line in _lines(each):
            speak.say(f"{each.model}: {line}")
    for word in found.freezes or ():
        speak.say(told(word))
    for sentence in found.untold:
        speak.say(sentence)


def _lines(each: ModelBoard) -> Iterator[str]:
    for one in each.running:
        if one.went_back:
            yield f"{one.account} went back to version {one.version or '?'}: {one.went_back}"
        if one.trained:
            version, run = one.trained["version of the data"], one.trained["run"]
            yield (
                f"{one.account} serves what it has trained itself, {one.trained['archive']}: "
                f"{one.trained['measured']}; version {version} of its data, run {run}"
            )
        if one.endpoint and one.endpoint.differs:
            yield f"{one.account} does not run the release on record: it {one.endpoint.differs}"
    for version in each.versions:
        people = " or ".join(version.people) or "nobody"
        yield f"version {version.version} waits in the registry for {people}"
    waiting = each.waiting
    if waiting is not None:
        people = ", ".join(one.person for one in waiting.candidates if one.state == MAY)
        yield (
            f"version {waiting.version} waits at the gate: {waiting.missing} of "
            f"{waiting.required} approvals missing; may approve: {people or 'nobody'}"
        )
    for drift in each.drift:
        if drift.same is False:
            yield f"{drift.staging} and {drift.production} run different releases"
