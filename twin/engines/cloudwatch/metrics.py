"""Takes in what is measured: for alarms at once, for moto's readers gathered now and then.

moto 5.2.5 keeps every value for ever and knows no percentiles; here both have an end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import MetricAggregatedDatum, cloudwatch_backends

from twin.call import Call
from twin.engines.cloudwatch.series import Series, Values
from twin.moto_state import held
from twin.twin import Twin

_MOST_SERIES = 5_000
_KEPT_BY_MOTO = 20_000

Dimensions = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Metric:
    """A metric of an account and region: no dimension more or less than these."""

    account_id: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions


@dataclass(frozen=True)
class Datum:
    """A value of a metric, with its unit."""

    metric: Metric
    value: float
    unit: str


class Metrics:
    """The values of all metrics that alarms can look at."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._series: dict[Metric, Series] = {}
        self._gathered: dict[tuple[Metric, str], Values] = {}

    def put(self, twin: Twin, data: Iterable[Datum]) -> None:
        """Take in values that were measured just now."""
        reading = twin.clock.read()
        with self._lock:
            for datum in data:
                self._at(datum.metric, reading).add(datum.value)
                place = (datum.metric, datum.unit)
                self._gathered.setdefault(place, Values()).add(datum.value)

    def put_by(self, twin: Twin, call: Call) -> None:
        """Take in what a caller has put; moto has taken it for itself."""
        given = call.parameters
        with self._lock:
            for entry in given.get("MetricData") or []:
                dimensions = frozenset(
                    (str(one["Name"]), str(one["Value"])) for one in entry.get("Dimensions") or []
                )
                place = (call.account_id, call.region, str(given["Namespace"]))
                metric = Metric(*place, str(entry["MetricName"]), dimensions)
                _add(self._at(metric, _reading(twin, entry)), entry)
        with twin.turn:
            _prune(call.account_id, call.region)

    def between(self, metric: Metric, first: int, end: int) -> Values | None:
        """Return all values of a metric in the slots from ``first`` to before ``end``."""
        with self._lock:
            series = self._series.get(metric)
            return None if series is None else series.between(first, end)

    def hand_over(self, twin: Twin) -> None:
        """Give moto what was gathered since the last time, for whoever reads metrics."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
        with twin.turn:
            for (metric, unit), values in gathered.items():
                backend = cloudwatch_backends[metric.account_id][metric.region]
                backend.metric_data.append(_aggregated(metric, unit, values))
            for place in {(metric.account_id, metric.region) for metric, _ in gathered}:
                _prune(*place)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._series.clear()
            self._gathered.clear()

    def _at(self, metric: Metric, reading: float) -> Values:
        series = self._series.pop(metric, None) or Series()
        while len(self._series) >= _MOST_SERIES:
            # The one that had no value for the longest time.
            del self._series[next(iter(self._series))]
        self._series[metric] = series
        return series.at(reading)


def _reading(twin: Twin, entry: Mapping[str, Any]) -> float:
    stamped = entry.get("Timestamp")
    if isinstance(stamped, str):
        stamped = datetime.fromisoformat(stamped)
    if not isinstance(stamped, datetime):
        return twin.clock.read()
    aware = stamped if stamped.tzinfo else stamped.replace(tzinfo=UTC)
    return twin.clock.read_at(aware)


def _add(values: Values, entry: Mapping[str, Any]) -> None:
    known = entry.get("StatisticValues")
    if known:
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        values.add_statistics(*(float(known[name]) for name in names))
        return
    several = entry.get("Values")
    if several:
        counts = entry.get("Counts") or [1] * len(several)
        for value, count in zip(several, counts, strict=False):
            values.add(float(value), float(count))
        return
    values.add(float(entry.get("Value") or 0))


class _Gathered(MetricAggregatedDatum):  # type: ignore[misc]
    """Statistics of a metric that are found by all its dimensions only.

    moto 5.2.5 also adds up metrics that have a dimension more when it tells statistics.
    """

    def filter(
        self,
        namespace: str | None,
        name: str | None,
        dimensions: list[dict[str, str]],
        already_present_metrics: Any = None,
    ) -> bool:
        """Tell whether a reader means this metric; who lists metrics gives what was listed."""
        told = (dimensions, already_present_metrics)
        if already_present_metrics is None and len(dimensions) != len(self.dimensions):
            return False
        return bool(super().filter(namespace, name, *told))


def _aggregated(metric: Metric, unit: str, values: Values) -> MetricAggregatedDatum:
    return _Gathered(
        namespace=metric.namespace,
        name=metric.name,
        min_stat=values.least,
        max_stat=values.most,
        sample_count=values.count,
        sum_stat=values.total,
        dimensions=[{"Name": name, "Value": value} for name, value in sorted(metric.dimensions)],
        timestamp=None,
        unit=unit,
    )


def _prune(account_id: str, region: str) -> None:
    backend = held(cloudwatch_backends, account_id, region)
    if backend is not None:
        del backend.metric_data[:-_KEPT_BY_MOTO]
