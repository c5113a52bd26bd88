"""SageMaker as a trial asks and tells it: an endpoint and what it runs.

Whatever cannot be done raises; nothing that is refused is passed over.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call
from pipelines.trials.content import Content

_GONE = "could not find"
_EXISTS = "cannot create already existing"
GONE = "Gone"


@dataclass(frozen=True)
class Live:
    """An endpoint as it is now; of one that is not there the status is Gone."""

    status: str
    configuration: str = ""
    reason: str = ""


class SageMaker:
    """SageMaker of the account; ``client`` is boto3's."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def live(self, endpoint: str) -> Live:
        """Return what an endpoint is now."""
        with aws_call(endpoint, "must be an endpoint that can be described"):
            try:
                told = self._client.describe_endpoint(EndpointName=endpoint)
            except ClientError as error:
                if not _says(error, _GONE):
                    raise
                return Live(GONE)
        return Live(
            str(told["EndpointStatus"]),
            str(told.get("EndpointConfigName", "")),
            str(told.get("FailureReason", "")),
        )

    def make(self, content: Content) -> None:
        """Make model and configuration; what exists under a name is what the name stands for."""
        self._make(content.model_name, self._client.create_model, content.model)
        self._make(
            content.configuration_name,
            self._client.create_endpoint_config,
            content.configuration,
        )

    def create(self, endpoint: str, configuration: str) -> None:
        """Begin to create an endpoint."""
        with aws_call(endpoint, "must be an endpoint that can be created"):
            self._client.create_endpoint(EndpointName=endpoint, EndpointConfigName=configuration)

    def update(self, endpoint: str, configuration: str) -> None:
        """Begin to move an endpoint to another configuration."""
        with aws_call(endpoint, "must be an endpoint that can be updated"):
            self._client.update_endpoint(EndpointName=endpoint, EndpointConfigName=configuration)

    def delete(self, endpoint: str) -> None:
        """Begin to delete an endpoint."""
        with aws_call(endpoint, "must be an endpoint that can be deleted"):
            self._client.delete_endpoint(EndpointName=endpoint)

    def model_of(self, configuration: str) -> str:
        """Name the model that a configuration runs; nothing where it is gone."""
        with aws_call(configuration, "must be a configuration that can be described"):
            try:
                told = self._client.describe_endpoint_config(EndpointConfigName=configuration)
            except ClientError as error:
                if not _says(error, _GONE):
                    raise
                return ""
        return str(told["ProductionVariants"][0]["ModelName"])

    def remove_configuration(self, name: str) -> None:
        """Delete a configuration; one that is gone is left."""
        self._remove(name, self._client.delete_endpoint_config, {"EndpointConfigName": name})

    def remove_model(self, name: str) -> None:
        """Delete a model; one that is gone is left."""
        self._remove(name, self._client.delete_model, {"ModelName": name})

    def _make(self, name: str, call: Any, request: Mapping[str, Any]) -> None:
        with aws_call(name, "must be made"):
            try:
                call(**request)
            except ClientError as error:
                if not _says(error, _EXISTS):
                    raise

    def _remove(self, name: str, call: Any, request: Mapping[str, str]) -> None:
        with aws_call(name, "must be removed"):
            try:
                call(**request)
            except ClientError as error:
                if not _says(error, _GONE):
                    raise


def _says(error: ClientError, words: str) -> bool:
    """SageMaker has one code for everything that does not hold; its words tell which."""
    return words in str(error.response.get("Error", {}).get("Message", "")).lower()
