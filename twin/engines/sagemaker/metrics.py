"""Reads a training job's metrics from its output by the regular expressions of its definition.

https://docs.aws.amazon.com/sagemaker/latest/dg/define-train-metrics.html
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any


class Metrics:
    """The last value of each metric."""

    def __init__(
        self, definitions: Sequence[Mapping[str, str]], clock: Callable[[], datetime]
    ) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._expressions = [(entry["Name"], _compiled(entry["Regex"])) for entry in definitions]
        self._last: dict[str, dict[str, Any]] = {}

    def read(self, line: str) -> None:
        """Look for metrics in a line."""
        for name, expression in self._expressions:
            for found in expression.finditer(line) if expression is not None else ():
                try:
                    value = float(found[1])
                except (ValueError, IndexError, TypeError):
                    continue
                entry = {"MetricName": name, "Value": value, "Timestamp": self._clock()}
                with self._lock:
                    self._last[name] = entry

    def final(self) -> list[dict[str, Any]]:
        """Return the last value of each metric that was seen."""
        with self._lock:
            return list(self._last.values())


def _compiled(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None
