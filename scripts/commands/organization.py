"""`gatehouse destroy --account organization`: lift the guardrails that were attached."""

from __future__ import annotations

from pipelines.errors import Misuse
from scripts.commands.account import print_plan, progress_of
from scripts.commands.context import Desk, workshop
from scripts.organization_work import ORGANIZATION, OrganizationWork
from scripts.processes import ChildProcesses


def destroy_organization(at: Desk, *, yes: bool) -> None:
    """Detach and remove the guardrails, after showing which."""
    work = OrganizationWork(workshop(at, ChildProcesses()))
    with progress_of(at.voice, f"plan {ORGANIZATION}") as on_progress:
        made = work.plan(on_progress, destroy=True)
    print_plan(at.voice, ORGANIZATION, made, as_json=False)
    if made.is_empty:
        work.root.forget_plan()
        return
    if not yes and not (at.voice.can_ask() and at.voice.confirm("Lift all guardrails?")):
        work.root.forget_plan()
        raise Misuse(
            ORGANIZATION,
            "must be confirmed to be destroyed",
            got="no confirmation",
            hint="at a terminal answer y, elsewhere: "
            f"gatehouse destroy --account {ORGANIZATION} --yes",
        )
    with progress_of(at.voice, f"destroy {ORGANIZATION}") as on_progress:
        done = work.apply(on_progress)
    at.voice.say(f"{ORGANIZATION}: {done} resources destroyed")
