"""Ends what serves: schedules and their definitions, endpoints, configurations, models, alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.draining.step import Step
from scripts.inventory import delivery, sagemaker
from scripts.inventory.listing import Listing
from scripts.inventory.scope import Clients, Scope

_MANAGED_BY = "managed-by"


def steps(clients: Clients, applying: Clients, scope: Scope) -> Iterator[Step]:
    """Give the steps in their order: what watches before what serves.

    What serves goes as who applies the account.
    """
    for by, deletions in ((clients, _watching()), (applying, _serving())):
        for title, listing, operation, member in deletions:
            yield Step(
                title,
                lambda listing=listing: _named(clients, scope, listing),  # type: ignore[misc]
                lambda name, by=by, operation=operation, member=member: getattr(  # type: ignore[misc]
                    by("sagemaker"), operation
                )(**{member: name}),
                limit=1800,
            )
    yield Step(
        "delete alarms of releases",
        lambda: _release_alarms(clients, scope),
        lambda name: applying("cloudwatch").delete_alarms(AlarmNames=[name]),
    )


def _watching() -> Iterator[tuple[str, Listing, str, str]]:
    yield (
        "delete monitoring schedules",
        sagemaker.SCHEDULES,
        "delete_monitoring_schedule",
        "MonitoringScheduleName",
    )
    for listing in sagemaker.DEFINITIONS:
        operation = listing.operation.replace("list_", "delete_").removesuffix("s")
        yield f"delete {listing.kind}s", listing, operation, "JobDefinitionName"


def _serving() -> Iterator[tuple[str, Listing, str, str]]:
    yield "delete endpoints", sagemaker.ENDPOINTS, "delete_endpoint", "EndpointName"
    yield (
        "delete endpoint configurations",
        sagemaker.ENDPOINT_CONFIGURATIONS,
        "delete_endpoint_config",
        "EndpointConfigName",
    )
    yield "delete models", sagemaker.MODELS, "delete_model", "ModelName"


def _named(clients: Clients, scope: Scope, listing: Listing) -> Mapping[str, str]:
    return {found.name: found.name for found in listing.ask(clients, scope)}


def _release_alarms(clients: Clients, scope: Scope) -> Mapping[str, Any]:
    """List alarms that the account's root did not make: it tags its own."""
    client = clients("cloudwatch")
    return {
        item.name: item.name
        for item in delivery.ALARMS.ask(clients, scope)
        if _MANAGED_BY
        not in {tag["Key"] for tag in client.list_tags_for_resource(ResourceARN=item.arn)["Tags"]}
    }
