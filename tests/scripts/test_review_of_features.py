"""An organisation with feature groups, forecasts and a dashboard: what its review says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.models.simulation import simulated_demand
from tests.roots import variants
from tests.scripts.command_line import ROOT, CommandLine, copied_checkout

pytestmark = [pytest.mark.authoring, pytest.mark.long, pytest.mark.terraform]

_LIMIT = 900
_ADDRESS = 'module.feature_ingestion["this"]'
# As docs/guides/features.md tells: what an adopter waives.
_TOLD = {("LAM-01", f"{_ADDRESS}.module.function.aws_lambda_function.this")}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The document of a review of as much as an account can have."""
    root = copied_checkout(tmp_path_factory.mktemp("review") / "checkout")
    (root / ".venv-checkov").symlink_to(ROOT / ".venv-checkov")
    _describe(root)
    gatehouse = CommandLine(root.parent / "state", root)
    done = subprocess.run(
        gatehouse.words("review", "--json"),
        cwd=root,
        env=gatehouse.environment({}),
        capture_output=True,
        text=True,
        timeout=_LIMIT,
    )
    assert done.stdout, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _describe(root: Path) -> None:
    """Describe feature groups, a forecast and who looks at it; compile its pipeline."""
    file = root / "accounts" / "organization.yaml"
    file.write_text(variants.organization_with(variants.FEATURES), "utf-8")
    data = root.parent / "demand.csv"
    data.write_text(simulated_demand(), "utf-8")
    words = ("--kind", "forecast", "--data", str(data), "--target", "demand", "--time", "time")
    told = CommandLine(root.parent / "state", root)("model", "new", "demand", *words)
    assert told.code == 0, told.err
    content = yaml.safe_load(file.read_text("utf-8"))
    content["accounts"]["data-science"]["dashboard"] = {"readers": ["group/default/business"]}
    file.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    python = ROOT / ".venv-authoring" / "bin" / "python"
    subprocess.run(
        [str(python), "-m", "pipelines.definitions.compile"],
        cwd=root,
        check=True,
        capture_output=True,
        timeout=_LIMIT,
    )


def test_every_invariant_is_proved_of_it(reviewed: dict[str, Any]) -> None:
    open_ = {
        (judgement["verifier"], judgement["verdict"])
        for control in reviewed["controls"]
        for judgement in control["judgements"]
        if judgement["verifier"].startswith("invariant:") and judgement["verdict"] != "proved"
    }
    assert open_ == set()


def test_nothing_is_found_but_what_the_guide_tells(reviewed: dict[str, Any]) -> None:
    # The copy of the checkout has no tests, for which GOV-02 looks.
    found = {
        (each["control"], each["address"])
        for each in reviewed["findings"]
        if not each["waived"] and each["control"] != "GOV-02"
    }
    assert (found, reviewed["faults"]) == (_TOLD, [])
