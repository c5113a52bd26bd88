"""Reads invariants strictly: what is misspelt or empty is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from policies.invariants.listing import PAGE, listing
from policies.invariants.reading import read_invariants
from policies.registry import read_controls

_CLAIM = """\
concern: Tests
invariants:
  nobody-does-it:
    sentence: Nobody ever does it, whoever asks.
    controls: [IAM-01]
    who: {{ administrators: {{}} }}
    held_by: [guardrails]
    {body}
"""


def _read(folder: Path, body: str) -> None:
    (folder / "tests.yaml").write_text(_CLAIM.format(body=body), "utf-8")
    read_invariants(folder)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("nevr: [iam:CreateUser]", "nevr"),
        ("never: []", "never"),
        ("never: [iam:CreateUser]\n    can: [iam:CreateUser]", "nobody-does-it"),
        ("never: ['@unknown']", "list of the file"),
        ("never: [iam:CreateUser]\n    when: [{ StringSame: { a: b } }]", "operator"),
        ("never: [iam:CreateUser]\n    what: { resource: bucket, inside: true }", "inside"),
    ],
)
def test_refuses_what_does_not_keep_to_the_form(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _read(tmp_path, body)
    assert said in str(refused.value)


def test_every_control_names_the_invariants_that_name_it() -> None:
    named = {
        (control.id, verifier)
        for control in read_controls()
        for verifier in control.verifiers
        if verifier.startswith("invariant:")
    }
    claimed = {
        (control, f"invariant:{each.id}") for each in read_invariants() for control in each.controls
    }
    assert named == claimed


def test_there_are_enough_to_speak_of_every_concern() -> None:
    assert len(read_invariants()) >= 50


def test_the_page_lists_every_invariant_as_it_is() -> None:
    assert PAGE.read_text("utf-8") == listing(), "run python -m policies.invariants.listing"
