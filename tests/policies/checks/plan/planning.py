"""Plans of the fixtures by the real provider, without an account; committed, as each costs seconds.

    python -m tests.policies.checks.plan.planning

makes them anew. Each fixture is planned as it is written, and again as a module with a dotted key
of `for_each` and as a module with `count`: a verdict must not depend on how a resource is called.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tftest

from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.resident_provider import resident_provider

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parents[3]
FIXTURES, PLANS = HERE / "fixtures", HERE / "plans"
FOLDERS = ("broken", "broken-organization", "sound", "sound-organization")
# How a fixture is called, and what that puts in front of its addresses.
CALLS: Mapping[str, str] = {
    "plain": "",
    "keyed": 'module.it["a.b"].',
    "counted": "module.it[0].",
}
_CALL: Mapping[str, Mapping[str, Any]] = {
    "keyed": {"for_each": '${toset(["a.b"])}'},
    "counted": {"count": 1},
}
_PROVIDER = {
    "region": "eu-west-1",
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "none",
    "skip_credentials_validation": True,
    "skip_metadata_api_check": True,
    "skip_requesting_account_id": True,
}
_KEPT = ("address", "module_address", "mode", "type", "name", "index", "provider_name")


@contextmanager
def provider(folder: Path) -> Iterator[dict[str, str]]:
    """Give the variables with which Terraform plans fixtures by one provider, started once."""
    folder.mkdir()
    _configure(folder)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    variables = {
        name: value for name, value in environment.variables.items() if not name.startswith("AWS_")
    }
    with one_at_a_time(environment.variables):
        _terraform(folder, variables).setup(cleanup_on_exit=False)
    with resident_provider(folder / ".terraform", variables, folder / "provider.log") as attached:
        yield attached


def plan(name: str, call: str, folder: Path, attached: dict[str, str]) -> dict[str, Any]:
    """Plan a fixture and keep of the plan what the model reads."""
    source = folder / "it"
    shutil.copytree(FIXTURES / name, source)
    root = source if call == "plain" else folder / "root"
    root.mkdir(exist_ok=True)
    _configure(root, {} if call == "plain" else {"it": {"source": "../it", **_CALL[call]}})
    terraform = _terraform(root, attached)
    terraform.setup(cleanup_on_exit=False)
    return _reduced(terraform.plan(output=True)._raw)


def _configure(root: Path, modules: Mapping[str, Any] | None = None) -> None:
    required = {"aws": {"source": "hashicorp/aws", "version": "5.100.0"}}
    settings: dict[str, Any] = {
        "terraform": {"required_providers": required},
        "provider": {"aws": _PROVIDER},
    }
    if modules:
        settings["module"] = modules
    (root / "provider.tf.json").write_text(json.dumps(settings), "utf-8")


def _terraform(root: Path, variables: dict[str, str]) -> tftest.TerraformTest:
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    return tftest.TerraformTest(str(root), binary=str(binary), env=variables)


def _reduced(found: Mapping[str, Any]) -> dict[str, Any]:
    changes = [
        {name: change[name] for name in _KEPT if name in change}
        | {
            "change": {
                name: change["change"][name] for name in ("actions", "after", "after_unknown")
            }
        }
        for change in found["resource_changes"]
    ]
    return {
        "format_version": found["format_version"],
        "complete": found["complete"],
        "errored": found["errored"],
        "resource_changes": changes,
        "configuration": found["configuration"],
    }


def text_of(found: Mapping[str, Any]) -> str:
    """Write a plan as it is committed: a resource a line, so that a change is seen."""
    changes = ",\n".join(json.dumps(it, sort_keys=True) for it in found["resource_changes"])
    rest = {name: value for name, value in found.items() if name != "resource_changes"}
    head = json.dumps(rest, sort_keys=True, indent=1)[:-2]
    return f'{head},\n "resource_changes": [\n{changes}\n ]\n}}\n'


def main() -> None:
    """Make all plans anew."""
    PLANS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, provider(Path(folder) / "provider") as attached:
        for name in sys.argv[1:] or FOLDERS:
            for call in CALLS:
                place = Path(folder) / f"{name}-{call}"
                place.mkdir()
                made = text_of(plan(name, call, place, attached))
                (PLANS / f"{name}-{call}.json").write_text(made, "utf-8")


if __name__ == "__main__":
    main()
