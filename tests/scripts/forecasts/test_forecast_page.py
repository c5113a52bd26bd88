"""A forecast is read under its schema and drawn into one file that fetches and runs nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import Finding, Misuse
from scripts.forecasts.chart import draw, round_numbers
from scripts.forecasts.document import Forecast, read_forecast
from scripts.forecasts.page import page, write_page
from scripts.main import main
from tests.scripts.lineage.test_lineage_page import fetched

PACKAGE = "arn:aws:sagemaker:eu-west-1:111111111111:model-package/gatehouse-demand/7"


def document() -> dict[str, Any]:
    """Four days that were and three hours that are forecast."""
    history = [
        {"time": f"2026-03-0{1 + hour // 24}T{hour % 24:02d}:00:00Z", "value": 50 + hour % 24}
        for hour in range(96)
    ]
    hours = [
        {
            "time": f"2026-03-05T0{hour}:00:00Z",
            "value": 60.5 + hour,
            "lower": 58.0,
            "upper": 66.25,
            "baselines": {"linear": 61.0, "last value": 73},
        }
        for hour in range(3)
    ]
    return {
        "schema_version": 1,
        "model": "demand",
        "target": "demand",
        "package": PACKAGE,
        "made_at": "2026-03-05T00:10:07Z",
        "origin": "2026-03-04T23:00:00Z",
        "history": history,
        "forecast": hours,
    }


def forecast() -> Forecast:
    return read_forecast(json.dumps(document()).encode(), "forecast.json")


def test_the_page_fetches_and_runs_nothing() -> None:
    text = page(forecast())
    assert fetched(text) == []
    assert not re.search(r"url\(|@import", text)
    assert "default-src &#39;none&#39;; style-src &#39;sha256-" in text


def test_the_page_tells_every_hour_and_whose_forecast_it_is() -> None:
    text = page(forecast())
    for told in (
        "2026-03-05T00:10:07Z",
        "61.50",
        "62.50",
        "66.25",
        "Mar 05, 02:00",
        "version 7",
        PACKAGE,
    ):
        assert told in text
    assert text.count("<tr>") == 1 + 3


def test_the_chart_begins_ahead_where_the_past_ends_and_stays_on_its_sheet() -> None:
    for width, days in ((760, 4), (360, 2)):
        chart = draw(forecast(), width=width, height=240, days=days)
        assert chart.past.rpartition("L")[2] == chart.ahead[1:].partition("L")[0]
        for path in (chart.past, chart.ahead, chart.linear, chart.bounds):
            for x, y in re.findall(r"([\d.]+) ([\d.]+)", path):
                assert chart.left <= float(x) <= chart.right
                assert chart.top <= float(y) <= chart.bottom
    assert [tick.text for tick in chart.days] == ["Mar 3", "Mar 4", "Mar 5"]


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3.2, 4.1), (99, 101), (5, 5), (0, 0), (1e-6, 2e-6), (-1e6, 3e7)]
)
def test_the_axis_has_round_numbers_around_all_values(low: float, high: float) -> None:
    ticks = round_numbers(low, high)
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))


def _without_an_hour(found: dict[str, Any]) -> None:
    found["history"].pop(40)


def _with_a_gap_before_the_forecast(found: dict[str, Any]) -> None:
    found["forecast"].pop(0)


def _with_markup(found: dict[str, Any]) -> None:
    found["target"] = "<script>"


def _with_more(found: dict[str, Any]) -> None:
    found["note"] = "x"


def _with_text(found: dict[str, Any]) -> None:
    found["forecast"][0]["value"] = "60"


def _with_another_origin(found: dict[str, Any]) -> None:
    found["origin"] = "2026-03-04T22:00:00Z"


def _at_no_time(found: dict[str, Any]) -> None:
    found["history"][0]["time"] = "2026-02-30T00:00:00Z"


def _of_nobody(found: dict[str, Any]) -> None:
    found["package"] = "somebody"


@pytest.mark.parametrize(
    "spoil",
    [
        _without_an_hour,
        _with_a_gap_before_the_forecast,
        _with_markup,
        _with_more,
        _with_text,
        _with_another_origin,
        _at_no_time,
        _of_nobody,
    ],
)
def test_a_document_that_is_none_is_refused(spoil: Callable[[dict[str, Any]], None]) -> None:
    found = document()
    spoil(found)
    with pytest.raises(Finding, match=r"forecast\.json"):
        read_forecast(json.dumps(found).encode(), "forecast.json")


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"value": NaN}', b" " * 1_000_001])
def test_bytes_that_are_no_document_are_refused(content: bytes) -> None:
    with pytest.raises(Finding, match=r"forecast\.json"):
        read_forecast(content, "forecast.json")


def test_the_command_tells_hours_and_writes_over_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, chart = tmp_path / "forecast.json", tmp_path / "chart.html"
    file.write_text(json.dumps(document()), "utf-8")
    assert main(["forecast", "show", "--file", str(file), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["forecast"] for row in rows] == [60.5, 61.5, 62.5]
    assert main(["forecast", "show", "--file", str(file), "--chart", str(chart)]) == 0
    assert chart.read_text("utf-8") == page(forecast())
    assert main(["forecast", "show", "--file", str(file), "--chart", str(chart)]) == 2
    assert "must be a file that is not there yet" in capsys.readouterr().err
    assert main(["forecast", "show", "--file", str(tmp_path / "none.json")]) == 2
    with pytest.raises(Misuse, match=r"must end with \.html"):
        write_page(forecast(), tmp_path / "chart.png")
