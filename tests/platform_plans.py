"""The plans of all roots of the platform, made once for a whole run of the tests."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scripts.checkout import Checkout
from scripts.review_plans import make_plans

CHECKOUT = Path(__file__).resolve().parents[1]
_FOLDER = "GATEHOUSE_TEST_PLANS"


def share_plans(config: pytest.Config) -> None:
    """Name the folder that all workers of a run share, and remove it after the run."""
    if _FOLDER in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="gatehouse-plans-")
    os.environ[_FOLDER] = folder

    def end() -> None:
        del os.environ[_FOLDER]
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(end)


@cache
def platform_plans() -> Path:
    """Return the folder with the plan of every root; whoever asks first waits until they are made.

    Files are named as a review names roots, such as ``bootstrap__staging.json``.
    """
    checkout = Checkout(CHECKOUT, Path(os.environ[_FOLDER]))
    binary = checkout.terraform(os.environ, sys.stderr)
    return make_plans(checkout, binary, os.environ, lambda _: None)


def platform_plan(name: str) -> dict[str, Any]:
    """Return the plan of one root as JSON."""
    path = platform_plans() / f"{name.replace('/', '__')}.json"
    plan: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return plan
