"""Training on spot instances: how long a job may wait for one, and how often it keeps its progress.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-managed-spot-training.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.yaml_file import YamlFile


@dataclass(frozen=True)
class Spot:
    """The most minutes that a job may take with all its waiting, and rounds between checkpoints."""

    max_wait_minutes: int
    checkpoint_rounds: int = 50


def read_spot(document: Mapping[str, Any] | None) -> Spot | None:
    """Read the section of a description; without it, machines are kept to the end."""
    return None if document is None else Spot(**document)


def check_spot(file: YamlFile, spot: Spot | None, max_runtime_minutes: int) -> None:
    """Refuse a wait that is over before the job is; raises InvalidInput at its line."""
    if spot is not None and spot.max_wait_minutes < max_runtime_minutes:
        raise _too_short(file, spot, max_runtime_minutes)


def _too_short(file: YamlFile, spot: Spot, max_runtime_minutes: int) -> InvalidInput:
    return file.error(
        ("training", "spot", "max_wait_minutes"),
        f"must be at least the job's own max_runtime_minutes, {max_runtime_minutes}",
        got=str(spot.max_wait_minutes),
        hint="the wait counts from the start, running included",
    )
