"""The page is written from facts and notes, stays readable, and loses no note."""

from __future__ import annotations

from pathlib import Path

import pytest

import twin
from twin.fidelity.__main__ import written
from twin.fidelity.facts import facts
from twin.fidelity.notes import Note, notes
from twin.fidelity.page import PAGE, fidelity_page
from twin.operations import registry
from twin.registry import Registry

PACKAGE = Path(twin.__file__).parent
_LONGEST = 520


def test_the_fidelity_page_is_fresh() -> None:
    kept = (PACKAGE.parent / PAGE).read_text("utf-8")
    assert kept == written(PACKAGE), "run: make reference"


def test_the_page_says_every_sentence_of_every_note_and_stays_short() -> None:
    page = written(PACKAGE)
    for note in notes(PACKAGE):
        for sentence in (*note.modelled, *note.approximated, *note.absent):
            assert sentence in page, note
    assert len(page.splitlines()) <= _LONGEST


def test_what_is_registered_appears_with_its_module() -> None:
    made = Registry()
    made.wraps("sqs", "SendMessage")(lambda _twin, _call, forward: forward())
    page = fidelity_page(facts(made), ())
    (line,) = [each for each in page.splitlines() if each.startswith("- **mended**")]
    assert "Message (send)" in line


def test_a_note_about_a_service_that_nobody_can_ask_is_refused() -> None:
    note = Note("mainframe", "", "twin/x.py", ("all",), (), ())
    with pytest.raises(ValueError, match="mainframe"):
        fidelity_page(facts(registry()), (note,))


def test_every_declared_engine_is_noted() -> None:
    noted = {note.service for note in notes(PACKAGE)}
    run = {
        each.service
        for each in facts(registry())
        if any(module.startswith("twin.engines") for module in each.answered.values())
    }
    assert run <= noted
