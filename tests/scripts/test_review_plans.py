"""Plans for a review: every root once, without an account, anew only where something changed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.models.description import MODELS
from pipelines.organization import Organization, load_organization
from policies.model import required_roots
from scripts.checkout import Checkout
from scripts.offline_root import cut_off
from scripts.review_plans import make_plans, reviewed_roots
from scripts.terraform_failures import TerraformError

_CHECKOUT = Path(__file__).resolve().parents[2]
# A program that notes where it was called, and says of a plan what the folder holds.
_FAKE = """#!{python} -IS
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
root, command = pathlib.Path.cwd(), sys.argv[1]
with (here / "calls").open("a") as calls:
    keys = sorted(name for name in os.environ if name.startswith("AWS_"))
    calls.write(json.dumps([command, str(root), keys]) + "\\n")
for word in sys.argv:
    if word.startswith("-out="):
        pathlib.Path(word[5:]).write_text("a plan")
if command == "plan" and (here / "fails").exists():
    error = {{"severity": "error", "summary": "No", "detail": "not this", "address": ""}}
    print(json.dumps({{"type": "diagnostic", "@level": "error", "diagnostic": error}}))
    sys.exit(1)
if command == "show":
    override = json.loads((root / "offline_override.tf.json").read_text())
    print(json.dumps({{"format_version": "1.2", "timestamp": str(os.getpid()),
        "override": override, "told": json.loads((root / "review.auto.tfvars.json").read_text())}}))
"""


class Place:
    """A checkout of its own with a Terraform of our own making."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root = folder / "checkout"
        for part in ("accounts", "modules", "policies/guardrails", "terraform", "pipelines/models"):
            ignored = shutil.ignore_patterns("tests", ".terraform", "__pycache__")
            shutil.copytree(_CHECKOUT / part, root / part, ignore=ignored)
        self.checkout = Checkout(root, folder / "state")
        self.binary = folder / "terraform"
        self.binary.write_text(_FAKE.format(python=sys.executable))
        self.binary.chmod(0o755)
        self.said: list[str] = []

    def make(self) -> dict[str, str]:
        """Make the plans; give each file's text by its name."""
        environ = {"PATH": os.environ["PATH"], "AWS_PROFILE": "somebody", "HOME": str(self.folder)}
        self.said.clear()
        made = make_plans(self.checkout, self.binary, environ, self.said.append)
        return {path.name: path.read_text("utf-8") for path in made.iterdir()}

    def calls(self, command: str) -> list[tuple[str, list[str]]]:
        """Tell where the program was called so, and with which variables of AWS; then forget."""
        lines = (self.folder / "calls").read_text().splitlines()
        found = [json.loads(line) for line in lines]
        (self.folder / "calls").write_text("")
        return [(folder, keys) for name, folder, keys in found if name == command]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_every_root_that_a_review_needs_is_planned_once() -> None:
    checkout = Checkout(_CHECKOUT)
    names = [each.name for each in reviewed_roots(checkout.naming(), MODELS)]
    assert tuple(names) == required_roots(load_organization(_CHECKOUT))


def test_plans_are_kept_under_the_name_of_their_root(place: Place) -> None:
    made = place.make()
    wanted = {f"{name.replace('/', '__')}.json" for name in required_roots(_organization(place))}
    assert set(made) == wanted
    assert json.loads(made["staging.json"])["told"] == {"account": "staging"}
    assert json.loads(made["release__staging.json"])["told"]["account_id"] == "222222222222"
    assert json.loads(made["organization.json"])["told"] == {}


def test_no_plan_knows_credentials_or_an_account(place: Place) -> None:
    made = place.make()
    assert {tuple(keys) for _, keys in place.calls("plan")} == {()}
    for text in made.values():
        override = json.loads(text)["override"]
        assert override["terraform"] == {"backend": {"local": {}}}
        assert all(each["skip_requesting_account_id"] for each in override["provider"]["aws"])


def test_a_plan_does_not_tell_when_it_was_made(place: Place) -> None:
    assert all("timestamp" not in json.loads(text) for text in place.make().values())


def test_nothing_is_planned_again_that_did_not_change(place: Place) -> None:
    made = place.make()
    place.calls("plan")
    assert place.make() == made
    assert place.calls("plan") == []
    assert all(each.endswith(": unchanged") for each in place.said)


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("accounts/staging/main.tf", {"staging"}),
        ("accounts/staging/.terraform.lock.hcl", {"staging"}),
        (
            "terraform/bootstrap/main.tf",
            {"bootstrap/data-science", "bootstrap/production", "bootstrap/staging"},
        ),
        ("modules/customer-key/main.tf", None),
        ("accounts/organization.yaml", None),
        ("policies/guardrails/attachments.json", None),
        ("pipelines/models/breast-cancer.yaml", {"release/production", "release/staging"}),
    ],
)
def test_what_depends_on_a_change_is_planned_again(
    place: Place, path: str, again: set[str] | None
) -> None:
    place.make()
    place.calls("plan")
    file = place.checkout.root / path
    file.chmod(0o644)
    text = file.read_text("utf-8")
    changed = text.replace("initial_instance_count: 1", "initial_instance_count: 3")
    changed = changed.replace("initial_instance_count: 2", "initial_instance_count: 4")
    file.write_text(changed if changed != text else f"{text}\n", "utf-8")
    place.make()
    every = set(required_roots(_organization(place)))
    planned = {s.split()[1].removesuffix(":") for s in place.said if s.endswith(": made")}
    assert planned == (every if again is None else again)


def test_another_terraform_plans_anew(place: Place) -> None:
    place.make()
    os.utime(place.binary, (1, 1))
    place.make()
    assert not any(each.endswith(": unchanged") for each in place.said)


def test_a_root_that_cannot_be_planned_ends_it_and_leaves_no_plan_of_before(place: Place) -> None:
    place.make()
    (place.folder / "fails").touch()
    with (place.checkout.root / "accounts/staging/main.tf").open("a") as file:
        file.write("\n# changed\n")
    with pytest.raises(TerraformError):
        place.make()
    (place.folder / "fails").unlink()
    place.make()
    assert "plan staging: made" in place.said


def test_the_plan_of_a_root_that_there_is_no_more_goes(place: Place) -> None:
    place.make()
    stray = place.checkout.private / "review" / "plans" / "gone.json"
    stray.write_text("{}", "utf-8")
    assert "gone.json" not in place.make()


def test_each_provider_of_a_root_is_cut_off(tmp_path: Path) -> None:
    aliased = 'provider "aws" {\n}\n\nprovider "aws" {\n  alias  = "elsewhere"\n}\n'
    (tmp_path / "terraform.tf").write_text(aliased, "utf-8")
    cut_off(tmp_path)
    override = json.loads((tmp_path / "offline_override.tf.json").read_text("utf-8"))
    assert [each.get("alias") for each in override["provider"]["aws"]] == [None, "elsewhere"]


def _organization(place: Place) -> Organization:
    return place.checkout.naming().organization
