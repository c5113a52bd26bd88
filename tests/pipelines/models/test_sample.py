"""The demo's data is scikit-learn's own, under the described column names."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.datasets import load_breast_cancer

from pipelines.models.description import describe
from pipelines.models.sample import main
from pipelines.models.table import read_table


def test_the_sample_is_the_bundled_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "folder" / "breast-cancer.csv"
    assert main(["--model", "breast-cancer", "--out", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    rows = read_table(out, describe("breast-cancer"))
    bundle = load_breast_cancer()
    assert [list(row.features) for row in rows] == bundle.data.tolist()
    assert [row.target for row in rows] == [str(target) for target in bundle.target.tolist()]


def test_a_model_without_bundled_data_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--model", "weather", "--out", str(tmp_path / "x.csv")]) == 2
    assert (
        "must be one with bundled data (breast-cancer, demand), got 'weather'"
        in capsys.readouterr().err
    )
    assert not (tmp_path / "x.csv").exists()
