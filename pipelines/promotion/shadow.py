"""A new model beside the one that answers: it gets copies of requests, and its alarms decide."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from pipelines.clock import Clock
from pipelines.errors import Finding
from pipelines.models.variant import Rollout
from pipelines.promotion.alarm_states import AlarmClient, read_alarms

_PAUSE_SECONDS = 5.0
_MODEL = ("image_uri", "model_data_sha256", "model_data_url")
# To add a shadow moves no traffic, so that there is nothing to take in steps.
_AT_ONCE = {"strategy": "all-at-once"}

_log = logging.getLogger(__name__)


def with_shadow(
    before: Mapping[str, Any], wanted: Mapping[str, Any], rollout: Rollout
) -> dict[str, Any] | None:
    """Give the variables of what runs with the new model as its shadow; None for the same model."""
    if all(before.get(name) == wanted[name] for name in _MODEL):
        return None
    shadow = {name: wanted[name] for name in _MODEL} | {"percentage": rollout.percentage}
    return {**before, "alarms": wanted["alarms"], "rollout": _AT_ONCE, "shadow": shadow}


def watch(client: AlarmClient, names: Sequence[str], seconds: float, clock: Clock) -> None:
    """Watch the alarms of a shadow for so long; refuse it when one of them rings.

    Raises Finding also where there is no alarm to watch.
    """
    if not names:
        raise Finding("the shadow", "must have alarms that watch it", got="none")
    _log.info("watching the shadow for %.0f seconds", seconds)
    end = clock.now() + timedelta(seconds=seconds)
    while True:
        found = read_alarms(client, names)
        if len(found) != len(names):
            missing = ", ".join(sorted(set(names) - {one.name for one in found}))
            raise Finding("the shadow", "must have all its alarms", got=f"none named {missing}")
        for one in found:
            if one.rings:
                raise Finding(f"alarm {one.name}", "must not ring", got=one.reason)
        if clock.now() >= end:
            return
        clock.sleep(_PAUSE_SECONDS)
