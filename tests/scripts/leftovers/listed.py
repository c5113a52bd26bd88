"""A client that answers from a list, for services of which moto does not know enough."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from scripts.adoption import Place
from scripts.leftovers.look import asking, left_behind
from tests.scripts.leftovers.accounts import REGION, TAGS


class Refused(Exception):
    """What a service that is off answers."""


class Listed:
    """Answers each operation with what was given for it: a document, or what makes one."""

    exceptions = SimpleNamespace(AccessDeniedException=Refused)

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def can_paginate(self, _operation: str) -> bool:
        """Have one page of everything."""
        return False

    def __getattr__(self, operation: str) -> Any:
        """Answer an operation."""
        if operation not in self._answers:
            raise Refused(operation)
        answer = self._answers[operation]
        return answer if callable(answer) else lambda **_request: answer


def found_in(client: Listed, kind: str, **after: Any) -> str | None:
    """Tell what is there of one thing that a plan would make."""
    change = {"actions": ["create"], "after": {"tags_all": TAGS} | after}
    plan = {"resource_changes": [{"address": "it", "type": kind, "change": change}]}
    place = Place("222222222222", REGION, asking(lambda _service: client))
    return left_behind(plan, place).get("it")
