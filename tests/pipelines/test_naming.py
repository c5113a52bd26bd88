"""Python and Terraform derive the same names from the same file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.errors import Misuse
from pipelines.naming import (
    BOUNDARY_CLASSES,
    REPOSITORY_PURPOSES,
    Naming,
    bucket_purposes,
    key_purposes,
    partition_of,
    project_purposes,
    role_purposes,
)
from pipelines.organization import Account, AccountKind, Persona, load_organization
from scripts.terraform_install import ensure_terraform, release_for

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
        "risk-lab": _entry("data-science", "444444444444", _zones(19), business_unit="risk"),
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
        }
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
    expected = _outputs(Naming(load_organization(_with(changes, tmp_path))), account)
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
        content[section] |= entries
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

    def terraform(*arguments: str) -> str:
        done = subprocess.run(
            [binary, *arguments], cwd=folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    terraform("init", "-no-color", "-input=false")
    terraform("plan", "-no-color", "-input=false", "-out=names.tfplan", f"-var=account={account}")
    shown = json.loads(terraform("show", "-json", "names.tfplan"))
    return shown["planned_values"]["outputs"]["names"]["value"]


def _outputs(naming: Naming, account: str) -> dict[str, object]:
    accounts = naming.organization.accounts
    by_account = {
        "boundary_arns": _by_account(naming, lambda _: BOUNDARY_CLASSES, naming.boundary_arn),
        "boundary_names": _by_account(naming, lambda _: BOUNDARY_CLASSES, naming.boundary_name),
        "bucket_names": _by_account(naming, bucket_purposes, naming.bucket_name),
        "key_alias_arns": _by_account(naming, key_purposes, naming.key_alias_arn),
        "key_aliases": _by_account(naming, key_purposes, naming.key_alias),
        "project_names": _by_account(naming, project_purposes, naming.project_name),
        "repository_names": _by_account(
            naming, lambda _: REPOSITORY_PURPOSES, naming.repository_name
        ),
        "role_arns": _by_account(naming, role_purposes, naming.role_arn),
        "role_names": _by_account(naming, role_purposes, naming.role_name),
        "studio_role_arns": _of_studio(naming, naming.studio_role_arn),
        "studio_role_names": _of_studio(naming, naming.studio_role_name),
        "state_bucket_names": {name: naming.state_bucket_name(name) for name in accounts},
        "state_key_alias_arns": {name: naming.state_key_alias_arn(name) for name in accounts},
        "state_key_aliases": {name: naming.state_key_alias(name) for name in accounts},
    }
    unit = naming.organization.account(account).business_unit
    return {
        **_described(naming, account),
        **_of_unit(naming, account, unit),
        **_of_models(naming, unit),
        **by_account,
    }


def _described(naming: Naming, account: str) -> dict[str, object]:
    organization = naming.organization
    return {
        "account": _facts(naming, organization.account(account)),
        "accounts": {name: _facts(naming, found) for name, found in organization.accounts.items()},
        "artifact_stores": {
            region: {"bucket_name": bucket, "key_alias_arn": alias}
            for region, (bucket, alias) in naming.artifact_stores(account).items()
        },
        "replica_regions": sorted(
            set(naming.artifact_stores(account))
            - {organization.home_of(organization.account(account)).region}
        ),
        "single_account": organization.single_account,
        "approval_timeout_minutes": organization.approval_timeout_minutes,
        "default_tags": {
            "project": organization.prefix,
            "account": account,
            "stage": organization.account(account).kind.value,
            "managed-by": "terraform",
        },
        "entry_networks": [
            organization.account(account).network.cidr,
            *organization.entry_networks,
        ],
        "forge": asdict(naming.forge(account)),
        "keeps_account_settings": organization.keeps_account_settings(
            organization.account(account)
        ),
        "organization_id": organization.id,
        "package_domain_name": naming.package_domain_name(account),
        "parameter_root": naming.parameter_root(account),
        "sign_in_role_arn": naming.sign_in_role_arn(account),
        "sign_in_tag": organization.sign_in_tag,
        "units": dict(organization.units),
    }


def _of_unit(naming: Naming, account: str, unit: str) -> dict[str, object]:
    organization = naming.organization
    found = organization.account(account)
    return {
        "business_unit": unit,
        "data_science_account": organization.home_of(found).name,
        "people": {
            name: {
                "persona": person.persona.value,
                "email": person.email,
                "business_unit": person.business_unit,
            }
            for name, person in organization.people_of(unit).items()
        },
        "people_by_persona": {
            persona.value: [person.name for person in organization.people_with(persona, unit)]
            for persona in Persona
        },
        "production_accounts": [a.name for a in organization.of_kind(AccountKind.PRODUCTION, unit)],
        "staging_accounts": [a.name for a in organization.of_kind(AccountKind.STAGING, unit)],
        "target_accounts": [target.name for target in organization.targets_of(found)],
    }


def _of_models(naming: Naming, unit: str) -> dict[str, object]:
    organization = naming.organization
    models = organization.models_of(unit)
    return {
        "endpoint_names": {
            target.name: {
                model: naming.endpoint_name(target.name, model)
                for model in organization.models_of(target.business_unit)
            }
            for target in organization.accounts.values()
            if target.is_target
        },
        "model_package_groups": {model: naming.model_package_group(model) for model in models},
        "models": {
            name: {
                "description": model.description,
                "owner": model.owner,
                "business_unit": model.business_unit,
            }
            for name, model in models.items()
        },
        "promotion_pipelines": {model: naming.promotion_pipeline(model) for model in models},
        "sagemaker_pipelines": {model: naming.sagemaker_pipeline(model) for model in models},
    }


def _facts(naming: Naming, account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "id": account.id,
        "kind": account.kind.value,
        "region": account.region,
        "partition": partition_of(account.region),
        "prefix": naming.account_prefix(account.name),
        "network": asdict(account.network),
        "business_unit": account.business_unit,
        "evidence": asdict(account.evidence),
    }


def _by_account(
    naming: Naming, purposes: Callable[[Account], tuple[str, ...]], name: Callable[[str, str], str]
) -> dict[str, dict[str, str]]:
    return {
        key: {purpose: name(key, purpose) for purpose in purposes(account)}
        for key, account in naming.organization.accounts.items()
    }


def _of_studio(naming: Naming, name: Callable[[str, str], str]) -> dict[str, dict[str, str]]:
    return {
        key: {person: name(key, person) for person in naming.studio_people(key)}
        for key, account in naming.organization.accounts.items()
        if not account.is_target
    }
