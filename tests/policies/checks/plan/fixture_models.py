"""Models of the fixtures: each plan stands for the accounts of which checks speak."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pipelines.organization import load_organization
from policies.checks.plan import judge
from policies.model import Model, read_plans
from policies.verdict import Finding, Judgement
from tests.policies.checks.plan.planning import CHECKOUT, PLANS

# One plan is read as that of several roots: what production must have differs from the rest.
_ROOTS = ("bootstrap/data-science", "data-science", "release/production", "release/staging")
Plans = dict[str, Mapping[str, Any]]


@cache
def _read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((PLANS / f"{name}.json").read_text("utf-8"))
    return found


def plans(fixture: str, call: str = "plain") -> Plans:
    """Return the plans of a fixture by root, called in one of the ways."""
    made: Plans = dict.fromkeys(_ROOTS, _read(f"{fixture}-{call}"))
    made["organization"] = _read(f"{fixture}-organization-{call}")
    return made


def model_of(given: Plans) -> Model:
    """Read plans as a review does, without the files that they came from."""
    return read_plans(given, load_organization(CHECKOUT), None)


@cache
def judged(fixture: str, call: str = "plain") -> Mapping[str, Judgement]:
    """Return what each check says about a fixture, by its name."""
    model = model_of(plans(fixture, call))
    return {it.verifier.removeprefix("check:"): it for it in judge(model)}


def place(finding: Finding) -> str:
    """Return where a finding is, as the expectations name it."""
    return f"{finding.source.root}: {finding.source.address}"
