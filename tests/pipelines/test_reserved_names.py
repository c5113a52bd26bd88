"""Names by which guardrails would take one role for another are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.errors import InvalidInput
from pipelines.organization import ORGANIZATION_FILE, SCHEMA_FILE, load_organization

CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = (CHECKOUT / ORGANIZATION_FILE).read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["gilead", "redeploy", "apply", "jo-apply", "ann-release-manager", "jo-launch"]
)
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


@pytest.mark.parametrize("name", ["x-cancer", "x-x"])
def test_a_model_is_not_called_like_an_experiment(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=rf"models\.{name} must not be x or begin with x-"):
        _load(tmp_path, GOOD.replace("  breast-cancer:", f"  {name}:"))


def test_a_name_that_only_begins_with_the_letter_is_taken(tmp_path: Path) -> None:
    _load(tmp_path, GOOD.replace("  breast-cancer:", "  xray:"))


@pytest.mark.parametrize("name", ["x-lab", "x-ray"])
def test_an_account_is_not_called_like_an_experiment(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=rf"accounts\.{name} must not be x or begin with x-"):
        _load(tmp_path, GOOD.replace("  production:\n    kind", f"  {name}:\n    kind"))


@pytest.mark.parametrize("name", ["staging", "staging-risk", "data-science-churn"])
def test_a_model_is_not_called_like_an_account(tmp_path: Path, name: str) -> None:
    rule = rf"models\.{name} must not be or begin with the key of an account"
    with pytest.raises(InvalidInput, match=rule):
        _load(tmp_path, GOOD.replace("  breast-cancer:", f"  {name}:"))


def test_a_model_that_only_ends_like_an_account_is_taken(tmp_path: Path) -> None:
    _load(tmp_path, GOOD.replace("  breast-cancer:", "  stagings:"))


def test_the_jobs_of_a_model_do_not_write_where_people_bring_data(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"models\.raw must not be raw"):
        _load(tmp_path, GOOD.replace("  breast-cancer:", "  raw:"))


def _load(folder: Path, text: str) -> None:
    for file, content in (
        (ORGANIZATION_FILE, text),
        (SCHEMA_FILE, (CHECKOUT / SCHEMA_FILE).read_text("utf-8")),
    ):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(content, "utf-8")
    load_organization(folder)
