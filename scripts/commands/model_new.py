"""`gatehouse model new`: from a CSV to the description of a model."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer

from pipelines.errors import Misuse
from pipelines.models.kinds import Kind
from pipelines.organization import ORGANIZATION_FILE
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.console import WIDTH, Voice, voice
from scripts.own_data.columns import Wishes
from scripts.own_data.draft import Draft, Request, draft
from scripts.own_data.join import join
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
    sheet, told = _read(data, _names(columns), with_, on)
    wishes = Wishes(_names(numeric), _names(categorical), _names(ignore))
    request = Request(name, target, kind, metric, threshold, positive, wishes, on)
    drafted = draft(sheet, request)
    file = out or data.with_name(f"{name}-data.csv")
    made = (file, sheet.text()) if with_ or columns else (data, None)
    writing = plan_writing(this_checkout().root, drafted, made, owner, about)
    _check_places(data, with_, out, made)
    if not dry_run:
        writing.check(force=force)
        writing.write()
    at = voice()
    if as_json:
        at.json(drafted.document() | {"joined": told, "dry_run": dry_run} | writing.document())
        return
    _show(at, drafted, told)
    _show_next(at, drafted, writing, dry_run=dry_run)


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


def _show(at: Voice, drafted: Draft, joined: str | None) -> None:
    target, proposal = drafted.target, drafted.proposal
    parts = ", ".join(f"{count} {name}" for name, count in drafted.parts.items())
    classes = ", ".join(f"{count} of {label}" for label, count in target.counts.items())
    fields = {
        "model": drafted.name,
        "data": joined or f"{drafted.rows} rows of {drafted.source}",
        "split": parts,
        "target": target.column,
        "kind": f"{target.kind.value}: {target.why}",
        "classes": classes,
        "metric": f"{proposal.metric}: {proposal.why}",
        "threshold": f"{proposal.threshold:g}; one who guesses has {proposal.guess:.3g}",
    }
    at.fields({name: told for name, told in fields.items() if told}, as_json=False)
    at.data.print()
    rows = [
        {
            "column": column.name,
            "use": column.use.value,
            "missing": column.missing or None,
            "values": column.distinct,
            "why": column.why,
        }
        for column in drafted.columns
    ]
    at.rows(("column", "use", "missing", "values", "why"), rows, as_json=False)
    for warning in drafted.warnings:
        for line in wrap(f"warning: {warning}", WIDTH, subsequent_indent="  "):
            at.say(line)


def _show_next(at: Voice, drafted: Draft, writing: Writing, *, dry_run: bool) -> None:
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
