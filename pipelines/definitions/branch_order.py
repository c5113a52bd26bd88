"""What is to be done for an experiment branch, as its source package says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipelines.canonical import canonical_json
from pipelines.closed_json import check_closed
from pipelines.errors import InvalidInput

ORDER_FILE = "branch.json"
_SCHEMA = Path(__file__).parent / "branch_order.schema.json"
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}", re.ASCII)
_NAME = re.compile(r"[a-z0-9](-?[a-z0-9])*", re.ASCII)
# <prefix>-x--<model>--<name> must fit into the 63 characters of a registry group's name.
_LONGEST = 20
_TOLD = re.compile(r"Builds model (\S+) from commit (\S+) of branch (\S+)\.")
_HOLDS = re.compile(r"Versions of model (\S+) from branch (\S+); nothing promotes them\.")


class Wanted(StrEnum):
    """Whether a branch shall have pipelines, or none any more."""

    PRESENT = "present"
    REMOVED = "removed"


@dataclass(frozen=True)
class Order:
    """What is wanted for a branch: `branch` is git's word for it, `name` that of names on AWS."""

    branch: str
    name: str
    models: tuple[str, ...]
    wanted: Wanted

    def written(self) -> bytes:
        """Write it as the build reads it."""
        told = {"branch": self.branch, "models": list(self.models), "name": self.name}
        return canonical_json({**told, "schema_version": 1, "wanted": self.wanted.value})


def read_order(root: Path) -> Order:
    """Read branch.json in the root of an unpacked source package; raises a GatehouseError."""
    path = root / ORDER_FILE
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        hint = "publish the branch with: gatehouse branch publish"
        raise InvalidInput(str(path), "must be JSON", got=str(error), hint=hint) from error
    told = check_closed(str(path), _SCHEMA, document)
    models = tuple(str(model) for model in told["models"])
    return Order(str(told["branch"]), str(told["name"]), models, Wanted(told["wanted"]))


def name_of(branch: str, name: str | None = None) -> str:
    """Give the name of a branch on AWS: the one that was chosen, or what is left of git's word."""
    if not _BRANCH.fullmatch(branch):
        raise InvalidInput(
            "branch",
            "must be up to 100 letters, digits, dots, slashes, hyphens and underscores",
            got=branch,
        )
    found = name or re.sub(r"[^a-z0-9]+", "-", branch.lower()).strip("-")
    if len(found) > _LONGEST or not _NAME.fullmatch(found):
        raise InvalidInput(
            f"branch {branch}",
            f"must have a name of up to {_LONGEST} lower-case letters, digits and single hyphens",
            got=found or "nothing",
            hint="choose one with --name",
        )
    return found


def group_description(model: str, branch: str) -> str:
    """Tell what lies in the group of a branch, and so whose group it is."""
    return f"Versions of model {model} from branch {branch}; nothing promotes them."


def read_group_description(told: str) -> tuple[str, str] | None:
    """Read model and branch from what the group of a branch says of itself."""
    match = _HOLDS.fullmatch(told)
    return (match[1], match[2]) if match else None


def pipeline_description(model: str, commit: str, branch: str) -> str:
    """Tell what the pipeline of a branch was made from."""
    return f"Builds model {model} from commit {commit} of branch {branch}."


def read_description(told: str) -> tuple[str, str, str] | None:
    """Read model, commit and branch from what the pipeline of a branch says of itself."""
    match = _TOLD.fullmatch(told)
    return (match[1], match[2], match[3]) if match else None
