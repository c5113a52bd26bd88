"""Ends what is at work: promotions, builds, training runs and jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.draining.step import Step
from scripts.inventory import delivery, sagemaker
from scripts.inventory.listing import Listing
from scripts.inventory.scope import Clients, Scope, pages

_REASON = "the account is being destroyed"
_AN_HOUR = 3600
_RUNS_AT_WORK = ("Executing", "Stopping")
PIPELINES = Listing(
    "SageMaker pipeline", "sagemaker", "list_pipelines", "PipelineSummaries", "PipelineName"
)


def steps(clients: Clients, scope: Scope) -> Iterator[Step]:
    """Give the steps in their order."""
    yield Step(
        "stop promotions",
        lambda: _promotions(clients, scope),
        lambda found: _stop_promotion(clients("codepipeline"), *found),
        limit=_AN_HOUR,
        repeats=True,
    )
    # A build that is cut off leaves a release half deployed: it is waited for.
    yield Step(
        "wait for builds",
        lambda: {build: build for build in delivery.builds_at_work(clients, scope)},
        lambda build: None,
        limit=_AN_HOUR,
    )
    yield Step(
        "stop training runs",
        lambda: _runs(clients, scope),
        lambda arn: _stop_run(clients("sagemaker"), arn),
    )
    for kind, (operation, _, noun) in sagemaker.JOBS.items():
        yield Step(
            f"stop {kind}s",
            lambda kind=kind: _jobs(clients, scope, kind),  # type: ignore[misc]
            lambda name, operation=operation, noun=noun: getattr(  # type: ignore[misc]
                clients("sagemaker"), f"stop_{operation}"
            )(**{f"{noun}Name": name}),
        )
    yield Step(
        "delete training pipelines",
        lambda: {found.name: found.name for found in PIPELINES.ask(clients, scope)},
        lambda name: clients("sagemaker").delete_pipeline(PipelineName=name),
    )


def _promotions(clients: Clients, scope: Scope) -> Mapping[str, tuple[str, str, str]]:
    return {found[1]: found for found in delivery.promotions_at_work(clients, scope)}


def _stop_promotion(client: Any, pipeline: str, execution: str, status: str) -> None:
    """Let running actions end; what waits at the gate would wait for ever and is abandoned."""
    waits = _waits_at_gate(client, pipeline, execution)
    if status == "Stopping" and not waits:
        return
    client.stop_pipeline_execution(
        pipelineName=pipeline, pipelineExecutionId=execution, abandon=waits, reason=_REASON
    )


def _waits_at_gate(client: Any, pipeline: str, execution: str) -> bool:
    filters = {"pipelineExecutionId": execution}
    running = [
        action["input"]["actionTypeId"]["category"]
        for page in pages(client, "list_action_executions", pipelineName=pipeline, filter=filters)
        for action in page["actionExecutionDetails"]
        if action["status"] == "InProgress"
    ]
    return bool(running) and all(category == "Approval" for category in running)


def _runs(clients: Clients, scope: Scope) -> Mapping[str, str]:
    client = clients("sagemaker")
    return {
        str(found["PipelineExecutionArn"]): str(found["PipelineExecutionArn"])
        for pipeline in PIPELINES.ask(clients, scope)
        for page in pages(client, "list_pipeline_executions", PipelineName=pipeline.name)
        for found in page["PipelineExecutionSummaries"]
        if found["PipelineExecutionStatus"] in _RUNS_AT_WORK
    }


def _stop_run(client: Any, arn: str) -> None:
    told = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    if told["PipelineExecutionStatus"] == "Executing":
        client.stop_pipeline_execution(PipelineExecutionArn=arn)


def _jobs(clients: Clients, scope: Scope, kind: str) -> Mapping[str, str]:
    found = sagemaker.jobs_at_work(clients("sagemaker"), scope, kind)
    return {item.name: item.name for item in found}
