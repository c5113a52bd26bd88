"""The entry of a model is added to organization.yaml by lines: comments and all else stay."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from pipelines.errors import GatehouseError
from pipelines.organization import ORGANIZATION_FILE, SCHEMA_FILE, load_organization
from scripts.own_data.entry import choose_owner, entry_text, with_entry
from tests.scripts.command_line import ROOT

ENTRY = {"description": "Predicts rings from abalone.csv: no more.", "owner": "sofia"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "accounts").mkdir()
    for file in (ORGANIZATION_FILE, SCHEMA_FILE):
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def spoilt(root: Path, old: str, new: str) -> str:
    text = (root / ORGANIZATION_FILE).read_text("utf-8")
    assert old in text
    (root / ORGANIZATION_FILE).write_text(text.replace(old, new), "utf-8")
    return text.replace(old, new)


def test_every_line_stays_and_three_are_added(root: Path) -> None:
    before = (root / ORGANIZATION_FILE).read_text("utf-8")
    after = with_entry(root, "abalone", ENTRY)
    assert after is not None
    assert after.replace(entry_text("abalone", ENTRY), "") == before
    assert yaml.safe_load(after)["models"]["abalone"] == ENTRY
    (root / ORGANIZATION_FILE).write_text(after, "utf-8")
    assert set(load_organization(root).models) == {"breast-cancer", "abalone"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\npromotion:", "\n# About promotions.\npromotion:"),
        ("models:\n", "models: # those that are promoted\n\n  # The first one.\n"),
        ("    owner: sofia\n", "    owner: sofia # for now\n    # nobody else\n"),
    ],
)
def test_comments_stay_where_they_are(root: Path, old: str, new: str) -> None:
    before = spoilt(root, old, new)
    after = with_entry(root, "abalone", ENTRY)
    assert after is not None
    assert after.replace(entry_text("abalone", ENTRY), "") == before


def test_a_file_that_ends_with_its_models_gets_the_entry_at_its_end(root: Path) -> None:
    text = (root / ORGANIZATION_FILE).read_text("utf-8").partition("\npromotion:")[0].rstrip()
    (root / ORGANIZATION_FILE).write_text(text, "utf-8")
    after = with_entry(root, "abalone", ENTRY)
    assert after == f"{text}\n{entry_text('abalone', ENTRY)}"


def test_a_way_of_writing_that_takes_no_line_is_left_to_a_person(root: Path) -> None:
    text = (root / ORGANIZATION_FILE).read_text("utf-8")
    head, _, rest = text.partition("models:\n")
    tail = rest.partition("\n\n")[2]
    flow = 'models: { breast-cancer: { description: "Tells tumours apart.", owner: sofia } }\n\n'
    (root / ORGANIZATION_FILE).write_text(head + flow + tail, "utf-8")
    assert load_organization(root).models
    assert with_entry(root, "abalone", ENTRY) is None


@pytest.mark.parametrize(
    ("name", "entry", "sentence"),
    [
        ("abalone", ENTRY | {"owner": "nobody"}, "must be a key of people"),
        ("abalone", ENTRY | {"description": "short"}, "must be at least 10 characters long"),
        ("x-idea", ENTRY, "models"),
    ],
)
def test_an_entry_that_breaks_a_rule_is_refused(
    root: Path, name: str, entry: dict[str, str], sentence: str
) -> None:
    with pytest.raises(GatehouseError, match=sentence):
        with_entry(root, name, entry)


def test_the_only_data_scientist_owns_it_or_who_is_named(root: Path) -> None:
    organization = load_organization(root)
    assert choose_owner(organization, None) == "sofia"
    assert choose_owner(organization, "lena") == "lena"
    spoilt(root, "lena: { persona: lead", "lena: { persona: data-scientist")
    with pytest.raises(GatehouseError, match="--owner: must name a person"):
        choose_owner(load_organization(root), None)
