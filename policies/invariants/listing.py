"""Writes the list of invariants for people: docs/reference/invariants.md."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from policies.invariants.reading import read_invariants

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "invariants.md"


def listing() -> str:
    """Give the page: every invariant by concern, with what holds it and its controls."""
    lines = [
        "# Invariants",
        "",
        "Written from `policies/invariants/claims` by `python -m policies.invariants.listing`.",
        "",
    ]
    ordered = sorted(read_invariants(), key=lambda each: (each.concern, each.id))
    for concern, found in groupby(ordered, key=lambda each: each.concern):
        lines += [f"## {concern}", "", "| invariant | what holds | held by | controls |"]
        lines.append("|---|---|---|---|")
        for each in found:
            held = ", ".join(layer.value for layer in each.held_by)
            controls = ", ".join(each.controls)
            lines.append(f"| `{each.id}` | {each.sentence} | {held} | {controls} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(listing(), "utf-8")
