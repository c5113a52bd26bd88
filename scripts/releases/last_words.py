"""Why a build of a target ended before its end, as it has kept that itself: its latest word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import read as read_moment
from pipelines.promotion.documents import parse_document
from pipelines.promotion.failures import FAILED_BUILD_FILE
from pipelines.promotion.refusals import REFUSAL_FILE
from pipelines.promotion.rollout_failure import FAILURE_FILE
from scripts.promotions import Action


@dataclass(frozen=True)
class Why:
    """Why a build ended; `rule` is None where no rule refused, `at` spells the moment in UTC."""

    rule: str | None
    because: str
    at: str


def read_why(documents: Mapping[str, bytes]) -> Why | None:
    """Read the latest of the documents that a target has kept, by their addresses.

    Raises Finding for one that does not follow its schema.
    """
    found = [
        read(parse_document(address, kind, content))
        for address, content in documents.items()
        for name, (kind, read) in _KINDS.items()
        if address.rpartition("/")[2] == name
    ]
    # A stage that is tried again adds to what is kept; moments are spelled so that they sort.
    return max(found, key=lambda one: one.at, default=None)


def said_since(why: Why | None, action: Action) -> Why | None:
    """Give what was said since an action began: a build that was killed says nothing itself."""
    if why is None or not action.started:
        return why
    # What is kept tells whole seconds.
    began = datetime.fromisoformat(action.started).replace(microsecond=0)
    return why if read_moment("moment", why.at) >= began else None


def _refused(document: Mapping[str, Any]) -> Why:
    return Why(document["rule"], _sentence(document), document["refused_at"])


def _failed(document: Mapping[str, Any]) -> Why:
    return Why(None, _sentence(document), document["failed_at"])


def _went_back(document: Mapping[str, Any]) -> Why:
    runs = "what ran before" if document["runs_as_before"] else document["live"] or "nothing"
    intended = document["intended"] or "its shadow"
    rang = "".join(f"; {_alarm(one)}" for one in document["alarms"])
    because = f"the endpoint was to run {intended} and runs {runs}{rang} ({document['reason']})"
    return Why(None, because, document["ended_at"])


def _alarm(document: Mapping[str, Any]) -> str:
    past = f" (at {document['rang_at']})" if "rang_at" in document else ""
    return f"alarm {document['name']}: {document['reason']}{past}"


def _sentence(document: Mapping[str, Any]) -> str:
    return f"{document['address']}: {document['must_hold']}, got {document['got']}"


_KINDS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Why]]] = {
    REFUSAL_FILE: ("refusal", _refused),
    FAILED_BUILD_FILE: ("failed-build", _failed),
    FAILURE_FILE: ("failed-rollout", _went_back),
}
KEPT_FILES = frozenset(_KINDS)
