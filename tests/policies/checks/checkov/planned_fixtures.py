"""Fixtures of checkov's checks, and their plans: as written, in modules, under keys and counts.

    python -m tests.policies.checks.checkov.planned_fixtures

plans them anew, all at once, with the real provider and no account. The plans are kept, so that
tests need no Terraform; they carry the digest of the fixtures that they were made of.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tftest

from policies.model import PlannedResource
from policies.verdict import Source, Verdict
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for

CHECKOUT = Path(__file__).resolve().parents[4]
FIXTURES = Path(__file__).with_name("fixtures")
PLANS = Path(__file__).with_name("plans.json")
_EXPECTED = {"passing": Verdict.HOLDS, "failing": Verdict.VIOLATED}
VARIANTS = ("plain", "module", "keyed", "each", "count")
_RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)" \{$', re.MULTILINE)
_UNPLANNABLE = re.compile(r'^resource "\w+" "\w+_beyond_provider" \{$.*?^\}$', re.M | re.S)
_ROOT = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
"""


@dataclass(frozen=True)
class Example:
    """A resource of a fixture: the check that it is for, its type and name, and its variant."""

    check: str
    type: str
    name: str
    variant: str = "plain"

    @property
    def is_planned(self) -> bool:
        """Tell whether the provider can plan it; it does not know yet all that AWS takes."""
        return not self.name.endswith("_beyond_provider")

    @property
    def expected(self) -> Verdict:
        """What its name says that the check finds in a plan."""
        if self.name.startswith("failing_unknown"):
            return Verdict.NOT_DECIDED
        return _EXPECTED[self.name.split("_")[0]]


def examples() -> Iterator[Example]:
    """Give every resource of every fixture, as written."""
    for path in sorted(FIXTURES.glob("*.tf")):
        for type_, name in _RESOURCE.findall(path.read_text("utf-8")):
            yield Example(path.stem, type_, name)


def digest() -> str:
    """Return what tells these fixtures from any others."""
    found = hashlib.sha256()
    for path in sorted(FIXTURES.glob("*.tf")):
        found.update(f"{path.name}\n{path.read_text('utf-8')}\n".encode())
    return found.hexdigest()


def read_plans() -> dict[Example, list[PlannedResource]]:
    """Read the kept plans by the fixture that each resource is of."""
    planned: dict[Example, list[PlannedResource]] = {}
    for entry in json.loads(PLANS.read_text("utf-8"))["resources"]:
        example = _example(entry)
        resource = PlannedResource(
            root="production",
            address=entry["address"],
            type=entry["type"],
            account="production",
            values=entry["after"],
            unknown=entry["after_unknown"],
            source=Source("production", entry["address"]),
        )
        planned.setdefault(example, []).append(resource)
    return planned


def plan_fixtures(folder: Path) -> dict[str, Any]:
    """Plan all fixtures in all variants at once."""
    (folder / "main.tf").write_text(_ROOT + "".join(_calls()), "utf-8")
    for path in FIXTURES.glob("*.tf"):
        text = _UNPLANNABLE.sub("", path.read_text("utf-8"))
        module = folder / "modules" / path.stem
        module.mkdir(parents=True)
        (module / "main.tf").write_text(text, "utf-8")
        for variant in ("plain", "each", "count"):
            written = _renamed(text, path.stem, variant)
            (folder / f"{path.stem}-{variant}.tf").write_text(written, "utf-8")
    changes = _planned(folder)
    return {
        "fixtures": digest(),
        "resources": [_kept(address, changes[address]) for address in sorted(changes)],
    }


def _calls() -> Iterator[str]:
    for path in sorted(FIXTURES.glob("*.tf")):
        source = f'  source = "./modules/{path.stem}"\n'
        yield f'module "module_{path.stem}" {{\n{source}}}\n'
        yield f'module "keyed_{path.stem}" {{\n{source}  for_each = toset(["a.b/c"])\n}}\n'


def _renamed(text: str, check: str, variant: str) -> str:
    added = {"each": '  for_each = toset(["x.y", "it/is[0].z"])\n', "count": "  count = 2\n"}
    return _RESOURCE.sub(
        lambda found: (
            f'resource "{found[1]}" "{variant}_{check}_{found[2]}" {{\n{added.get(variant, "")}'
        ),
        text,
    )


def _planned(folder: Path) -> dict[str, Any]:
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {
        name: value for name, value in environment.variables.items() if not name.startswith("AWS_")
    }
    terraform = tftest.TerraformTest(str(folder), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    output = terraform.plan(output=True)
    return dict(output.resource_changes)


def _kept(address: str, change: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": address,
        "type": change["type"],
        "name": change["name"],
        "after": _without_nothing(change["change"]["after"]),
        "after_unknown": _without_nothing(change["change"]["after_unknown"]),
    }


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_nothing(each)
            for key, each in sorted(value.items())
            if each not in (None, [], {})
        }
    return [_without_nothing(each) for each in value] if isinstance(value, list) else value


def _example(entry: dict[str, Any]) -> Example:
    call = re.match(r"module\.(module|keyed)_(\w+?)(\[|\.)", entry["address"])
    if call:
        return Example(call[2], entry["type"], entry["name"], call[1])
    own = re.match(r"(plain|each|count)_(CKV_[A-Z]+_\d+)_(\w+)$", entry["name"])
    assert own, entry["address"]
    return Example(own[2], entry["type"], own[3], own[1])


def main() -> None:
    """Plan the fixtures and keep their plans."""
    with tempfile.TemporaryDirectory() as folder:
        document = plan_fixtures(Path(folder))
    lines = ",\n".join(json.dumps(each, sort_keys=True) for each in document["resources"])
    text = f'{{"fixtures": "{document["fixtures"]}", "resources": [\n{lines}\n]}}\n'
    PLANS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
