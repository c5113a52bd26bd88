"""The copy of a root: what it holds, where its state goes, and which plan may be applied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.account_root import AccountRoot, copy_root
from scripts.checkout import Checkout

ROOT = Path(__file__).resolve().parents[2]
NAMING = Naming(load_organization(ROOT))


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    copy = tmp_path / "checkout"
    for part in ("accounts", "modules"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns(".terraform"))
    return Checkout(copy)


def _copied(checkout: Checkout, account: str = "staging", *, local: bool = True) -> AccountRoot:
    return copy_root(checkout, NAMING, account, checkout.private / "work", local=local)


def _backend(root: AccountRoot) -> Any:
    return json.loads((root.folder / "backend_override.tf.json").read_text())["terraform"][
        "backend"
    ]


def test_the_copy_stands_where_its_relative_paths_lead_somewhere(checkout: Checkout) -> None:
    root = _copied(checkout)
    assert (root.folder / "main.tf").is_file()
    assert (root.folder / ".." / "organization.yaml").is_file()
    assert (root.folder / ".." / ".." / "modules" / "naming" / "main.tf").is_file()


def test_on_this_machine_the_state_is_a_file_beside_the_copy(checkout: Checkout) -> None:
    assert _backend(_copied(checkout)) == {"local": {"path": "terraform.tfstate"}}


def test_on_aws_the_state_is_in_the_accounts_own_bucket_locked_and_encrypted(
    checkout: Checkout,
) -> None:
    assert _backend(_copied(checkout, local=False)) == {
        "s3": {
            "bucket": "gatehouse-staging-tfstate-222222222222",
            "key": "accounts/staging/terraform.tfstate",
            "region": "eu-west-1",
            "encrypt": True,
            "kms_key_id": "arn:aws:kms:eu-west-1:222222222222:alias/gatehouse-staging-tfstate",
            "use_lockfile": True,
            "allowed_account_ids": ["222222222222"],
        }
    }


def test_a_file_that_is_gone_from_the_root_is_gone_from_the_copy(checkout: Checkout) -> None:
    extra = checkout.root / "accounts" / "staging" / "extra.tf"
    extra.write_text("")
    assert (_copied(checkout).folder / "extra.tf").exists()
    extra.unlink()
    root = _copied(checkout)
    assert not (root.folder / "extra.tf").exists()


def test_copying_again_keeps_state_and_plan(checkout: Checkout) -> None:
    root = _copied(checkout)
    for name in ("terraform.tfstate", "gatehouse.tfplan"):
        (root.folder / name).write_text("kept")
    again = _copied(checkout)
    assert (again.folder / "terraform.tfstate").read_text() == "kept"
    assert again.plan_file.read_text() == "kept"


def test_an_account_without_a_saved_plan_cannot_be_applied(checkout: Checkout) -> None:
    with pytest.raises(Misuse) as refusal:
        _copied(checkout).read_plan_note()
    assert str(refusal.value) == (
        "staging: must have a saved plan, which is what is applied, got none\n\n"
        "hint: make one and read it: make plan ACCOUNT=staging"
    )


@pytest.mark.parametrize(
    "changed",
    ["accounts/organization.yaml", "accounts/staging/main.tf", "modules/customer-key/main.tf"],
)
def test_what_a_plan_was_made_from_has_a_digest(changed: str, checkout: Checkout) -> None:
    before = _copied(checkout).digest()
    assert _copied(checkout).digest() == before
    path = checkout.root / changed
    path.write_text(path.read_text() + "\n# changed\n")
    assert _copied(checkout).digest() != before


def test_a_plan_of_a_twin_is_none_of_aws(checkout: Checkout) -> None:
    assert _copied(checkout).digest() != _copied(checkout, local=False).digest()


def test_a_plan_that_was_forgotten_is_gone(checkout: Checkout) -> None:
    root = _copied(checkout)
    root.plan_file.write_text("plan")
    root.note_plan(changes=3, destroy=False, digest="x")
    assert root.read_plan_note() == {"changes": 3, "destroy": False, "digest": "x"}
    root.forget_plan()
    assert not root.plan_file.exists()
    with pytest.raises(Misuse):
        root.read_plan_note()
