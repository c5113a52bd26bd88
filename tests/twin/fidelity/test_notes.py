"""Notes beside the code: closed, about code that is there, and read in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.errors import TwinError
from twin.fidelity.notes import notes


def _package(tmp_path: Path, text: str) -> Path:
    package = tmp_path / "twin"
    (package / "part").mkdir(parents=True)
    (package / "part" / "made.py").write_text('"""Makes."""\n', "utf-8")
    (package / "part" / "fidelity.yaml").write_text(text, "utf-8")
    return package


def test_a_note_knows_its_code_and_sentences(tmp_path: Path) -> None:
    text = "- {service: s3, code: made.py, modelled: [all], absent: [nothing]}"
    (note,) = notes(_package(tmp_path, text))
    assert (note.service, note.about, note.code) == ("s3", "", "twin/part/made.py")
    assert (note.modelled, note.approximated, note.absent) == (("all",), (), ("nothing",))


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("- {service: s3, code: gone.py, modelled: [x]}", "must be a module or folder beside it"),
        ("- {service: s3, modelled: [x]}", "must be a module or folder beside it"),
        ("- {service: s3, code: made.py}", "must say something"),
        ("- {code: made.py, modelled: [x]}", "must name a service or what it is about"),
        ("- {service: s3, code: made.py, modeled: [x]}", "must have no members but"),
        ("- {service: s3, code: made.py, modelled: x}", "must be a list of sentences"),
        ("- {service: s3, code: made.py, modelled: ['']}", "must be a list of sentences"),
    ],
)
def test_a_note_that_says_it_wrongly_is_refused(tmp_path: Path, text: str, claim: str) -> None:
    with pytest.raises(TwinError, match=claim) as caught:
        notes(_package(tmp_path, text))
    assert caught.value.address.startswith("twin/part/fidelity.yaml[0]")
