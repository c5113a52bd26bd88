"""A shadow gets copies of requests and is measured; nobody else notices it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import Lab, unique, until
from tests.twin.engines.laboratory import laboratory
from tests.twin.engines.rollouts import asked
from tests.twin.engines.serving import endpoint, invoke, model, settled
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a twin whose minutes are seconds."""
    with laboratory(tmp_path_factory.mktemp("twin"), pace=60.0) as lab:
        yield lab


@pytest.fixture(scope="module")
def studio(lab: Lab) -> Studio:
    return Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())


def variant(studio: Studio, name: str, says: str, weight: float = 1.0) -> dict[str, Any]:
    return {
        "VariantName": name,
        "ModelName": model(studio, says),
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
        "InitialVariantWeight": weight,
    }


def shadowed(
    studio: Studio, production: list[dict[str, Any]], shadows: list[dict[str, Any]]
) -> str:
    name = unique("config")
    studio.sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=production, ShadowProductionVariants=shadows
    )
    return name


def measured(studio: Studio, name: str, variant: str, metric: str, kind: str = "Sum") -> float:
    """Return a statistic of a variant's metric over all time."""
    now = datetime.now(UTC)
    found = studio.lab.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SageMaker",
        MetricName=metric,
        Dimensions=[
            {"Name": "EndpointName", "Value": name},
            {"Name": "VariantName", "Value": variant},
        ],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=[kind],
    )["Datapoints"]
    return float(sum(point[kind] for point in found))


def test_shadow_gets_copies_and_its_failures_are_its_own(studio: Studio) -> None:
    wanted = shadowed(
        studio, [variant(studio, "All", "one")], [variant(studio, "Shadow", "failing")]
    )
    name = endpoint(studio, wanted)
    described = settled(studio, name)
    assert [one["VariantName"] for one in described["ProductionVariants"]] == ["All"]
    (shadow,) = described["ShadowProductionVariants"]
    assert (shadow["VariantName"], shadow["CurrentInstanceCount"]) == ("Shadow", 1)

    assert set(asked(studio, name, 60)) == {"one:x"}

    until(lambda: measured(studio, name, "All", "Invocations") == 60, "all invocations")
    until(lambda: measured(studio, name, "Shadow", "Invocations") == 60, "all copies")
    assert measured(studio, name, "Shadow", "Invocation5XXErrors") == 60
    assert measured(studio, name, "All", "Invocation5XXErrors") == 0


def test_shadow_gets_the_share_that_its_weight_is_of_production(studio: Studio) -> None:
    wanted = shadowed(
        studio, [variant(studio, "All", "one", 2.0)], [variant(studio, "Shadow", "two", 0.5)]
    )
    name = endpoint(studio, wanted)
    settled(studio, name)
    assert set(asked(studio, name, 400)) == {"one:x"}
    until(lambda: measured(studio, name, "All", "Invocations") == 400, "all invocations")
    # A quarter of 400 requests, within five standard deviations.
    until(lambda: measured(studio, name, "Shadow", "Invocations") >= 56, "copies")
    assert measured(studio, name, "Shadow", "Invocations") <= 144

    weights = [{"VariantName": "Shadow", "DesiredWeight": 0}]
    studio.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name, DesiredWeightsAndCapacities=weights
    )
    copies = measured(studio, name, "Shadow", "Invocations")
    asked(studio, name, 40)
    until(lambda: measured(studio, name, "All", "Invocations") == 440, "all invocations")
    assert measured(studio, name, "Shadow", "Invocations") == copies


def test_slow_shadow_keeps_nobody_waiting(studio: Studio) -> None:
    wanted = shadowed(studio, [variant(studio, "All", "one")], [variant(studio, "Shadow", "two")])
    name = endpoint(studio, wanted)
    settled(studio, name)
    assert invoke(studio, name, b"slow") == "one"
    until(lambda: measured(studio, name, "Shadow", "Invocations") == 1, "the copy")
    # Both took 0.3 s: told in microseconds, and each for itself.
    for each in ("All", "Shadow"):
        assert 300_000 <= measured(studio, name, each, "ModelLatency", "Maximum") < 5_000_000
    assert measured(studio, name, "All", "OverheadLatency", "Maximum") < 290_000


def test_shadow_needs_exactly_one_variant_of_each_kind(studio: Studio) -> None:
    first, second = variant(studio, "A", "a"), variant(studio, "B", "b")
    third = variant(studio, "C", "c")
    for production, shadows in (([first, second], [third]), ([first], [second, third])):
        with pytest.raises(ClientError, match="exactly one variant"):
            shadowed(studio, production, shadows)
    with pytest.raises(ClientError, match="must be unique"):
        shadowed(studio, [first], [variant(studio, "A", "b")])
