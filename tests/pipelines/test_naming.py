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
  account      = "staging"
  organization = yamldecode(file("${path.module}/organization.yaml"))
}

output "names" {
  value = module.naming
}
"""
# A second target, a second model, a region of its own and no promotion section.
ENLARGED: dict[str, Any] = {
    "accounts": {
        "production-us": {
            "kind": "production",
            "id": "012345670123",
            "region": "us-east-1",
            "network": {"cidr": "10.19.0.0/16", "zones": ["a", "b", "c"]},
        }
    },
    "models": {"abalone-age": {"description": "Tells the age of abalone.", "owner": "milo"}},
}


@pytest.mark.slow
@pytest.mark.terraform
@pytest.mark.parametrize("enlarged", [False, True], ids=["as committed", "enlarged"])
def test_terraform_derives_the_same_names(enlarged: bool, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "accounts", tmp_path / "accounts", ignore=_only_the_organisation)
    file = tmp_path / "accounts" / "organization.yaml"
    if enlarged:
        content = yaml.safe_load(file.read_text("utf-8"))
        for section, entries in ENLARGED.items():
            content[section] |= entries
        del content["promotion"]
        file.write_text(yaml.safe_dump(content), "utf-8")
    expected = _outputs(Naming(load_organization(tmp_path)), "staging")
    assert json.loads(json.dumps(expected)) == _terraform_outputs(tmp_path, file)


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


def test_a_name_for_an_unknown_account_is_refused() -> None:
    with pytest.raises(Misuse, match="accounts must have the entry asked for"):
        NAMING.role_arn("sandbox", "deploy")


def test_names_stay_within_what_aws_allows() -> None:
    long = {"prefix": "p" * 12, "account": "a" * 20, "model": "m" * 24}
    assert len(f"{long['prefix']}-{long['account']}-promotion-trigger") <= 64
    assert len(f"{long['prefix']}-{long['account']}-artifacts-{'1' * 12}") <= 63
    assert len(f"{long['prefix']}-{long['account']}-{long['model']}") <= 63


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region) == partition


def _only_the_organisation(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("organization.")]


def _terraform_outputs(folder: Path, organization: Path) -> Any:
    (folder / "main.tf").write_text(WIRING, "utf-8")
    shutil.copytree(ROOT / "modules" / "naming", folder / "naming")
    shutil.copy(organization, folder / "organization.yaml")
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
    terraform("plan", "-no-color", "-input=false", "-out=names.tfplan")
    shown = json.loads(terraform("show", "-json", "names.tfplan"))
    return shown["planned_values"]["outputs"]["names"]["value"]


def _outputs(naming: Naming, account: str) -> dict[str, object]:
    by_account = {
        "bucket_names": _by_account(naming, bucket_purposes, naming.bucket_name),
        "key_alias_arns": _by_account(naming, key_purposes, naming.key_alias_arn),
        "key_aliases": _by_account(naming, key_purposes, naming.key_alias),
        "project_names": _by_account(naming, project_purposes, naming.project_name),
        "repository_names": _by_account(
            naming,
            lambda _: REPOSITORY_PURPOSES,
            lambda _, purpose: naming.repository_name(purpose),
        ),
        "role_arns": _by_account(naming, role_purposes, naming.role_arn),
        "role_names": _by_account(naming, role_purposes, naming.role_name),
    }
    return {**_described(naming, account), **_of_models(naming), **by_account}


def _described(naming: Naming, account: str) -> dict[str, object]:
    organization = naming.organization
    return {
        "account": _facts(naming, organization.account(account)),
        "accounts": {name: _facts(naming, found) for name, found in organization.accounts.items()},
        "approval_timeout_minutes": organization.approval_timeout_minutes,
        "data_science_account": organization.data_science.name,
        "default_tags": {
            "project": organization.prefix,
            "account": account,
            "stage": organization.account(account).kind.value,
            "managed-by": "terraform",
        },
        "organization_id": organization.id,
        "parameter_root": naming.parameter_root,
        "people": {
            name: {"persona": person.persona.value, "email": person.email}
            for name, person in organization.people.items()
        },
        "people_by_persona": {
            persona.value: [person.name for person in organization.people_with(persona)]
            for persona in Persona
        },
        "production_accounts": [a.name for a in organization.of_kind(AccountKind.PRODUCTION)],
        "sign_in_role_arn": naming.sign_in_role_arn(account),
        "staging_accounts": [a.name for a in organization.of_kind(AccountKind.STAGING)],
        "target_accounts": [target.name for target in organization.targets],
    }


def _of_models(naming: Naming) -> dict[str, object]:
    models = naming.organization.models
    return {
        "endpoint_names": {
            target.name: {model: naming.endpoint_name(target.name, model) for model in models}
            for target in naming.organization.targets
        },
        "model_package_groups": {model: naming.model_package_group(model) for model in models},
        "models": {
            name: {"description": model.description, "owner": model.owner}
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
        "network": {"cidr": account.cidr, "zones": list(account.zones)},
    }


def _by_account(
    naming: Naming, purposes: Callable[[Account], tuple[str, ...]], name: Callable[[str, str], str]
) -> dict[str, dict[str, str]]:
    return {
        key: {purpose: name(key, purpose) for purpose in purposes(account)}
        for key, account in naming.organization.accounts.items()
    }
