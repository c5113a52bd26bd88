"""Python and Terraform derive the same names from the same file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import Misuse
from pipelines.naming import (
    Naming,
    partition_of,
)
from pipelines.organization import load_organization
from scripts.terraform_install import ensure_terraform, release_for
from tests.pipelines.naming_outputs import outputs
from tests.resident_provider import resident_provider

ROOT = Path(__file__).resolve().parents[2]
NAMING = Naming(load_organization(ROOT))
WIRING = """
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
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

module "naming" {
  source       = "./naming"
  account      = var.account
  organization = yamldecode(file("${path.module}/accounts/organization.yaml"))
}

variable "account" {
  type = string
}

output "names" {
  value = module.naming
}
"""
_BROUGHT = {
    "cidr": "10.21.0.0/24",
    "vpc_id": "vpc-0123456789abcdef0",
    "subnet_ids": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    "route_table_ids": ["rtb-0123456789abcdef0"],
}


def _zones(second: int) -> dict[str, Any]:
    return {"cidr": f"10.{second}.0.0/16", "zones": ["a", "b", "c"]}


def _entry(kind: str, account_id: str, network: dict[str, Any], **more: str) -> dict[str, Any]:
    return {"kind": kind, "id": account_id, "network": network, **more}


# A second target in a region of its own, a second model and no promotion section.
TARGETS: dict[str, Any] = {
    "accounts": {
        "production-us": _entry("production", "012345670123", _zones(19), region="us-east-1")
    },
    "models": {"abalone-age": {"description": "Tells the age of abalone.", "owner": "milo"}},
}
# A business unit beside the first, whose people and models are its own.
UNITS: dict[str, Any] = {
    "accounts": {
        "risk-lab": _entry("data-science", "444444444444", _zones(19), business_unit="risk")
        | {"dashboard": {"readers": ["user/default/ann", "group/risk/desk"]}},
        "risk-test": _entry("staging", "555555555555", _zones(20), business_unit="risk"),
        "risk-live": _entry("production", "666666666666", _BROUGHT, business_unit="risk"),
    },
    "people": {
        "rosa": {"persona": "lead", "email": "rosa@example.com", "business_unit": "risk"},
        "max": {"persona": "lead", "email": "max@example.com", "business_unit": "main"},
    },
    "models": {
        "credit-default": {
            "description": "Tells who will not pay.",
            "owner": "rosa",
            "business_unit": "risk",
        },
        "losses": {
            "description": "Tells the losses of tomorrow.",
            "owner": "rosa",
            "business_unit": "risk",
            "answers": "batch",
        },
    },
    "features": {
        "image": f"sha256:{'a' * 64}",
        "groups": {
            "loans": {
                "description": "Loans and what became of them.",
                "owner": "rosa",
                "business_unit": "risk",
                "record_id": "loan",
                "columns": {"loan": "integer", "paid": "number"},
            }
        },
    },
}
TRIAL: dict[str, Any] = {
    "organization": {"single_account": True},
    "accounts": {
        kind: _entry(kind, "111111111111", _zones(second))
        for kind, second in (("data-science", 16), ("staging", 17), ("production", 18))
    },
}


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.parametrize(
    ("changes", "account"),
    [
        ({}, "data-science"),
        (TARGETS, "staging"),
        (UNITS, "risk-lab"),
        (UNITS, "production"),
        (TRIAL, "staging"),
    ],
    ids=["as committed", "several targets", "a unit's lab", "a unit's target", "one account"],
)
def test_terraform_derives_the_same_names(
    changes: dict[str, Any], account: str, tmp_path: Path
) -> None:
    expected = outputs(Naming(load_organization(_with(changes, tmp_path))), account)
    assert json.loads(json.dumps(expected)) == _terraform_outputs(tmp_path, account)


@pytest.mark.parametrize(
    ("ask", "purpose"),
    [
        (NAMING.role_name, "deploy"),
        (NAMING.bucket_name, "releases"),
        (NAMING.key_alias, "capture"),
        (NAMING.project_name, "verify"),
        (NAMING.endpoint_name, "breast-cancer"),
    ],
)
def test_what_a_target_has_is_refused_for_the_data_science_account(
    ask: Callable[[str, str], str], purpose: str
) -> None:
    assert ask("staging", purpose)
    with pytest.raises(Misuse):
        ask("data-science", purpose)


def test_nobody_but_whoever_builds_models_has_a_studio_role() -> None:
    assert NAMING.studio_role_name("data-science", "sofia") == "gatehouse-data-science-studio-sofia"
    for account, person in (("data-science", "omar"), ("staging", "sofia")):
        with pytest.raises(Misuse, match="must have Studio roles for the purpose asked for"):
            NAMING.studio_role_arn(account, person)


def test_a_model_has_no_endpoint_in_another_business_unit(tmp_path: Path) -> None:
    naming = Naming(load_organization(_with(UNITS, tmp_path)))
    assert naming.endpoint_name("risk-live", "credit-default")
    with pytest.raises(Misuse, match="must be of business unit risk to have an endpoint"):
        naming.endpoint_name("production", "credit-default")


def test_a_name_for_an_unknown_account_is_refused() -> None:
    with pytest.raises(Misuse, match="accounts must have the entry asked for"):
        NAMING.role_arn("sandbox", "deploy")


def test_names_stay_within_what_aws_allows() -> None:
    long = {"prefix": "p" * 12, "account": "a" * 20, "model": "m" * 24}
    assert len(f"{long['prefix']}-{long['account']}-promotion-trigger") <= 64
    assert len(f"{long['prefix']}-{long['account']}-artifacts-{'1' * 12}") <= 63
    assert len(f"{long['prefix']}-{long['account']}-{long['model']}") <= 63
    assert len(f"{long['prefix']}-{long['account']}-packages") <= 50


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def _with(changes: dict[str, Any], folder: Path) -> Path:
    shutil.copytree(ROOT / "accounts", folder / "accounts", ignore=_only_the_organisation)
    file = folder / "accounts" / "organization.yaml"
    content = yaml.safe_load(file.read_text("utf-8"))
    for section, entries in changes.items():
        content[section] = content.get(section, {}) | entries
    if changes:
        del content["promotion"]
    file.write_text(yaml.safe_dump(content), "utf-8")
    return folder


def _only_the_organisation(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("organization.")]


def _terraform_outputs(folder: Path, account: str) -> Any:
    (folder / "main.tf").write_text(WIRING, "utf-8")
    shutil.copytree(ROOT / "modules" / "naming", folder / "naming")
    for lock in sorted((ROOT / "accounts").glob("*/.terraform.lock.hcl"))[:1]:
        shutil.copy(lock, folder)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    binary = ensure_terraform(ROOT, release_for(environment), None, sys.stderr)

    def terraform(variables: dict[str, str], *arguments: str) -> str:
        done = subprocess.run(
            [binary, *arguments], cwd=folder, env=variables, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    terraform(environment, "init", "-no-color", "-input=false")
    told = f"-var=account={account}"
    with resident_provider(folder / ".terraform", environment, folder / "provider.log") as attached:
        terraform(attached, "plan", "-no-color", "-input=false", "-out=names.tfplan", told)
        shown = json.loads(terraform(attached, "show", "-json", "names.tfplan"))
    return shown["planned_values"]["outputs"]["names"]["value"]
