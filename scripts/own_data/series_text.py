"""Write the description of a forecast: short, in the order of the schema, safe to read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scripts.own_data.columns import Column, Use
from scripts.own_data.description import listing, number_text, spelt

if TYPE_CHECKING:  # a draft writes its text
    from scripts.own_data.series_draft import SeriesRequest


def series_text(
    request: SeriesRequest,
    source: str,
    columns: Sequence[Column],
    known: Sequence[str],
    horizon: int,
    metric: tuple[str, float],
) -> str:
    """Give the YAML; what it leaves out is as defaults.json says."""
    shown = "".join(character if character.isprintable() else "?" for character in source)
    lines = [
        "# yaml-language-server: $schema=model.schema.json",
        f"# Drafted from {shown}.",
        "# What is not said here is as defaults.json says.",
        "schema_version: 1",
        f"name: {request.name}",
        "kind: forecast",
        f"target: {{ column: {spelt(request.target)} }}",
        "columns:",
    ]
    lists = [(use, [one.name for one in columns if one.use is use]) for use in Use]
    filled = [line for use, names in lists for line in listing(use.value, names)]
    lines += filled or ["  numeric: []"]
    lines += [
        "series:",
        f"  time: {spelt(request.time)}",
        f"  horizon: {horizon}",
        *listing("known", known),
        "# The best baseline of the held-out hours has 1 in what is relative.",
        f"metric: {{ name: {metric[0]}, threshold: {number_text(metric[1])} }}",
    ]
    return "\n".join(lines) + "\n"
