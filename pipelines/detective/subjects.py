"""What an event says was made, started or changed: the kind of resource and its name.

An event is believed in nothing else: what the resource is like is asked of SageMaker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pipelines.errors import InvalidInput

_ADDRESS = "event"


class Kind(Enum):
    """Kinds of resources that are judged, as people call them."""

    AUTOML_JOB = "AutoML job"
    DOMAIN = "Studio domain"
    ENDPOINT = "endpoint"
    ENDPOINT_CONFIG = "endpoint configuration"
    MODEL = "model"
    NOTEBOOK = "notebook instance"
    PROCESSING_JOB = "processing job"
    TRAINING_JOB = "training job"
    TRANSFORM_JOB = "transform job"
    TUNING_JOB = "tuning job"
    UNDECLARED = "resource of an undeclared kind"


@dataclass(frozen=True)
class Subject:
    """What is to be judged, and who did what with it when."""

    kind: Kind
    name: str
    event: str
    """The call or the change that the event tells of."""
    event_id: str
    time: str
    actor: str


_CALLS: Mapping[str, tuple[Kind, str]] = {
    "CreateAutoMLJob": (Kind.AUTOML_JOB, "autoMLJobName"),
    "CreateAutoMLJobV2": (Kind.AUTOML_JOB, "autoMLJobName"),
    "CreateEndpoint": (Kind.ENDPOINT, "endpointName"),
    "CreateEndpointConfig": (Kind.ENDPOINT_CONFIG, "endpointConfigName"),
    "CreateHyperParameterTuningJob": (Kind.TUNING_JOB, "hyperParameterTuningJobName"),
    "CreateModel": (Kind.MODEL, "modelName"),
    "CreateNotebookInstance": (Kind.NOTEBOOK, "notebookInstanceName"),
    "CreateProcessingJob": (Kind.PROCESSING_JOB, "processingJobName"),
    "CreateTrainingJob": (Kind.TRAINING_JOB, "trainingJobName"),
    "CreateTransformJob": (Kind.TRANSFORM_JOB, "transformJobName"),
    "StartNotebookInstance": (Kind.NOTEBOOK, "notebookInstanceName"),
    "UpdateDomain": (Kind.DOMAIN, "domainId"),
    "UpdateEndpoint": (Kind.ENDPOINT, "endpointName"),
    "UpdateNotebookInstance": (Kind.NOTEBOOK, "notebookInstanceName"),
}
# Calls that no condition of IAM can bind to network, key and isolation (SME-14, SME-19).
UNDECLARED = frozenset(
    {
        "CreateCluster",
        "CreateCompilationJob",
        "CreateEdgePackagingJob",
        "CreateInferenceExperiment",
        "CreateInferenceRecommendationsJob",
        "CreateLabelingJob",
        "CreateMlflowApp",
        "CreateMlflowTrackingServer",
        "CreateOptimizationJob",
        "CreatePartnerApp",
        "PutEndpointPolicy",
    }
)
# CreateDomain is answered with the domain's ARN; the request knows no identifier yet.
CALLS = frozenset({*_CALLS, *UNDECLARED, "CreateDomain"})
_STATE_CHANGE = "SageMaker Notebook Instance State Change"


def subject_of(event: Mapping[str, Any]) -> Subject | None:
    """Read what an event of EventBridge is about; None where that is not judged.

    Raises InvalidInput for an event that is of a known form and names no resource.
    """
    detail = event.get("detail")
    if not isinstance(detail, Mapping):
        raise InvalidInput(_ADDRESS, "must have a detail", got=str(sorted(event)))
    if event.get("detail-type") == _STATE_CHANGE:
        return _changed(event, detail)
    if event.get("detail-type") != "AWS API Call via CloudTrail" or detail.get("errorCode"):
        return None
    return _called(event, detail)


def _changed(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Subject:
    name = _text(detail.get("NotebookInstanceName"), "NotebookInstanceName")
    status = detail.get("NotebookInstanceStatus", "unknown")
    return _subject(event, Kind.NOTEBOOK, name, f"became {status}", "SageMaker")


def _called(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Subject | None:
    call = str(detail.get("eventName", ""))
    actor = _actor(detail.get("userIdentity") or {})
    request = detail.get("requestParameters") or {}
    if call in UNDECLARED:
        return _subject(event, Kind.UNDECLARED, call, call, actor)
    if call == "CreateDomain":
        arn = _text((detail.get("responseElements") or {}).get("domainArn"), "domainArn")
        return _subject(event, Kind.DOMAIN, arn.rsplit("/", 1)[-1], call, actor)
    if call not in _CALLS:
        return None
    kind, parameter = _CALLS[call]
    return _subject(event, kind, _text(request.get(parameter), parameter), call, actor)


def _subject(event: Mapping[str, Any], kind: Kind, name: str, what: str, actor: str) -> Subject:
    return Subject(kind, name, what, str(event.get("id", "")), str(event.get("time", "")), actor)


def _actor(identity: Mapping[str, Any]) -> str:
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    return str(identity.get("arn") or issuer.get("arn") or identity.get("invokedBy") or "unknown")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{_ADDRESS}.detail", f"must name a resource by {name}", got=str(value))
    return value
