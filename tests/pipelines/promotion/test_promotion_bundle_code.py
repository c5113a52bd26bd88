"""Code becomes a release of code, of a version for which no run chose anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from pipelines.errors import Finding
from pipelines.organization_models import Promotes
from tests.pipelines.promotion.test_promotion_bundle import changed, run, stated
from tests.pipelines.promotion.world import Home, settings


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An account with the objects of one trained model."""
    with mock_aws():
        made = Home(tmp_path)
        made.objects()
        yield made


def promoting_code(home: Home) -> None:
    """Let the source say that the model's code is promoted."""
    path = settings(home.tmp_path).root / "accounts" / "organization.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("    owner: sofia\n", "    owner: sofia\n    promotes: code\n"))


def test_code_is_released_as_code(home: Home) -> None:
    promoting_code(home)
    run(home, home.register(**changed(home, chosen_learning_rate="0.1", chosen_max_depth="3")))
    assert stated(home).release.promotes is Promotes.CODE
    assert json.loads((home.tmp_path / "out" / "release.json").read_bytes())["promotes"] == "code"


def test_code_is_not_released_for_what_a_run_chose(home: Home) -> None:
    arn = home.register(**changed(home, chosen_max_depth="5"))
    run(home, arn)
    promoting_code(home)
    with pytest.raises(Finding, match="must be trained with MaxDepth 3 to be promoted as code"):
        run(home, arn)
