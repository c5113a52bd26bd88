"""A forecast as the batch job wrote it, read under its schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipelines.closed_json import LARGEST, check_closed
from pipelines.errors import Finding

SCHEMA = Path(__file__).resolve().parent / "forecast.schema.json"
_FORM = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Hour:
    """One hour ahead: what is forecast, its bounds, and what else would have been said."""

    time: datetime
    value: float
    lower: float
    upper: float
    baselines: Mapping[str, float]


@dataclass(frozen=True)
class Forecast:
    """What a version said of the hours ahead; `history` are the hours up to the origin."""

    model: str
    target: str
    package: str
    made_at: str
    history: tuple[tuple[datetime, float], ...]
    hours: tuple[Hour, ...]

    @property
    def origin(self) -> datetime:
        """The last hour that was known."""
        return self.history[-1][0]

    @property
    def version(self) -> str:
        """The number of the version that forecast."""
        return self.package.rpartition("/")[2]


def read_forecast(content: bytes, address: str) -> Forecast:
    """Read forecast.json; raises Finding for what breaks its schema or skips an hour."""
    if len(content) > LARGEST:
        raise Finding(address, "must be smaller than 1 MB", got=f"{len(content)} bytes")
    try:
        document = json.loads(content.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Finding(address, "must be JSON", got=str(error)) from error
    found = check_closed(address, SCHEMA, document)
    times = [one["time"] for one in (*found["history"], *found["forecast"])]
    _check_hours(address, times)
    if found["origin"] != found["history"][-1]["time"]:
        raise Finding(address, "must have its origin last in its history", got=found["origin"])
    return Forecast(
        model=found["model"],
        target=found["target"],
        package=found["package"],
        made_at=found["made_at"],
        history=tuple((_time(one["time"], address), one["value"]) for one in found["history"]),
        hours=tuple(_hour(one, address) for one in found["forecast"]),
    )


def spell(time: datetime) -> str:
    """Write a time as documents have it."""
    return time.strftime(_FORM)


def _hour(one: Mapping[str, Any], address: str) -> Hour:
    return Hour(
        time=_time(one["time"], address),
        value=one["value"],
        lower=one["lower"],
        upper=one["upper"],
        baselines=one["baselines"],
    )


def _check_hours(address: str, times: list[str]) -> None:
    for before, after in pairwise(times):
        if _time(after, address) - _time(before, address) != timedelta(hours=1):
            raise Finding(address, f"must have the hour after {before} next", got=after)


def _time(text: str, address: str) -> datetime:
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError as error:
        raise Finding(address, "must have times that exist", got=text) from error


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number")
