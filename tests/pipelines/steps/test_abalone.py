"""The steps carry a real regression with a category, where that data lies beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.models.description import read_description
from tests.pipelines.tabular_models import DESCRIPTION, build

DATA = Path(__file__).parents[4] / "shared" / "data" / "abalone.csv"
COLUMNS = "sex,length,diameter,height,whole_weight,shucked_weight,viscera_weight,shell_weight,rings"


@pytest.mark.skipif(not DATA.is_file(), reason="abalone.csv does not lie beside the checkout")
def test_abalone_rings_are_predicted(tmp_path: Path) -> None:
    path = tmp_path / "abalone.yaml"
    path.write_text(
        DESCRIPTION.format(
            name="abalone", kind="regression", target="{ column: rings }", metric="rmse"
        ).replace(
            "numeric: [size, weight], categorical: [colour]",
            f"numeric: [{COLUMNS[4:-6]}], categorical: [sex]",
        ),
        "utf-8",
    )
    csv = tmp_path / "abalone.csv"
    csv.write_text(f"{COLUMNS}\n{DATA.read_text('utf-8')}", "utf-8")
    built = build(read_description(path), csv, tmp_path)
    report = json.loads((built.evaluation / "evaluation.json").read_text("utf-8"))
    assert report["regression_metrics"]["rmse"]["value"] < 2.5
