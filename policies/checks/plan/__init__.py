"""Own checks on the model of all plans: across resources, policies, networks and definitions."""

from __future__ import annotations

from policies.checks.plan.judging import judge, verifiers
from policies.checks.plan.table import CHECKS, Check

__all__ = ["CHECKS", "Check", "judge", "verifiers"]
