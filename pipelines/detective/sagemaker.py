"""SageMaker as the detective control asks and tells it: describe, stop, delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.detective.actions import Action
from pipelines.detective.facts import Facts, facts_of
from pipelines.detective.subjects import Kind

# The parameter that names a resource, and what its calls are called.
_CALLS: Mapping[Kind, tuple[str, str, str]] = {
    Kind.AUTOML_JOB: ("AutoMLJobName", "describe_auto_ml_job_v2", "stop_auto_ml_job"),
    Kind.DOMAIN: ("DomainId", "describe_domain", ""),
    Kind.ENDPOINT_CONFIG: (
        "EndpointConfigName",
        "describe_endpoint_config",
        "delete_endpoint_config",
    ),
    Kind.MODEL: ("ModelName", "describe_model", "delete_model"),
    Kind.NOTEBOOK: (
        "NotebookInstanceName",
        "describe_notebook_instance",
        "stop_notebook_instance",
    ),
    Kind.PROCESSING_JOB: (
        "ProcessingJobName",
        "describe_processing_job",
        "stop_processing_job",
    ),
    Kind.TRAINING_JOB: ("TrainingJobName", "describe_training_job", "stop_training_job"),
    Kind.TRANSFORM_JOB: ("TransformJobName", "describe_transform_job", "stop_transform_job"),
    Kind.TUNING_JOB: (
        "HyperParameterTuningJobName",
        "describe_hyper_parameter_tuning_job",
        "stop_hyper_parameter_tuning_job",
    ),
}
_GONE = ("ResourceNotFound", "ResourceNotFoundException")
_GONE_WORDS = ("could not find", "not found", "does not exist", "recordnotfound")


class SageMaker:
    """SageMaker of one account and region; ``client`` is boto3's."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def facts(self, kind: Kind, name: str) -> Facts | None:
        """Return what a resource is like now; None where it is gone."""
        parameter, describe, _ = _CALLS[kind]
        try:
            described = getattr(self._client, describe)(**{parameter: name})
        except ClientError as error:
            if _is_gone(error):
                return None
            with aws_call(_address(kind, name), "must be described"):
                raise
        return facts_of(kind, name, described)

    def config_of(self, endpoint: str) -> str | None:
        """Return the configuration that an endpoint has; None where the endpoint is gone."""
        try:
            return str(self._client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"])
        except ClientError as error:
            if _is_gone(error):
                return None
            with aws_call(_address(Kind.ENDPOINT, endpoint), "must be described"):
                raise

    def uses(self, config: str) -> bool:
        """Tell whether an endpoint has the configuration."""
        with aws_call("endpoints", "must be listed"):
            return any(self.config_of(name) == config for name in self._endpoints())

    def act(self, facts: Facts, action: Action) -> None:
        """Stop or delete a resource; one that ended or went meanwhile is fine."""
        parameter, _, call = _CALLS[facts.kind]
        if facts.kind is Kind.NOTEBOOK and action is Action.DELETE:
            call = "delete_notebook_instance"
        try:
            getattr(self._client, call)(**{parameter: facts.name})
        except ClientError as error:
            if self._settled(facts):
                return
            with aws_call(_address(facts.kind, facts.name), f"must be {action.value}"):
                raise error

    def _settled(self, facts: Facts) -> bool:
        """Tell whether somebody else, or the job itself, was faster."""
        now = self.facts(facts.kind, facts.name)
        return now is None or now.status != facts.status

    def _endpoints(self) -> Iterator[str]:
        for page in self._client.get_paginator("list_endpoints").paginate():
            for endpoint in page["Endpoints"]:
                yield str(endpoint["EndpointName"])


def _is_gone(error: ClientError) -> bool:
    message = str(error.response.get("Error", {}).get("Message", "")).lower()
    if error_code(error) in _GONE:
        return True
    return error_code(error) == "ValidationException" and any(
        words in message for words in _GONE_WORDS
    )


def _address(kind: Kind, name: str) -> str:
    return f"{kind.value} {name}"
