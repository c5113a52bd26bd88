"""What one run of `gatehouse review` has at hand: rules, plans, model, and who judges them."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput
from policies.iam.reference import load_reference
from policies.invariants.words import words_of
from policies.model import Model
from policies.model.export import exported
from policies.model.reading import read_plans, required_roots
from policies.reach import difference_table, reach_of, reach_table
from policies.registry import Control
from policies.report.document import Facts
from policies.review.plan_folder import Plans, read_plan_folder
from policies.review.verification import Progress
from scripts.checkout import Checkout
from scripts.checkov import FOLDER as CHECKOV
from scripts.review_families import families_of
from scripts.review_plans import make_plans
from scripts.review_work import Reviewed, Rules, review_plans, wanted_by

_PACKAGES = ("gatehouse", "policy-sentry", "z3-solver")


@dataclass(frozen=True)
class Reach:
    """Tables of who reaches what, and of what changed in it, where they were asked for."""

    matrix: Mapping[str, Any] | None = None
    difference: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Session:
    """A review whose plans are read and whose verifiers are not heard yet."""

    checkout: Checkout
    rules: Rules
    plans: Plans
    model: Model

    def review(
        self, chosen: Sequence[Control], progress: Progress, reach: Reach | None = None
    ) -> Reviewed:
        """Hear the verifiers of some controls and join what they say."""
        reach = reach or Reach()
        families = families_of(
            self.checkout.root, self.rules.controls, self.model, wanted_by(self.rules, chosen)
        )
        facts = Facts(
            self.plans.digests,
            tool_versions(self.checkout, self.plans),
            self.rules.waivers,
            reach.matrix,
            reach.difference,
        )
        return review_plans(
            self.rules, chosen, families, self.plans, facts, self.exported, progress
        )

    def reach(self, progress: Progress, *, show: bool, against: Path | None) -> Reach:
        """Tell who reaches what, and what changed since other plans.

        Raises InvalidInput where one of those plans is malformed or missing.
        """
        if not show and against is None:
            return Reach()
        organization = self.checkout.naming().organization
        words, reference = words_of(organization), load_reference()
        progress("reach")
        cells = reach_of(self.model, reference, words)
        matrix = reach_table(cells) if show else None
        if against is None:
            return Reach(matrix)
        progress("reach before")
        plans = read_plan_folder(against, required_roots(organization))
        before = read_plans(plans.by_root, organization, self.checkout.root)
        return Reach(matrix, difference_table(reach_of(before, reference, words), cells))

    @cached_property
    def exported(self) -> Mapping[str, Any]:
        """The model as plain values, for other tools and as evidence."""
        return exported(self.model)


def open_session(
    checkout: Checkout, rules: Rules, folder: Path | None, progress: Progress
) -> Session:
    """Read plans, or make them where there is no folder, and join them into the model.

    Raises InvalidInput where a plan is malformed or missing, EnvironmentFault where there is no
    Terraform to make one with.
    """
    organization = checkout.naming().organization
    needed = required_roots(organization)
    plans = read_plan_folder(folder or _made(checkout, progress), needed)
    progress("read plans into the model")
    return Session(checkout, rules, plans, read_plans(plans.by_root, organization, checkout.root))


def _made(checkout: Checkout, progress: Progress) -> Path:
    binary = checkout.terraform(os.environ, sys.stderr)
    return make_plans(checkout, binary, os.environ, progress)


def read_day(text: str) -> date:
    """Read a day; raises InvalidInput where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("--on", "must be a day such as 2027-02-01", got=text) from error


def tool_versions(checkout: Checkout, plans: Plans) -> dict[str, str]:
    """Name the tools that make and judge plans, each with its version."""
    terraform = {str(plan.get("terraform_version", "")) for plan in plans.by_root.values()}
    return {
        "checkov": _checkov(checkout.root / CHECKOV),
        "python": platform.python_version(),
        "terraform": ", ".join(sorted(terraform)),
        **{name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def _checkov(environment: Path) -> str:
    # Its environment is another Python's: only its files tell which version is in there.
    found = sorted(environment.glob("lib/python*/site-packages/checkov-*.dist-info"))
    return found[0].name.split("-")[1].removesuffix(".dist") if found else ""
