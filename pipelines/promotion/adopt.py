"""Takes what a killed deployment has made, but not noted in its state, back into the state.

Terraform notes a resource when its creation has ended. A deployment that is killed before leaves
an endpoint, or a model and a configuration beside those of the release before, that the next one
would create a second time and fail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.terraform import Terraform
from pipelines.promotion.terraform_messages import Change

_log = logging.getLogger(__name__)

_CHANGING = {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
_PAUSE_SECONDS = 10.0
_LIMIT = timedelta(minutes=30)


class OrphanClient(Protocol):
    """The operations of the `sagemaker` client that are used here."""

    def describe_endpoint(self, **request: Any) -> dict[str, Any]: ...
    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]: ...
    def describe_model(self, **request: Any) -> dict[str, Any]: ...


class ClearingClient(OrphanClient, Protocol):
    """The operations of the `sagemaker` client by which an outlived release goes."""

    def delete_endpoint_config(self, **request: Any) -> dict[str, Any]: ...
    def delete_model(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Clock:
    """Tells the time and lets it pass."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


@dataclass(frozen=True)
class Outlived:
    """Something of the release before that the state has forgotten for its successor."""

    type: str
    name: str


def settle(client: OrphanClient, name: str, clock: Clock) -> str | None:
    """Wait until nothing is changing an endpoint; return its state, or None without one."""
    end = clock.now() + _LIMIT
    while True:
        found = described(client.describe_endpoint, {"EndpointName": name})
        status = None if found is None else str(found["EndpointStatus"])
        if status not in _CHANGING:
            return status
        if clock.now() >= end:
            raise EnvironmentFault(
                f"endpoint {name}", f"must come to rest within {_LIMIT}", got=str(status)
            )
        _log.info("waiting for endpoint %s, which is %s", name, status)
        clock.sleep(_PAUSE_SECONDS)


def adopt(
    client: OrphanClient, terraform: Terraform, changes: Sequence[Change]
) -> tuple[Outlived, ...] | None:
    """Import what a plan would create although it exists; None where there is no such thing.

    What would be replaced is known to the state under its old name. It is forgotten there and
    returned, to be cleared away once its successor serves.
    """
    names = terraform.names()
    adopted, outlived = False, []
    for change in changes:
        before, after = names.get(change.address, (None, None))
        if change.action not in ("create", "replace") or not after:
            continue
        if before == after or not _exists(client, change.type, after):
            continue
        _log.warning("taking %s back into the state: %s", change.address, after)
        if change.action == "replace":
            terraform.forget(change.address)
            outlived.append(Outlived(change.type, str(before)))
        terraform.import_resource(change.address, after)
        adopted = True
    return tuple(outlived) if adopted else None


def clear_away(client: ClearingClient, outlived: Sequence[Outlived]) -> None:
    """Delete what Terraform would have deleted, had it not been forgotten."""
    # A configuration names its model, so it goes first.
    for one in sorted(outlived, key=lambda each: each.type):
        _log.warning("clearing away %s", one.name)
        with aws_call(one.name, "must be deleted, now that its successor serves"):
            if one.type == "aws_sagemaker_endpoint_configuration":
                client.delete_endpoint_config(EndpointConfigName=one.name)
            elif one.type == "aws_sagemaker_model":
                client.delete_model(ModelName=one.name)


def _exists(client: OrphanClient, kind: str, name: str) -> bool:
    match kind:
        case "aws_sagemaker_model":
            return described(client.describe_model, {"ModelName": name}) is not None
        case "aws_sagemaker_endpoint_configuration":
            request = {"EndpointConfigName": name}
            return described(client.describe_endpoint_config, request) is not None
        case "aws_sagemaker_endpoint":
            found = described(client.describe_endpoint, {"EndpointName": name})
            if found is not None and found["EndpointStatus"] != "InService":
                raise Finding(
                    f"endpoint {name}",
                    "must be InService to be taken over from an earlier deployment",
                    got=str(found["EndpointStatus"]),
                    hint="delete the endpoint and deploy again",
                )
            return found is not None
        case _:
            return False


def described(
    describe: Callable[..., dict[str, Any]], request: Mapping[str, str]
) -> dict[str, Any] | None:
    """Describe something of SageMaker's by its name; None where it does not exist."""
    name = next(iter(request.values()))
    with aws_call(name, "must be describable"):
        try:
            return describe(**request)
        except ClientError as error:
            # SageMaker has no code of its own for what does not exist.
            if error_code(error) == "ValidationException" and "ould not find" in str(error):
                return None
            if error_code(error) == "ResourceNotFound":
                return None
            raise
