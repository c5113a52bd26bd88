"""What is done about a breach, by kind and status: a pure decision."""

from __future__ import annotations

from enum import Enum
from typing import assert_never

from pipelines.detective.facts import Facts
from pipelines.detective.subjects import Kind


class Action(Enum):
    """What is done, in the word that a notice uses."""

    DELETE = "deleted"
    NOTHING = "left as it is: it had ended by itself"
    STOP = "stopped"
    TELL = "left as it is: a person must decide"
    WAIT = "left until it can be stopped"


_OVER = frozenset({"Completed", "Failed", "Stopped", "Stopping", "Deleting", "Deleted"})


def action_for(facts: Facts, *, in_use: bool) -> Action:
    """Decide what is done with a resource that breaks a rule.

    A job is stopped, a model is deleted, a configuration too unless an endpoint uses it
    (``in_use``). What people's work or a service depends on is left to a person.
    """
    match facts.kind:
        case (
            Kind.AUTOML_JOB
            | Kind.PROCESSING_JOB
            | Kind.TRAINING_JOB
            | Kind.TRANSFORM_JOB
            | Kind.TUNING_JOB
        ):
            return Action.NOTHING if facts.status in _OVER else Action.STOP
        case Kind.MODEL:
            return Action.DELETE
        case Kind.ENDPOINT_CONFIG:
            return Action.TELL if in_use else Action.DELETE
        case Kind.NOTEBOOK:
            return _for_notebook(facts.status)
        case Kind.DOMAIN | Kind.ENDPOINT | Kind.UNDECLARED:
            return Action.TELL
        case _:
            assert_never(facts.kind)


def _for_notebook(status: str) -> Action:
    """A notebook can be stopped only while it runs, and deleted only while it does not."""
    if status == "InService":
        return Action.STOP
    if status in {"Stopped", "Failed"}:
        return Action.DELETE
    return Action.NOTHING if status in {"Deleting", "Stopping"} else Action.WAIT
