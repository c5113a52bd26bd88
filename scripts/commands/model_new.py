"""`gatehouse model new`: from a CSV to the description of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.errors import Misuse
from pipelines.models.kinds import Kind
from pipelines.organization import ORGANIZATION_FILE
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.commands.model_new_shown import show_draft
from scripts.console import Voice, voice
from scripts.own_data.columns import Wishes
from scripts.own_data.draft import Draft, Request, draft
from scripts.own_data.join import join
from scripts.own_data.series_draft import SeriesDraft, SeriesRequest, draft_series
from scripts.own_data.sheet import Sheet, read_sheet
from scripts.own_data.writing import Writing, plan_writing


def _option(told: str, metavar: str | None = None, name: tuple[str, ...] = ()) -> Any:
    return typer.Option(*name, metavar=metavar, help=told)


_Name = Annotated[str, typer.Argument(metavar="NAME", help="What the model shall be called.")]
_Data = Annotated[Path, _option("The CSV: UTF-8, a header, an example a row.", "FILE")]
_Target = Annotated[str, _option("The column to predict.", "COL")]
_With = Annotated[Path | None, _option("A CSV whose columns are joined.", "FILE", ("--with",))]
_On = Annotated[str | None, _option("The column by which the two are joined.", "KEY")]
_Columns = Annotated[str, _option("Names for a CSV that has no header.", "A,B")]
_Kind = Annotated[Kind | None, _option("What is predicted; else guessed.")]
_Metric = Annotated[str | None, _option("What decides; else one that means something.", "NAME")]
_Threshold = Annotated[float | None, _option("What the metric must reach.", "NUMBER")]
_Time = Annotated[str | None, _option("Of a forecast the column of the hour.", "COL")]
_Horizon = Annotated[int | None, _option("How many hours are forecast at once.", "HOURS")]
_Known = Annotated[str | None, _option("Columns known for the hours ahead.", "A,B")]
_Positive = Annotated[str | None, _option("Of two classes the one looked for.", "VALUE")]
_Numeric = Annotated[str, _option("Columns that are numbers.", "A,B")]
_Categorical = Annotated[str, _option("Columns that are categories.", "A,B")]
_Ignore = Annotated[str, _option("Columns that the model is not given.", "A,B")]
_Out = Annotated[Path | None, _option("Where a joined or named CSV goes.", "FILE")]
_Owner = Annotated[str | None, _option("Who owns the model.", "PERSON")]
_About = Annotated[str | None, _option("What it tells, for organization.yaml.", "TEXT")]
_Force = Annotated[bool, _option("Write over a description that is there.", None, ("--force",))]
_Dry = Annotated[bool, _option("Show everything, write nothing.", None, ("--dry-run",))]


def new(
    name: _Name,
    data: _Data,
    target: _Target,
    with_: _With = None,
    on: _On = None,
    columns: _Columns = "",
    kind: _Kind = None,
    metric: _Metric = None,
    threshold: _Threshold = None,
    time: _Time = None,
    horizon: _Horizon = None,
    known: _Known = None,
    positive: _Positive = None,
    numeric: _Numeric = "",
    categorical: _Categorical = "",
    ignore: _Ignore = "",
    out: _Out = None,
    owner: _Owner = None,
    about: _About = None,
    force: _Force = False,
    dry_run: _Dry = False,
    as_json: AsJson = False,
) -> None:
    """Describe a model by its data: guess, show why, refuse what cannot be used, write the YAML."""
    wishes = Wishes(_names(numeric), _names(categorical), _names(ignore))
    request = Request(name, target, kind, metric, threshold, positive, wishes, on)
    sheet, joined = _read(data, _names(columns), with_, on)
    is_new = bool(with_ or columns)
    drafted = _draft(sheet, data, request, _Hours(time, horizon, known), is_new=is_new)
    file = out or data.with_name(f"{name}-data.csv")
    made = (file, sheet.text()) if is_new else (data, None)
    writing = plan_writing(this_checkout().root, drafted, made, owner, about)
    _check_places(data, with_, out, made)
    if not dry_run:
        writing.check(force=force)
        writing.write()
    _tell(drafted, joined, writing, dry_run=dry_run, as_json=as_json)


@dataclass(frozen=True)
class _Hours:
    """What is told of a series of hours, and of nothing else."""

    time: str | None
    horizon: int | None
    known: str | None


def _draft(
    sheet: Sheet, data: Path, request: Request, hours: _Hours, *, is_new: bool
) -> Draft | SeriesDraft:
    """Draft rows or hours; refuse options that mean nothing for what is described."""
    if request.kind is not Kind.FORECAST:
        _require_none("rows", vars(hours))
        return draft(sheet, request)
    if is_new:
        raise Misuse("--with and --columns", "must be left out for a forecast")
    _require_none("a forecast", {"positive": request.positive})
    if hours.time is None:
        raise Misuse("--time", "must name the column of the hour for a forecast", got="nothing")
    series = SeriesRequest(
        name=request.name,
        target=request.target,
        time=hours.time,
        horizon=hours.horizon,
        known=None if hours.known is None else _names(hours.known),
        metric=request.metric,
        threshold=request.threshold,
        wishes=request.wishes,
    )
    return draft_series(sheet, data, series)


def _require_none(of: str, options: Mapping[str, object]) -> None:
    for option, value in options.items():
        if value is not None:
            raise Misuse(f"--{option}", f"must be left out for {of}", got=str(value))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",")) if text else ()


def _read(
    data: Path, columns: tuple[str, ...], other: Path | None, on: str | None
) -> tuple[Sheet, str | None]:
    if (other is None) != (on is None):
        raise Misuse("--with and --on", "must be given together", got="one of them")
    sheet = read_sheet(data, columns)
    if other is None or on is None:
        return sheet, None
    joined = join(sheet, read_sheet(other), on)
    return joined.sheet, joined.told


def _check_places(
    data: Path, other: Path | None, out: Path | None, made: tuple[Path, str | None]
) -> None:
    """Refuse an --out that means nothing, that no job would find, or that is an input."""
    file, text = made
    if text is None:
        if out is not None:
            raise Misuse("--out", "must be left out where the CSV is used as it is", got=str(out))
        file = data
    elif file.resolve() in {path.resolve() for path in (data, other) if path is not None}:
        raise Misuse("--out", "must be another file than those that are read", got=str(file))
    if file.suffix != ".csv":
        raise Misuse(str(file), "must have a name that ends in .csv, or no job finds it")


def _tell(
    drafted: Draft | SeriesDraft,
    joined: str | None,
    writing: Writing,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    at = voice()
    if as_json:
        at.json(drafted.document() | {"joined": joined, "dry_run": dry_run} | writing.document())
        return
    show_draft(at, drafted, joined)
    _show_next(at, drafted, writing, dry_run=dry_run)


def _show_next(at: Voice, drafted: Draft | SeriesDraft, writing: Writing, *, dry_run: bool) -> None:
    if dry_run:
        at.say("\nnothing is written; this would be the description:\n")
        at.say(drafted.text)
        return
    at.say("")
    for path in writing.files:
        at.say(f"wrote {path}")
    if writing.entry:
        at.say(f"\nadd to models in {ORGANIZATION_FILE}:\n{writing.entry}")
    at.say("\nnext:")
    for command in writing.commands():
        at.say(f"  {command}")
