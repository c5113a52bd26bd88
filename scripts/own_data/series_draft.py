"""Draft the description of a forecast from its hours, and cut them as the first job would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import METRICS, Kind
from pipelines.models.series_table import series_of
from pipelines.steps.prepare_forecast import cut
from scripts.own_data.columns import Column, Use, Wishes, judge_column
from scripts.own_data.draft import check_request, read_back
from scripts.own_data.series_text import series_text
from scripts.own_data.sheet import Sheet

LONGEST_HORIZON = 168
_HORIZON = 24
_METRIC, _THRESHOLD = "relative_mae", 0.9
# Fewer forecasts held out make a metric jump by chance.
_FEW_HELD_OUT = 30


@dataclass(frozen=True)
class SeriesRequest:
    """What is asked of the draft of a forecast; what is None or empty is guessed."""

    name: str
    target: str
    time: str
    horizon: int | None = None
    known: tuple[str, ...] | None = None
    metric: str | None = None
    threshold: float | None = None
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True)
class SeriesDraft:
    """A description that its hours fit, and what was guessed and noticed on the way.

    `cut` is what the first job tells of the hours; `why` says how horizon and metric came about.
    """

    name: str
    source: str
    request: SeriesRequest
    model: ModelDescription
    columns: tuple[Column, ...]
    cut: dict[str, Any]
    why: dict[str, str]
    warnings: tuple[str, ...]
    text: str

    @property
    def told(self) -> str:
        """Say in a few words what the model predicts."""
        return f"Forecasts {self.model.target} by the hour, from {self.source}."

    @property
    def entry(self) -> dict[str, str]:
        """Give what organization.yaml must say of it beside description and owner."""
        return {"answers": "batch"}

    def document(self) -> dict[str, Any]:
        """Return it as plain data, for programs."""
        return {
            "model": self.name,
            "source": self.source,
            "rows": self.cut["rows"],
            "parts": {name: part["rows"] for name, part in self.cut["parts"].items()},
            "kind": Kind.FORECAST.value,
            "target": {"column": self.model.target},
            "series": asdict(series_of(self.model)),
            "hours": {name: self.cut[name] for name in ("from", "until", "ahead")},
            "metric": {"metric": self.model.metric.name, "threshold": self.model.metric.threshold},
            "why": self.why,
            "columns": [asdict(one) | {"use": one.use.value} for one in self.columns],
            "warnings": list(self.warnings),
            "description": self.text,
        }


def draft_series(sheet: Sheet, data: Path, request: SeriesRequest) -> SeriesDraft:
    """Guess what is not told, and write the description that goes with the hours.

    `data` is the CSV of the sheet. Raises InvalidInput with line, column and value for hours that
    are no series, and Misuse for a request that does not fit the data.
    """
    check_request(request.name, request.threshold)
    _check(sheet, request)
    request.wishes.check(sheet, request.target)
    ahead = _hours_ahead(sheet, request.target)
    past = replace(sheet, rows=_but_last(sheet.rows, ahead), lines=_but_last(sheet.lines, ahead))
    columns = tuple(
        _column(past, name, request.wishes)
        for name in sheet.header
        if name not in (request.target, request.time)
    )
    numeric = [column.name for column in columns if column.use is Use.NUMERIC]
    known = _known(sheet, ahead, numeric, request.known)
    horizon, why = _horizon(sheet, ahead, request.horizon)
    metric, threshold, why_metric = _metric(request)
    text = series_text(request, sheet.name, columns, known, horizon, (metric, threshold))
    model = read_back(text, request.name)
    _, told = cut(data, model)
    reasons = {"horizon": why, "metric": why_metric}
    warnings = tuple(_warnings(model, told))
    return SeriesDraft(
        request.name, sheet.name, request, model, columns, told, reasons, warnings, text
    )


def _check(sheet: Sheet, request: SeriesRequest) -> None:
    for option, name in (("--target", request.target), ("--time", request.time)):
        if name not in sheet.header:
            known = ", ".join(sheet.header)
            raise Misuse(option, f"must name a column of {sheet.name} ({known})", got=name)
    if request.target == request.time:
        raise Misuse("--time", "must be another column than the target", got=request.time)
    if request.wishes.categorical:
        raise Misuse(
            "--categorical",
            "must be left out for a forecast, which is made from numbers",
            got=", ".join(request.wishes.categorical),
            hint="write a category as a numeric column of 0 and 1 for each of its values",
        )
    if request.horizon is not None and not 1 <= request.horizon <= LONGEST_HORIZON:
        rule = f"must be 1 to {LONGEST_HORIZON} hours"
        raise Misuse("--horizon", rule, got=str(request.horizon))


def _hours_ahead(sheet: Sheet, target: str) -> int:
    """Count the last rows of which the target is not known yet."""
    texts, ahead = sheet.texts(target), 0
    while ahead < len(texts) and not texts[-1 - ahead]:
        ahead += 1
    return ahead


def _but_last(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    return values[: len(values) - count]


def _column(past: Sheet, name: str, wishes: Wishes) -> Column:
    """Judge a column by the hours that are past; a forecast is made from numbers alone."""
    column = judge_column(past, name, wishes, 0)
    if column.use is Use.CATEGORICAL:
        why = f"{column.why}; a forecast takes numbers: write a column of 0 and 1 for each value"
        return replace(column, use=Use.IGNORED, why=why)
    # No gap is filled here: the first job refuses it by line and column.
    return replace(column, why=column.why.removesuffix("; gaps become the median"))


def _known(
    sheet: Sheet, ahead: int, numeric: Sequence[str], wish: tuple[str, ...] | None
) -> tuple[str, ...]:
    """Tell which columns are known ahead: as told, or those that have values in these hours."""
    if wish is not None:
        for name in wish:
            if name not in numeric:
                rule = f"must name numeric columns ({', '.join(numeric) or 'none'})"
                raise Misuse("--known", rule, got=name)
        return wish
    return tuple(name for name in numeric if _is_known(sheet, ahead, name))


def _is_known(sheet: Sheet, ahead: int, name: str) -> bool:
    cells = sheet.column(name)[len(sheet.rows) - ahead :]
    empty = [cell for cell in cells if not cell.text]
    if cells and empty and len(empty) < len(cells):
        raise InvalidInput(
            sheet.address(empty[0].line, name),
            "must have a value in every hour ahead, or in none",
            got="an empty cell",
            hint="fill it if the column is known ahead, else empty the others",
        )
    return bool(cells) and not empty


def _horizon(sheet: Sheet, ahead: int, wish: int | None) -> tuple[int, str]:
    if wish is not None:
        return wish, "as you said"
    if ahead > LONGEST_HORIZON:
        raise InvalidInput(
            f"{sheet.name} line {sheet.lines[-ahead]}",
            f"must be one of {LONGEST_HORIZON} hours ahead at most",
            got=f"{ahead} hours without a target",
            hint="leave the hours out that are further ahead",
        )
    if ahead:
        return ahead, "as many hours without a target end the data"
    return _HORIZON, "a day; say otherwise by --horizon"


def _metric(request: SeriesRequest) -> tuple[str, float, str]:
    metric = request.metric or _METRIC
    if metric not in METRICS[Kind.FORECAST]:
        rule = f"must be one of {', '.join(sorted(METRICS[Kind.FORECAST]))} for a forecast"
        raise Misuse("--metric", rule, got=metric)
    if request.threshold is not None:
        return metric, request.threshold, "as you said"
    if not metric.startswith("relative_"):
        raise Misuse(
            "--threshold",
            f"must be told for {metric}, which is in the target's own unit",
            got="nothing",
        )
    return metric, _THRESHOLD, "the error as a share of the best baseline's, which has 1"


def _warnings(model: ModelDescription, told: dict[str, Any]) -> Iterator[str]:
    series = series_of(model)
    if not series.known:
        yield (
            "no column is known for the hours ahead: of these a forecast sees hour, day and month"
            " alone. Known ahead? Then --known"
        )
    elif not told["ahead"]:
        yield (
            f"the data end with the last known {model.target}: a forecast needs"
            f" {', '.join(series.known)} of {series.horizon} hours more"
        )
    judged = told["parts"]["holdout"]["rows"] - series.context - series.horizon
    origins = judged // series.origin_every + 1
    if origins < _FEW_HELD_OUT:
        yield f"{origins} forecasts are held out, so the metric moves by chance"
