"""Fill what a description leaves out with the platform's defaults, all of which are in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.models.kinds import Kind

DEFAULTS_FILE = Path(__file__).resolve().parent / "defaults.json"

# Of these a description may state a part; of endpoints, a variant is stated whole or not at all.
_SECTIONS = ("split", "hyperparameters", "processing", "training", "endpoints")


def read_defaults(path: Path = DEFAULTS_FILE) -> dict[str, Any]:
    """Read the defaults that lie beside this module."""
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


def with_defaults(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a description, as its schema allows it, with every section that has a default.

    What it states stays; a release of it is therefore the same as of one that states all.
    """
    defaults = read_defaults()
    sections = {name: defaults[name] | dict(document.get(name, {})) for name in _SECTIONS}
    # Only a forecast has hours, and nothing but it answers nowhere.
    if "series" in document:
        sections["series"] = defaults["series"] | dict(document["series"])
    if document["kind"] == Kind.FORECAST:
        sections["endpoints"] = dict(document.get("endpoints", {}))
    columns = {"rare_below": defaults["rare_below"]} | dict(document["columns"])
    return {"seed": defaults["seed"]} | dict(document) | sections | {"columns": columns}
