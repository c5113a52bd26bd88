"""What CloudWatch is told of each invocation.

https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from twin.engines.cloudwatch.metrics import Datum, Dimensions, Metric
from twin.engines.sagemaker.place import Place

_NAMESPACE = "AWS/SageMaker"
_COUNT, _TIME = "None", "Microseconds"


@dataclass(frozen=True)
class Invocation:
    """One invocation of a variant: what its container answered, and the seconds it all took.

    ``status`` is 0 where the container gave no answer; ``model`` is the container's time,
    ``whole`` that of the endpoint.
    """

    place: Place
    endpoint: str
    variant: str
    config_name: str
    status: int
    model: float
    whole: float

    def data(self) -> Iterator[Datum]:
        """Tell it by endpoint and variant, and once more by the configuration that served it.

        Old and new servers of a rollout have the same variant; the configuration tells them apart.
        """
        known = {"EndpointName": self.endpoint, "VariantName": self.variant}
        values = self._values()
        for dimensions in (known, known | {"EndpointConfigName": self.config_name}):
            pairs: Dimensions = frozenset(dimensions.items())
            for name, value, unit in values:
                metric = Metric(self.place.account_id, self.place.region, _NAMESPACE, name, pairs)
                yield Datum(metric, value, unit)

    def _values(self) -> tuple[tuple[str, float, str], ...]:
        status = self.status
        return (
            ("Invocations", 1.0, _COUNT),
            ("Invocation4XXErrors", float(400 <= status < 500), _COUNT),
            ("Invocation5XXErrors", float(500 <= status < 600), _COUNT),
            ("InvocationModelErrors", float(not 200 <= status < 300), _COUNT),
            ("ModelLatency", self.model * 1e6, _TIME),
            ("OverheadLatency", max(self.whole - self.model, 0.0) * 1e6, _TIME),
        )
