"""Studio on the twin: applied, unchanged by a second plan, changed by its script, and gone."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import tftest

from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.twins import DATA_SCIENCE, RunningTwin

CHECKOUT = Path(__file__).resolve().parents[2]
_ROOT = Path("tests") / "twin" / "roots" / "studio"
_OTHER = "#!/bin/bash\nset -eu\necho other\n"


@pytest.mark.terraform
@pytest.mark.long
def test_a_studio_comes_changes_and_goes(running_twin: RunningTwin, tmp_path: Path) -> None:
    terraform = _prepared(running_twin, tmp_path)
    sagemaker = running_twin.client("sagemaker")
    before = _inventory(sagemaker)

    terraform.apply(output=False)
    assert not _changes(terraform.plan(output=True))
    first = terraform.output()
    profile = {"DomainId": first["domain_id"], "UserProfileName": "sofia"}
    role = sagemaker.describe_user_profile(**profile)["UserSettings"]["ExecutionRole"]
    assert role == f"arn:aws:iam::{DATA_SCIENCE}:role/work-lab-studio-sofia"
    assert sagemaker.create_presigned_domain_url(**profile)["AuthorizedUrl"]

    terraform.apply(output=False, tf_vars={"script": _OTHER})
    second = terraform.output()
    assert second["domain_id"] == first["domain_id"]
    assert set(second["lifecycle_config_names"].values()) == _configurations(sagemaker)
    assert not _configurations(sagemaker) & set(first["lifecycle_config_names"].values())

    terraform.destroy(tf_vars={"script": _OTHER})
    assert _inventory(sagemaker) == before


def _changes(plan: Any) -> dict[str, Any]:
    return {
        address: change["change"]["actions"]
        for address, change in plan.resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def _configurations(sagemaker: Any) -> set[str]:
    found = sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
    names = {str(config["StudioLifecycleConfigName"]) for config in found}
    return {name for name in names if name.startswith("work-lab-")}


def _inventory(sagemaker: Any) -> dict[str, int]:
    return {
        "configurations": len(sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"]),
        "domains": len(sagemaker.list_domains()["Domains"]),
        "profiles": len(sagemaker.list_user_profiles()["UserProfiles"]),
    }


def _prepared(twin: RunningTwin, folder: Path) -> Any:
    """Copy the root and the modules that it calls, and initialise it."""
    shutil.copytree(
        CHECKOUT / "modules",
        folder / "modules",
        ignore=shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl", "tests"),
    )
    shutil.copytree(CHECKOUT / _ROOT, folder / _ROOT)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {**environment.variables, **twin.environment(DATA_SCIENCE)}
    terraform = tftest.TerraformTest(str(folder / _ROOT), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform
