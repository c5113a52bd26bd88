"""Takes what a killed deployment has made, but not noted in its state, back into the state.

Terraform notes a resource when its creation has ended. A deployment that is killed before leaves
an endpoint, or a model and a configuration beside those of the release before, that the next one
would create a second time and fail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.clock import Clock
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


def adopt(client: OrphanClient, terraform: Terraform, changes: Sequence[Change]) -> bool:
    """Import what a plan would create although it exists; tell whether there was such a thing.

    Models and configurations are addressed by names that tell their content, so that a successor
    is always a creation beside what it follows, and what bears its name is the same.
    """
    names = terraform.planned_names()
    adopted = False
    for change in changes:
        name = names.get(change.address)
        if change.action != "create" or not name or not _exists(client, change.type, name):
            continue
        _log.warning("taking %s back into the state: %s", change.address, name)
        terraform.import_resource(change.address, name)
        adopted = True
    return adopted


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
