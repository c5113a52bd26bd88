"""The checks that the registry asks of checkov, and the types of resource that each judges."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import InvalidInput
from policies.registry import Control

PINNED = Path(__file__).with_name("pinned.json")
PREFIX = "CKV"


@dataclass(frozen=True)
class PinnedCheck:
    """A check of checkov: its id, what it is called there, and the types that it judges."""

    id: str
    title: str
    types: tuple[str, ...]


def pinned_ids(controls: Iterable[Control]) -> tuple[str, ...]:
    """Return the checks of checkov that controls name, in order."""
    found = {name for each in controls for name in each.verifiers if name.startswith(PREFIX)}
    return tuple(
        sorted(found, key=lambda name: (name.rsplit("_", 1)[0], int(name.rsplit("_")[-1])))
    )


def read_pinned(controls: Iterable[Control], path: Path = PINNED) -> Mapping[str, PinnedCheck]:
    """Read what is pinned, by id.

    Raises InvalidInput where the registry names a check that is not pinned, or the other way round.
    """
    document = json.loads(path.read_text("utf-8"))
    found = {
        name: PinnedCheck(name, entry["title"], tuple(entry["types"]))
        for name, entry in document["checks"].items()
    }
    wanted = pinned_ids(controls)
    for name in sorted({*wanted} ^ {*found}):
        side = "that the registry names" if name in found else "that checkov has"
        raise InvalidInput(
            f"policies/checks/checkov/{path.name}",
            f"must pin the checks {side}, and no other",
            got=name,
            hint="python -m scripts.checkov_pins writes it anew",
        )
    return {name: found[name] for name in wanted}
