"""Which model a step is for: one that the source describes, or a description beside it."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipelines.models.description import ModelDescription, describe, read_description


def add_model(parser: argparse.ArgumentParser) -> None:
    """Let a step be told its model by name, and a description that lies elsewhere."""
    parser.add_argument("--model", required=True, help="name of a described model")
    add_description(parser)


def add_description(parser: argparse.ArgumentParser) -> None:
    """Let a step be told a description that lies elsewhere."""
    parser.add_argument("--description", type=Path, help="a description outside pipelines/models")


def model_of(options: argparse.Namespace, name: str | None = None) -> ModelDescription:
    """Read the description of a step's model; `name` stands for an option without one.

    Raises InvalidInput for a description that does not hold, and for a name that has none.
    """
    if options.description:
        return read_description(options.description)
    return describe(options.model or name or "")
