"""Write the description of a model: short, in the order of the schema, safe to read back."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import yaml

from scripts.own_data.columns import Column, Use
from scripts.own_data.proposal import Proposal
from scripts.own_data.target import Target

_WIDTH = 100


def description_text(
    name: str,
    source: str,
    target: Target,
    columns: Sequence[Column],
    proposal: Proposal,
) -> str:
    """Give the YAML; what it leaves out is as defaults.json says."""
    classes = f", classes: [{', '.join(map(_quoted, target.classes))}]" if target.classes else ""
    known = "".join(character if character.isprintable() else "?" for character in source)
    lines = [
        "# yaml-language-server: $schema=model.schema.json",
        f"# Drafted from {known}.",
        "# What is not said here is as defaults.json says.",
        "schema_version: 1",
        f"name: {name}",
        f"kind: {target.kind.value}",
        f"target: {{ column: {spelt(target.column)}{classes} }}",
        "columns:",
    ]
    for use in Use:
        lines += listing(use.value, [column.name for column in columns if column.use is use])
    lines += [
        f"# One who guesses has {proposal.guess:.3g}.",
        f"metric: {{ name: {proposal.metric}, threshold: {number_text(proposal.threshold)} }}",
    ]
    return "\n".join(lines) + "\n"


def spelt(text: str) -> str:
    """Write a text so that YAML reads that text, and neither `no` nor 12."""
    try:
        plain = text[:1].isalpha() and yaml.safe_load(text) == text
    except yaml.YAMLError:
        plain = False
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    # PyYAML's own escapes: JSON's would make two characters of some.
    written: str = yaml.safe_dump(text, default_style='"', width=1_000_000)
    return written.strip()


def number_text(value: float) -> str:
    """Write a number that YAML 1.1 takes for one: with a dot, also before an exponent."""
    text = repr(value)
    return text if "." in text else text.replace("e", ".0e")


def listing(name: str, values: Sequence[str]) -> list[str]:
    """Write a list below a section, on as many lines as it takes; none where it is empty."""
    if not values:
        return []
    text = f"{name}: [{', '.join(map(spelt, values))}]"
    return [
        ("  " if place == 0 else "    ") + line
        for place, line in enumerate(
            wrap(text, _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        )
    ]
