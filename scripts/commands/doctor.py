"""`gatehouse doctor`: does this machine have what the platform needs?"""

from __future__ import annotations

import os
from dataclasses import asdict

import typer

from pipelines.errors import EnvironmentFault
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.console import voice
from scripts.surroundings import Verdict, examine


def doctor(as_json: AsJson = False) -> None:
    """Tell what this machine has and lacks."""
    found = list(examine(this_checkout(), os.environ))
    rows = [{name: str(value) for name, value in asdict(each).items()} for each in found]
    voice().rows(("what", "verdict", "found", "hint"), rows, as_json=as_json)
    if any(each.verdict is Verdict.MISSING for each in found):
        raise typer.Exit(EnvironmentFault.exit_code)
