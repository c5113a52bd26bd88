"""The copy of a root: what it holds, where its state goes, and which plan may be applied."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.account_root import RootCopy, account_source, copy_root, setup_source
from scripts.checkout import Checkout
from scripts.state_backend import LOCAL, account_state, setup_state

ROOT = Path(__file__).resolve().parents[2]
NAMING = Naming(load_organization(ROOT))
STAGING = NAMING.organization.account("staging")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    copy = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".terraform", "*.tfstate*")
    for part in ("accounts", "modules", "policies", "terraform"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    return Checkout(copy)


def _copied(checkout: Checkout, endpoint: str | None = None) -> RootCopy:
    backend = account_state(NAMING, "staging", endpoint)
    return copy_root(checkout, account_source(STAGING), checkout.private / "work", backend)


def test_the_copy_stands_where_its_relative_paths_lead_somewhere(checkout: Checkout) -> None:
    root = _copied(checkout)
    assert (root.folder / "main.tf").is_file()
    assert (root.folder / ".." / "organization.yaml").is_file()
    assert (root.folder / ".." / ".." / "modules" / "naming" / "main.tf").is_file()


def test_the_root_of_the_set_up_finds_boundaries_and_organisation(checkout: Checkout) -> None:
    root = copy_root(checkout, setup_source(STAGING), checkout.private / "work", LOCAL)
    assert (root.folder / ".." / ".." / "accounts" / "organization.yaml").is_file()
    assert (root.folder / "../../policies/guardrails/boundaries/persona.json").is_file()
    assert json.loads((root.folder / "backend_override.tf.json").read_text()) == {
        "terraform": {"backend": {"local": {"path": "terraform.tfstate"}}}
    }


def test_the_copies_of_an_account_and_of_its_set_up_are_apart(checkout: Checkout) -> None:
    setup = copy_root(checkout, setup_source(STAGING), checkout.private / "work", LOCAL)
    assert _copied(checkout).top != setup.top


def test_the_state_is_in_the_accounts_own_bucket_locked_and_encrypted() -> None:
    assert account_state(NAMING, "staging", None) == {
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


def test_where_aws_is_found_elsewhere_only_the_address_differs() -> None:
    there = account_state(NAMING, "staging", "http://127.0.0.1:1")["s3"]
    here = account_state(NAMING, "staging", None)["s3"]
    address = {name: value for name, value in there.items() if name not in here}
    assert {name: there[name] for name in here} == here
    assert address == {
        "endpoints": dict.fromkeys(("iam", "s3", "sts"), "http://127.0.0.1:1"),
        "use_path_style": True,
        "skip_metadata_api_check": True,
    }


def test_the_state_of_a_set_up_is_kept_by_a_role_of_its_own_under_a_name() -> None:
    backend = setup_state(NAMING, "staging", None, "petra")["s3"]
    assert backend["key"] == "bootstrap/staging/terraform.tfstate"
    assert backend["assume_role"] == {
        "role_arn": "arn:aws:iam::222222222222:role/gatehouse-staging-state",
        "source_identity": "petra",
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
    [
        "accounts/organization.yaml",
        "accounts/staging/main.tf",
        "modules/customer-key/main.tf",
        "policies/guardrails/boundaries/persona.json",
    ],
)
def test_what_a_plan_was_made_from_has_a_digest(changed: str, checkout: Checkout) -> None:
    before = _copied(checkout).digest()
    assert _copied(checkout).digest() == before
    path = checkout.root / changed
    path.write_text(path.read_text() + "\n# changed\n")
    assert _copied(checkout).digest() != before


def test_a_plan_of_a_twin_is_none_of_aws(checkout: Checkout) -> None:
    assert _copied(checkout).digest() != _copied(checkout, "http://127.0.0.1:1").digest()


def test_what_terraform_leaves_beside_the_root_changes_no_digest(checkout: Checkout) -> None:
    root = _copied(checkout)
    before = root.digest()
    root.plan_file.write_text("plan")
    root.note_plan(changes=3, destroy=False, digest="x")
    for left in ("terraform.tfstate", "errored.tfstate", ".terraform.tfstate.lock.info"):
        (root.folder / left).write_text("{}")
    root.init_note.parent.mkdir()
    root.init_note.write_text("x")
    assert root.digest() == before


def test_what_shall_be_adopted_outlives_a_copy_and_is_part_of_a_plan(checkout: Checkout) -> None:
    root = _copied(checkout)
    before = root.digest()
    root.adoptions.write_text('{"import": []}')
    assert _copied(checkout).adoptions.exists()
    assert root.digest() != before


def test_a_run_that_was_cut_off_is_noted_until_one_has_succeeded(checkout: Checkout) -> None:
    root = _copied(checkout)
    assert not root.is_cut_off
    before = root.digest()
    root.note_begun()
    root.adoptions.write_text('{"import": []}')
    assert _copied(checkout).is_cut_off
    root.note_done()
    assert not root.is_cut_off
    assert not root.adoptions.exists()
    assert root.digest() == before


def test_state_beside_the_root_is_forgotten_once_it_is_kept_elsewhere(checkout: Checkout) -> None:
    root = _copied(checkout)
    for name in ("terraform.tfstate", "terraform.tfstate.backup"):
        (root.folder / name).write_text("{}")
    root.forget_local_state()
    assert not list(root.folder.glob("terraform.tfstate*"))


def test_a_plan_that_was_forgotten_is_gone(checkout: Checkout) -> None:
    root = _copied(checkout)
    root.plan_file.write_text("plan")
    root.note_plan(changes=3, destroy=False, digest="x")
    assert root.read_plan_note() == {"changes": 3, "destroy": False, "digest": "x"}
    root.forget_plan()
    assert not root.plan_file.exists()
    with pytest.raises(Misuse):
        root.read_plan_note()


def test_templates_of_a_catalog_are_part_of_the_copy_and_of_its_plan(checkout: Checkout) -> None:
    lab = NAMING.organization.account("data-science")
    template = checkout.root / "accounts" / "data-science" / "catalog" / "try" / "01.yaml"
    template.parent.mkdir(parents=True, exist_ok=True)
    template.write_text("Resources: {}\n")

    def copied() -> RootCopy:
        return copy_root(checkout, account_source(lab), checkout.private / "work", LOCAL)

    before = copied().digest()
    assert (copied().folder / "catalog" / "try" / "01.yaml").read_text() == "Resources: {}\n"
    template.unlink()
    assert copied().digest() != before
    assert not (copied().folder / "catalog" / "try" / "01.yaml").exists()
