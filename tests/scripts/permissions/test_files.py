"""The files of used and of unused grants, and the purposes that they go by."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from scripts.permissions import reasons, recorded
from scripts.permissions.purposes import Permission, Purposes
from tests.platform_plans import CHECKOUT

_ENTRY = "roles: [a], statements: [B], actions: ['s3:*'], reason: for what is done by hand"


def _with(tmp_path: Path, file: Path, text: str) -> Path:
    (tmp_path / "policies").mkdir()
    shutil.copy(CHECKOUT / file.with_suffix(".schema.json"), tmp_path / "policies")
    (tmp_path / file).write_text(text, "utf-8")
    return tmp_path


def test_a_reason_is_read_with_its_line(tmp_path: Path) -> None:
    root = _with(tmp_path, reasons.FILE, f"grants:\n  - {{{_ENTRY}}}\n")
    (found,) = reasons.read_reasons(root)
    assert found.line == 2
    assert found.covers(Permission("a", "B", "s3:GetObject"))
    assert not found.covers(Permission("ab", "B", "s3:GetObject"))


@pytest.mark.parametrize(
    "text",
    [
        "- a",
        "grants: {}",
        "grants: [{roles: [a], statements: [B], actions: ['s3:*']}]",
        f"grants: [{{{_ENTRY}, until: x}}]",
        f"grants: [{{{_ENTRY.replace('[a]', 'a')}}}]",
        f"grants: [{{{_ENTRY.replace('[a]', '[]')}}}]",
        f"grants: [{{{_ENTRY.replace('s3:*', '*')}}}]",
        f"grants: [{{{_ENTRY.replace('for what is done by hand', 'why not')}}}]",
    ],
)
def test_a_file_of_reasons_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput):
        reasons.read_reasons(_with(tmp_path, reasons.FILE, text))


def test_uses_are_written_the_same_in_any_order_and_read_again(tmp_path: Path) -> None:
    uses = [
        Permission("job", "Write", "s3:PutObject"),
        *(Permission("job", "Read", f"s3:GetObject{number}") for number in range(9)),
        Permission("deploy", "Start", "codebuild:StartBuild"),
    ]
    text = recorded.text_of(recorded.recorded(uses))
    assert text == recorded.text_of(recorded.recorded([*reversed(uses), uses[0]]))
    found = recorded.read_recorded(_with(tmp_path, recorded.FILE, text))
    assert sorted(found) == sorted(uses)
    assert found.covers(Permission("job", "Write", "s3:Put*"))
    assert not found.covers(Permission("job", "Read", "s3:PutObject"))


@pytest.mark.parametrize("text", ["used: []", "used: {job: {}}", "used: {job: {Read: ['s3:*']}}"])
def test_a_file_of_uses_that_says_something_else_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput):
        recorded.read_recorded(_with(tmp_path, recorded.FILE, text))


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        ("acme-lab-training", "training"),
        ("acme-lab-eu-training", "training"),
        ("acme-lab-studio-ada", "studio"),
        ("somebody", "somebody"),
    ],
)
def test_a_purpose_is_what_a_name_says_after_the_account(name: str, purpose: str) -> None:
    purposes = Purposes(("acme-lab-eu-", "acme-lab-"))
    assert purposes.of(f"arn:aws:iam::111111111111:role/path/{name}") == purpose
