"""A board as one HTML file that needs no network and runs no program."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from pipelines.attestations.refusal import RULES
from pipelines.errors import EnvironmentFault, Misuse
from policies.report.content_policy import content_policy
from policies.report.templates import templates
from scripts.releases.board import Board

# By this an earlier board is known that may be written over.
_MARK = b'<meta name="generator" content="gatehouse release board">'
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def page(board: Board) -> str:
    """Make the page."""
    environment = templates(Path(__file__).parent)
    environment.filters |= {"when": _when, "ago": _ago, "lasts": lasts}
    return environment.get_template("board.html").render(
        board=board,
        sentences={rule.id: rule.sentence for rule in RULES},
        # Files of this package, never input; nothing else is left unescaped.
        style=Markup(_style()),  # noqa: S704
        policy=board_policy(),
    )


def board_policy() -> str:
    """Tell a browser what it may do with a board."""
    return content_policy(_style())


def write_page(content: str, place: Path) -> None:
    """Write a board, over an earlier one if there is one; readers see the old or the new one.

    Raises Misuse for a file that is no board, and EnvironmentFault where nothing can be written.
    """
    try:
        if place.exists() and _MARK not in place.read_bytes():
            raise Misuse("--out", "must be a new file or an earlier board", got=str(place))
        beside = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            beside.write_bytes(content.encode())
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            str(place), "must be a file that can be written", got=error.strerror
        ) from error


def lasts(seconds: float) -> str:
    """Tell how long something takes, in its largest unit and the next: 2 hours 5 minutes."""
    rest, words = round(seconds), []
    for size, name in _UNITS:
        number, rest = divmod(rest, size)
        if number:
            words.append(f"{number} {name}{'' if number == 1 else 's'}")
        elif words:
            break
    return " ".join(words[:2]) or "0 seconds"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _ago(moment: datetime, now: datetime) -> str:
    passed = (now - moment).total_seconds()
    return f"{lasts(passed)} ago" if passed >= 1 else "just now"


def _style() -> str:
    names = ("dossier.css", "board.css")
    return "".join(Path(__file__).with_name(name).read_text("utf-8") for name in names)
