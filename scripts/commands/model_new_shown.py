"""What `gatehouse model new` shows on a terminal: what was guessed, and why."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from pipelines.models.series_table import series_of
from scripts.console import WIDTH, Voice
from scripts.own_data.columns import Column
from scripts.own_data.draft import Draft
from scripts.own_data.series_draft import SeriesDraft


def show_draft(at: Voice, drafted: Draft | SeriesDraft, joined: str | None) -> None:
    """Show a draft: what the model is, its columns, and what somebody should look at."""
    of_kind = _of_series(drafted) if isinstance(drafted, SeriesDraft) else _of_rows(drafted, joined)
    at.fields({name: told for name, told in of_kind.items() if told}, as_json=False)
    at.data.print()
    at.rows(("column", "use", "missing", "values", "why"), _columns(drafted.columns), as_json=False)
    for warning in drafted.warnings:
        for line in wrap(f"warning: {warning}", WIDTH, subsequent_indent="  "):
            at.say(line)


def _of_rows(drafted: Draft, joined: str | None) -> dict[str, str]:
    target, proposal = drafted.target, drafted.proposal
    return {
        "model": drafted.name,
        "data": joined or f"{drafted.rows} rows of {drafted.source}",
        "split": ", ".join(f"{count} {name}" for name, count in drafted.parts.items()),
        "target": target.column,
        "kind": f"{target.kind.value}: {target.why}",
        "classes": ", ".join(f"{count} of {label}" for label, count in target.counts.items()),
        "metric": f"{proposal.metric}: {proposal.why}",
        "threshold": f"{proposal.threshold:g}; one who guesses has {proposal.guess:.3g}",
    }


def _of_series(drafted: SeriesDraft) -> dict[str, str]:
    cut, model, series = drafted.cut, drafted.model, series_of(drafted.model)
    ahead = f", and {cut['ahead']} ahead" if cut["ahead"] else ""
    parts = ((name, part["rows"]) for name, part in cut["parts"].items())
    return {
        "model": drafted.name,
        "data": f"{cut['rows']} hours of {drafted.source}{ahead}",
        "from": f"{cut['from']} until {cut['until']}",
        "split": ", ".join(f"{count} {name}" for name, count in parts),
        "target": model.target,
        "kind": f"forecast: every hour is there, by {series.time}",
        "horizon": f"{series.horizon} hours: {drafted.why['horizon']}",
        "seasons": ", ".join(map(str, series.seasons)),
        "known": ", ".join(series.known) or "nothing but the calendar",
        "metric": f"{model.metric.name}: {drafted.why['metric']}",
        "threshold": f"{model.metric.threshold:g}",
    }


def _columns(columns: Iterable[Column]) -> list[dict[str, object]]:
    return [
        {
            "column": column.name,
            "use": column.use.value,
            "missing": column.missing or None,
            "values": column.distinct,
            "why": column.why,
        }
        for column in columns
    ]
