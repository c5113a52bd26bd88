"""Names by which guardrails would take one role for another are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.organization import ORGANIZATION_FILE, SCHEMA_FILE, load_organization

CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = (CHECKOUT / ORGANIZATION_FILE).read_text("utf-8")


@pytest.mark.parametrize("name", ["apply", "jo-apply", "ann-release-manager", "jo-launch"])
def test_a_person_is_not_called_like_a_role_that_guardrails_admit(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(InvalidInput, match=rf"people\.{name} must not end like the role"):
        _load(tmp_path, GOOD.replace("  omar:", f"  {name}:"))


def test_a_name_that_only_ends_in_the_letters_of_a_role_is_taken(tmp_path: Path) -> None:
    _load(tmp_path, GOOD.replace("  omar:", "  kaplan:"))


@pytest.mark.parametrize("name", ["organization", "my-studio"])
def test_an_account_is_not_called_like_what_it_is_told_from(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=rf"accounts\.{name} must not be organization"):
        _load(tmp_path, GOOD.replace("  production:\n    kind", f"  {name}:\n    kind"))


def test_a_model_is_not_called_like_an_experiment(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"models\.x-cancer must not begin with x-"):
        _load(tmp_path, GOOD.replace("  breast-cancer:", "  x-cancer:"))


def _load(folder: Path, text: str) -> None:
    for file, content in (
        (ORGANIZATION_FILE, text),
        (SCHEMA_FILE, (CHECKOUT / SCHEMA_FILE).read_text("utf-8")),
    ):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(content, "utf-8")
    load_organization(folder)
