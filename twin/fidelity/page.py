"""Writes docs/fidelity.md from the facts of the code and the notes beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from twin.fidelity import section
from twin.fidelity.facts import Facts
from twin.fidelity.notes import Note

PAGE = Path("docs/fidelity.md")
_GUIDE = "[conformance](guides/conformance.md)"
_INDEX = ("service", "here", "mended", "moto", "nobody", "unread", "policy", "RCP", "keys")
_TITLES = ("", "modelled", "approximated", "absent")


def fidelity_page(services: Sequence[Facts], notes: Sequence[Note]) -> str:
    """Return the page: introduction, index, what holds for all, a section for each service."""
    names = {each.service for each in services}
    unknown = sorted({note.service for note in notes} - names - {""})
    if unknown:
        raise ValueError(f"notes must be about services that can be asked, got {unknown}")
    of = {name: [note for note in notes if note.service == name] for name in (*names, "")}
    told = [each for each in services if _has_section(each, of[each.service])]
    lines = [
        *_text("introduction.md").format(moto=version("moto"), conformance=_GUIDE).splitlines(),
        *_index(services, told),
        "",
        "## Who may do what",
        "",
        *_table(of[""]),
    ]
    for each in told:
        lines += ["", *section.lines(each, of[each.service])]
    return "\n".join((*lines, "", *_text("time.md").splitlines())) + "\n"


def _has_section(each: Facts, notes: Sequence[Note]) -> bool:
    """What moto answers alone, and nobody says anything about, is told by its row."""
    return bool(notes or each.answered or each.wrapped or each.besides or each.resource_policy)


def _index(services: Iterable[Facts], told: Sequence[Facts]) -> Iterator[str]:
    yield f"| {' | '.join(_INDEX)} |"
    yield f"|{'---|' * len(_INDEX)}"
    for each in services:
        name = f"[{each.service}](#{each.service})" if each in told else each.service
        keys = each.keys
        cells = (
            name,
            len(each.answered),
            len(each.wrapped),
            "by path" if each.passed_on is None else len(each.passed_on),
            "" if each.nobody is None else each.nobody,
            len(each.unread),
            "yes" if each.resource_policy else "",
            "yes" if each.reached else "",
            f"{len(keys.read)} / {len(keys.nowhere)} / {len(keys.unknown)}",
        )
        yield f"| {' | '.join(map(str, cells))} |"


def _table(notes: Iterable[Note]) -> Iterator[str]:
    yield f"| {' | '.join(_TITLES)} |"
    yield f"|{'---|' * len(_TITLES)}"
    for note in sorted(notes, key=lambda note: note.about):
        lists = (note.modelled, note.approximated, note.absent)
        yield f"| {' | '.join((_named(note), *('; '.join(each) for each in lists)))} |"


def _named(note: Note) -> str:
    return f"[{note.about}](../{note.code})"


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
