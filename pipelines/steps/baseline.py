"""What the data look like that a model was trained on, as Model Monitor reads it.

Both files follow the layouts of SageMaker Model Monitor, so that it, or whoever watches an endpoint
in another way, compares what comes later with them:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-statistics.html
https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-byoc-constraints.html
They are made here and not in Amazon's container, which is closed and would need a way out.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pipelines.models.description import ModelDescription
from pipelines.models.table import Row, Value

STATISTICS, CONSTRAINTS = "statistics.json", "constraints.json"
# As many as Model Monitor materialises.
_BUCKETS = 10
# Model Monitor's own limits: how far a distribution may move, and how much of a new value there
# may be, before a run of it tells of a violation.
_MONITORING = {
    "evaluate_constraints": "Enabled",
    "emit_metrics": "Enabled",
    "datatype_check_threshold": 1.0,
    "domain_content_threshold": 1.0,
    "distribution_constraints": {
        "perform_comparison": "Enabled",
        "comparison_threshold": 0.1,
        "comparison_method": "Robust",
        "categorical_comparison_threshold": 0.1,
        "categorical_drift_method": "LInfinity",
    },
}


def baseline(model: ModelDescription, rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the documents of statistics.json and constraints.json for the rows trained on."""
    columns = [
        _Column(name, name in model.numeric, [row.features[place] for row in rows])
        for place, name in enumerate(model.features)
    ]
    return (
        {
            "version": 0,
            "dataset": {"item_count": len(rows)},
            "features": [_statistics(one) for one in columns],
        },
        {
            "version": 0,
            "features": [_constraints(one) for one in columns],
            "monitoring_config": _MONITORING,
        },
    )


class _Column:
    """The values of one feature that are there, and how many are missing."""

    def __init__(self, name: str, numeric: bool, values: Sequence[Value]) -> None:
        self.name, self.numeric, self.rows = name, numeric, len(values)
        present = [value for value in values if value not in (None, "")]
        self.numbers = [float(value) for value in present if value is not None] if numeric else []
        self.texts = [] if numeric else [str(value) for value in present]
        self.present = len(present)

    @property
    def inferred_type(self) -> str:
        """Name the type as Model Monitor does."""
        if not self.present:
            return "Unknown"
        if not self.numeric:
            return "String"
        return "Integral" if all(value.is_integer() for value in self.numbers) else "Fractional"


def _statistics(column: _Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "common": {"num_present": column.present, "num_missing": column.rows - column.present}
    }
    kind = "numerical_statistics" if column.numeric else "string_statistics"
    if column.numeric and column.numbers:
        told |= _numbers(column.numbers)
    if not column.numeric:
        counted = Counter(column.texts)
        buckets = [{"value": value, "count": counted[value]} for value in sorted(counted)]
        told |= {
            "distinct_count": len(counted),
            "distribution": {"categorical": {"buckets": buckets}},
        }
    return {"name": column.name, "inferred_type": column.inferred_type, kind: told}


def _numbers(values: Sequence[float]) -> dict[str, Any]:
    return {
        "mean": statistics.fmean(values),
        "sum": math.fsum(values),
        "std_dev": statistics.pstdev(values),
        "min": min(values),
        "max": max(values),
        "distribution": {"kll": {"buckets": _histogram(values)}},
    }


def _histogram(values: Sequence[float]) -> list[dict[str, float]]:
    """Count values in buckets of equal width; the last one holds its upper bound."""
    least, most = min(values), max(values)
    width = (most - least) / _BUCKETS
    counts = [0] * _BUCKETS
    for value in values:
        place = int((value - least) / width) if width else 0
        counts[min(place, _BUCKETS - 1)] += 1
    return [
        {
            "lower_bound": least + place * width,
            "upper_bound": most if place == _BUCKETS - 1 else least + (place + 1) * width,
            "count": count,
        }
        for place, count in enumerate(counts)
    ]


def _constraints(column: _Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "inferred_type": column.inferred_type,
        "completeness": column.present / column.rows if column.rows else 0.0,
    }
    if column.numeric:
        negative = any(value < 0 for value in column.numbers)
        return told | {"num_constraints": {"is_non_negative": not negative}}
    return told | {"string_constraints": {"domains": sorted(set(column.texts))}}
