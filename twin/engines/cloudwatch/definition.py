"""What an alarm of moto asks to be watched, as far as that can be evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from twin.engines.cloudwatch.evaluation import SPARE_PERIODS, Rule, can_compare
from twin.engines.cloudwatch.metrics import Metric, Metrics
from twin.engines.cloudwatch.series import SLOT_SECONDS


@dataclass(frozen=True)
class Watched:
    """One metric, its statistic over periods of some slots, and when that is an alarm."""

    metric: Metric
    statistic: str
    period: int
    rule: Rule

    @property
    def slots(self) -> int:
        """How many slots a period has."""
        return max(self.period // SLOT_SECONDS, 1)

    def points(self, metrics: Metrics, end: int) -> Sequence[float | None]:
        """Return the statistic of the periods before a slot, the oldest first."""
        periods = self.rule.periods + SPARE_PERIODS
        starts = [end - self.slots * back for back in range(periods, 0, -1)]
        found = [metrics.between(self.metric, start, start + self.slots) for start in starts]
        return [None if values is None else values.statistic(self.statistic) for values in found]


def watched(alarm: Any, account_id: str, region: str) -> Watched | None:
    """Read an alarm on one metric; None for composite alarms and for those on expressions."""
    if alarm.rule is not None or not can_compare(str(alarm.comparison_operator)):
        return None
    found = _of_query(alarm) if alarm.metric_data_queries else _plain(alarm)
    if found is None or alarm.threshold is None:
        return None
    namespace, name, dimensions, statistic, period = found
    pairs = frozenset((str(one.name), str(one.value)) for one in dimensions)
    rule = Rule(
        str(alarm.comparison_operator),
        float(alarm.threshold),
        int(alarm.evaluation_periods),
        int(alarm.datapoints_to_alarm or alarm.evaluation_periods),
        str(alarm.treat_missing_data or "missing"),
    )
    metric = Metric(account_id, region, str(namespace), str(name), pairs)
    return Watched(metric, str(statistic), int(period), rule)


_Found = tuple[Any, Any, Sequence[Any], Any, Any]


def _plain(alarm: Any) -> _Found | None:
    statistic = alarm.statistic or alarm.extended_statistic
    if not alarm.metric_name or not statistic or not alarm.period:
        return None
    return alarm.namespace, alarm.metric_name, alarm.dimensions, statistic, alarm.period


def _of_query(alarm: Any) -> _Found | None:
    if len(alarm.metric_data_queries) != 1 or alarm.metric_data_queries[0].metric_stat is None:
        return None
    asked = alarm.metric_data_queries[0].metric_stat
    metric = asked.metric
    return metric.namespace, metric.metric_name, metric.dimensions, asked.stat, asked.period
