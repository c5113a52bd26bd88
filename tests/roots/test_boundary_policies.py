"""The boundaries that Terraform makes are the ones that the tests of policies ask."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
import tftest

from policies.guardrails.rendering import minify, render
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.policies.boundary_requests import CLASSES, FOLDER, HOME, ORGANIZATION, TOKENS
from tests.roots.plans import CHECKOUT

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_ROOT = {
    "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
    "provider": {
        "aws": {
            "region": "eu-west-1",
            "access_key": "AKIAIOSFODNN7EXAMPLE",
            "secret_key": "none",
            "skip_credentials_validation": True,
            "skip_metadata_api_check": True,
            "skip_requesting_account_id": True,
        }
    },
    "module": {
        "boundaries": {
            "source": str(CHECKOUT / "modules" / "permissions-boundaries"),
            "account": {"id": HOME, "prefix": "acme-lab", "region": "eu-west-1"},
            "documents": {name: f'${{file("{FOLDER / name}.json")}}' for name in CLASSES},
            "organization_id": ORGANIZATION,
            "organization_prefix": "acme",
            "regions": TOKENS["regions"],
        }
    },
}


def test_terraform_replaces_the_tokens_as_python_does(tmp_path: Path) -> None:
    (tmp_path / "main.tf.json").write_text(json.dumps(_ROOT), "utf-8")
    lock = CHECKOUT / "accounts" / "data-science" / ".terraform.lock.hcl"
    (tmp_path / lock.name).write_bytes(lock.read_bytes())
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {
        name: value for name, value in environment.variables.items() if not name.startswith("AWS_")
    }
    terraform = tftest.TerraformTest(str(tmp_path), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)

    output = terraform.plan(output=True)

    made = {
        change["change"]["after"]["name"]: json.loads(change["change"]["after"]["policy"])
        for change in output.resource_changes.values()
        if change["type"] == "aws_iam_policy"
    }
    assert made.keys() == {f"acme-lab-boundary-{name}" for name in CLASSES}
    for name in CLASSES:
        document = render(name, (FOLDER / f"{name}.json").read_text("utf-8"), _sorted_tokens())
        assert minify(made[f"acme-lab-boundary-{name}"]) == minify(document)


def _sorted_tokens() -> dict[str, str | list[str]]:
    return {
        name: sorted(value) if isinstance(value, list) else value for name, value in TOKENS.items()
    }
