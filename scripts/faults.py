"""Faults of the twin: what shall go wrong with requests, asked of the one that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.errors import Misuse
from scripts import twins
from twin.control_client import ControlClient
from twin.faults import Fault, Misasked

COLUMNS = ("number", "kind", "service", "operation", "account", "rate", "seed", "count", "hit")


def add(folder: Path, asked: dict[str, Any]) -> int:
    """Let a fault happen from now on; return its number.

    Raises Misuse for a fault that cannot be, EnvironmentFault where no twin runs.
    """
    try:
        Fault.read(asked)
    except Misasked as error:
        raise Misuse("fault", "must be possible", got=str(error)) from error
    number: int = _ask(folder, asked)["number"]
    return number


def clear(folder: Path, number: int | None) -> int:
    """End one fault, or all; return how many were ended."""
    ended: int = _ask(folder, {"clear": number})["cleared"]
    return ended


def listed(folder: Path) -> list[dict[str, Any]]:
    """Give all faults with how many requests each has met and hit."""
    running = twins.require(folder)
    with twins.twin_errors():
        found: list[dict[str, Any]] = ControlClient(running.url, folder).get("faults")["faults"]
    return found


def _ask(folder: Path, document: dict[str, Any]) -> dict[str, Any]:
    running = twins.require(folder)
    with twins.twin_errors():
        return ControlClient(running.url, folder).post("faults", document)
