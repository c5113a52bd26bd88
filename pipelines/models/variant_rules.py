"""What must hold of a variant beyond its schema: an update can be taken in steps and watched."""

from __future__ import annotations

from pipelines.errors import InvalidInput
from pipelines.models.variant import Strategy, Variant
from pipelines.yaml_file import YamlFile

# The alarms look at one minute at a time.
_SHORTEST_WATCH_SECONDS = 60
# SageMaker's own bounds of a canary and of a linear step; a copy may be of every request.
_SHARES = {Strategy.CANARY: (1, 50), Strategy.LINEAR: (10, 50), Strategy.SHADOW: (1, 100)}


def check_variant(file: YamlFile, kind: str, variant: Variant) -> None:
    """Refuse an update that SageMaker would refuse, or that nobody would have time to watch.

    Raises InvalidInput at the line of what is wrong.
    """
    _check_share(file, kind, variant)
    _check_watch(file, kind, variant)
    quality = variant.alarms.quality
    if quality is not None and (quality.at_least is None) == (quality.at_most is None):
        raise _wrong(
            file,
            (kind, "alarms", "quality"),
            "must have either at_least or at_most",
            "both or none",
        )


def _check_share(file: YamlFile, kind: str, variant: Variant) -> None:
    rollout, path = variant.rollout, (kind, "rollout", "percentage")
    share = _SHARES.get(rollout.strategy)
    if share is None:
        if rollout.percentage is not None:
            raise _wrong(file, path, "must be left out for all-at-once", str(rollout.percentage))
        return
    low, high = share
    if rollout.percentage is None or not low <= rollout.percentage <= high:
        sentence = f"must be from {low} to {high} for {rollout.strategy}"
        raise _wrong(file, path, sentence, str(rollout.percentage))
    if variant.initial_instance_count < 2 and rollout.strategy is not Strategy.SHADOW:
        raise _wrong(
            file,
            (kind, "initial_instance_count"),
            f"must be 2 or more for {rollout.strategy}, whose first part is some of the instances",
            str(variant.initial_instance_count),
        )


def _check_watch(file: YamlFile, kind: str, variant: Variant) -> None:
    rollout = variant.rollout
    if rollout.strategy is Strategy.ALL_AT_ONCE:
        return
    if rollout.wait_seconds < _SHORTEST_WATCH_SECONDS:
        raise _wrong(
            file,
            (kind, "rollout", "wait_seconds"),
            f"must be {_SHORTEST_WATCH_SECONDS} or more for {rollout.strategy}, "
            "or no alarm has time to ring",
            str(rollout.wait_seconds),
        )


def _wrong(file: YamlFile, path: tuple[str, ...], must_hold: str, got: str) -> InvalidInput:
    return file.error(
        ("endpoints", *path),
        must_hold,
        got=got,
        hint="pipelines/models/README.md tells the strategies",
    )
