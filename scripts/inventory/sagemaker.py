"""SageMaker: what serves, what runs, what is registered, and Studio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.inventory.item import Item
from scripts.inventory.listing import Listing, ask_all
from scripts.inventory.scope import Clients, Scope, pages

ENDPOINTS = Listing(
    "endpoint", "sagemaker", "list_endpoints", "Endpoints", "EndpointName", "EndpointArn"
)
ENDPOINT_CONFIGURATIONS = Listing(
    "endpoint configuration",
    "sagemaker",
    "list_endpoint_configs",
    "EndpointConfigs",
    "EndpointConfigName",
    "EndpointConfigArn",
)
MODELS = Listing("model", "sagemaker", "list_models", "Models", "ModelName", "ModelArn")
SCHEDULES = Listing(
    "monitoring schedule",
    "sagemaker",
    "list_monitoring_schedules",
    "MonitoringScheduleSummaries",
    "MonitoringScheduleName",
    "MonitoringScheduleArn",
)
DEFINITIONS = tuple(
    Listing(
        f"{kind.replace('_', ' ')} job definition",
        "sagemaker",
        f"list_{kind}_job_definitions",
        "JobDefinitionSummaries",
        "MonitoringJobDefinitionName",
        "MonitoringJobDefinitionArn",
    )
    for kind in ("data_quality", "model_bias", "model_explainability", "model_quality")
)
_SERVING = (ENDPOINTS, ENDPOINT_CONFIGURATIONS, MODELS, SCHEDULES, *DEFINITIONS)
_BUILDING = (
    Listing(
        "SageMaker pipeline",
        "sagemaker",
        "list_pipelines",
        "PipelineSummaries",
        "PipelineName",
        "PipelineArn",
    ),
    Listing(
        "lifecycle configuration",
        "sagemaker",
        "list_studio_lifecycle_configs",
        "StudioLifecycleConfigs",
        "StudioLifecycleConfigName",
        "StudioLifecycleConfigArn",
    ),
)
GROUPS = Listing(
    "model package group",
    "sagemaker",
    "list_model_package_groups",
    "ModelPackageGroupSummaryList",
    "ModelPackageGroupName",
    "ModelPackageGroupArn",
)
DOMAINS = Listing("domain", "sagemaker", "list_domains", "Domains", "DomainName", "DomainArn")

# Kind of job: list and describe operation, member that holds summaries, noun in its members.
JOBS = {
    "training job": ("training_job", "TrainingJobSummaries", "TrainingJob"),
    "processing job": ("processing_job", "ProcessingJobSummaries", "ProcessingJob"),
    "tuning job": (
        "hyper_parameter_tuning_job",
        "HyperParameterTuningJobSummaries",
        "HyperParameterTuningJob",
    ),
    "transform job": ("transform_job", "TransformJobSummaries", "TransformJob"),
}
_AT_WORK = ("InProgress", "Stopping")


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List everything of SageMaker that is there."""
    yield from ask_all((*_SERVING, *_BUILDING, DOMAINS), clients, scope)
    for group in GROUPS.ask(clients, scope):
        yield group
        yield from packages(clients("sagemaker"), group.name)
    for domain in domains(clients, scope):
        yield from _studio(clients("sagemaker"), str(domain["DomainId"]))
    for kind in JOBS:
        yield from jobs_at_work(clients("sagemaker"), scope, kind)


def packages(client: Any, group: str) -> Iterator[Item]:
    """List the versions in a group; a version is what somebody trained and decided on."""
    for page in pages(client, "list_model_packages", ModelPackageGroupName=group):
        for found in page["ModelPackageSummaryList"]:
            arn = str(found["ModelPackageArn"])
            name = "/".join(arn.split("/")[-2:])
            note = str(found.get("ModelApprovalStatus") or "")
            yield Item("model package", name, arn=arn, note=note, is_data=True)


def domains(clients: Clients, scope: Scope) -> list[dict[str, Any]]:
    """List the domains of this account as SageMaker describes them in its list."""
    return [
        found
        for page in pages(clients("sagemaker"), "list_domains")
        for found in page["Domains"]
        if scope.owns(str(found["DomainName"]))
    ]


def jobs_at_work(client: Any, scope: Scope, kind: str) -> Iterator[Item]:
    """List jobs that have not ended; a pipeline names its jobs, so their role tells whose."""
    operation, member, noun = JOBS[kind]
    for status in _AT_WORK:
        for page in pages(client, f"list_{operation}s", StatusEquals=status):
            for found in page[member]:
                name = str(found[f"{noun}Name"])
                told = getattr(client, f"describe_{operation}")(**{f"{noun}Name": name})
                if scope.owns(_owner(told)):
                    yield Item(kind, name, arn=str(told.get(f"{noun}Arn", "")), note=status)


def _owner(job: dict[str, Any]) -> str:
    """Give the name of a job's role; a transform job has none but its model's."""
    definition = job.get("TrainingJobDefinition") or (job.get("TrainingJobDefinitions") or [{}])[0]
    role = job.get("RoleArn") or definition.get("RoleArn")
    return str(role).rpartition("/")[2] if role else str(job.get("ModelName", ""))


def _studio(client: Any, domain: str) -> Iterator[Item]:
    for page in pages(client, "list_user_profiles", DomainIdEquals=domain):
        for found in page["UserProfiles"]:
            yield Item("user profile", f"{domain}/{found['UserProfileName']}")
    for page in pages(client, "list_spaces", DomainIdEquals=domain):
        for found in page["Spaces"]:
            yield Item("space", f"{domain}/{found['SpaceName']}", is_data=True)
    for page in pages(client, "list_apps", DomainIdEquals=domain):
        for found in page["Apps"]:
            owner = found.get("SpaceName") or found.get("UserProfileName")
            if found.get("Status") != "Deleted":
                name = f"{domain}/{owner}/{found['AppType']}/{found['AppName']}"
                yield Item("app", name, note=str(found.get("Status", "")))
