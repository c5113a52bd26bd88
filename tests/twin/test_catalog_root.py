"""A catalog on the twin: applied, unchanged by a second plan, given a version, and gone."""

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
_ROOT = Path("tests") / "twin" / "roots" / "catalog"
_LATER = (
    "{ Parameters: { Days: { Type: Number } }, Resources: { Log: { Type: 'AWS::Logs::LogGroup', "
    "Properties: { LogGroupName: /shop-lab/x/later } } } }"
)


@pytest.mark.terraform
@pytest.mark.long
def test_a_catalog_comes_gets_a_version_and_goes(running_twin: RunningTwin, tmp_path: Path) -> None:
    terraform = _prepared(running_twin, tmp_path)
    catalog = running_twin.client("servicecatalog")
    before = _inventory(catalog)

    terraform.apply(output=False)
    assert not _changes(terraform.plan(output=True))
    first = terraform.output()
    product = first["product_ids"]["log"]
    assert _versions(catalog, product) == {"DEFAULT": 1}

    terraform.apply(output=False, tf_vars={"later_templates": f'["{_LATER}"]'})
    assert terraform.output()["product_ids"]["log"] == product
    assert _versions(catalog, product) == {"DEFAULT": 2}

    terraform.destroy(tf_vars={"later_templates": f'["{_LATER}"]'})
    assert _inventory(catalog) == before


def _changes(plan: Any) -> dict[str, Any]:
    return {
        address: change["change"]["actions"]
        for address, change in plan.resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }


def _versions(catalog: Any, product: str) -> dict[str, int]:
    found = catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
    said = [one["Guidance"] for one in found]
    return {guidance: said.count(guidance) for guidance in said}


def _inventory(catalog: Any) -> dict[str, int]:
    return {
        "options": len(catalog.list_tag_options()["TagOptionDetails"]),
        "portfolios": len(catalog.list_portfolios()["PortfolioDetails"]),
        "products": len(catalog.search_products_as_admin()["ProductViewDetails"]),
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
