"""Every module passes its own tests, in a copy, with the real provider and no account."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.resident_provider import resident_provider

CHECKOUT = Path(__file__).resolve().parents[2]
TESTED = sorted(
    {path.parent.parent.name for path in (CHECKOUT / "modules").glob("*/tests/*.tftest.hcl")}
)
_RUN = re.compile(r'^run "\w+" \{', re.MULTILINE)
_LIMIT = 900


@pytest.fixture(scope="module")
def attached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Variables with which Terraform uses one provider, installed and started once.

    All modules want the same versions (test_module_conventions.py), so that of one suits all.
    """
    folder = tmp_path_factory.mktemp("provider")
    shutil.copy(CHECKOUT / "modules" / "naming" / "versions.tf", folder)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    variables = {
        name: value for name, value in environment.variables.items() if not name.startswith("AWS_")
    }
    with one_at_a_time(environment.variables):
        _terraform(folder, variables, "init", "-backend=false", "-input=false")
    with resident_provider(folder / ".terraform", variables, folder / "provider.log") as found:
        yield found


@pytest.mark.modules
@pytest.mark.terraform
@pytest.mark.parametrize("module", TESTED)
def test_a_module_passes_every_one_of_its_runs(
    module: str, attached: dict[str, str], tmp_path: Path
) -> None:
    shutil.copytree(
        CHECKOUT / "modules",
        tmp_path / "modules",
        ignore=shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl"),
    )
    folder = tmp_path / "modules" / module
    variables = attached | {"TF_DATA_DIR": str(tmp_path / "data")}
    _terraform(folder, variables, "init", "-backend=false", "-input=false")
    said = _terraform(folder, variables, "test")

    runs = sum(
        len(_RUN.findall(path.read_text("utf-8"))) for path in folder.glob("tests/*.tftest.hcl")
    )
    assert f"Success! {runs} passed, 0 failed." in said


def _terraform(folder: Path, variables: dict[str, str], *words: str) -> str:
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    finished = subprocess.run(
        [str(binary), *words, "-no-color"],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout
