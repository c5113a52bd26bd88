"""Plans of all roots as files of one folder: read strictly, each with the digest of its bytes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.canonical import sha256_of
from pipelines.errors import InvalidInput

_MAKE_ONE = "write one with: terraform show -json PLAN"
# https://developer.hashicorp.com/terraform/internals/json-format
_FORMAT = "1."
_PARTS = ("planned_values", "resource_changes", "configuration")


@dataclass(frozen=True)
class Plans:
    """Plans by the name of their root, such as staging or bootstrap/staging, and their digests."""

    by_root: Mapping[str, Mapping[str, Any]]
    digests: Mapping[str, str]


def read_plan_folder(folder: Path, needed: Collection[str] = ()) -> Plans:
    """Read every ``*.json`` of a folder; ``bootstrap__staging.json`` is the root bootstrap/staging.

    Raises InvalidInput where a file is no complete plan, or a root that is needed has none: what
    is left out would seem to be in order.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as error:
        raise InvalidInput(
            str(folder), "must be a readable folder of plans", got=error.strerror, hint=_MAKE_ONE
        ) from error
    plans: dict[str, Mapping[str, Any]] = {}
    digests: dict[str, str] = {}
    for path in files:
        root = path.stem.replace("__", "/")
        content = _content(path)
        plans[root], digests[root] = parse_plan(content, str(path)), sha256_of(content)
    missing = sorted(set(needed) - set(plans))
    if missing:
        wanted = ", ".join(f"{root.replace('/', '__')}.json" for root in missing)
        raise InvalidInput(
            str(folder), "must hold a plan of every root", got=f"no {wanted}", hint=_MAKE_ONE
        )
    return Plans(plans, digests)


def parse_plan(content: bytes, name: str) -> Mapping[str, Any]:
    """Read a plan from its JSON; ``name`` is how messages call it.

    Raises InvalidInput where it is no plan, or one that did not come to its end.
    """
    try:
        plan = json.loads(content)
    except (ValueError, RecursionError) as error:
        got = str(error) or type(error).__name__
        raise InvalidInput(name, "must be a plan in JSON", got=got, hint=_MAKE_ONE) from error
    if not isinstance(plan, dict):
        raise InvalidInput(
            name, "must be a plan in JSON", got=f"a {type(plan).__name__}", hint=_MAKE_ONE
        )
    version = plan.get("format_version")
    if not isinstance(version, str) or not version.startswith(_FORMAT):
        raise InvalidInput(
            name, "must have format_version 1.x of Terraform", got=repr(version), hint=_MAKE_ONE
        )
    for part in _PARTS:
        wanted: type = list if part == "resource_changes" else dict
        if not isinstance(plan.get(part), wanted):
            got = type(plan.get(part)).__name__
            raise InvalidInput(name, f"must have {part}", got=got, hint=_MAKE_ONE)
    if plan.get("errored") or plan.get("complete") is False:
        raise InvalidInput(name, "must be of a plan that came to its end", got="one that did not")
    return plan


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(str(path), "must be a readable file", got=error.strerror) from error
