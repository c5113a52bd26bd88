"""What carries releases and tells about them: builds, promotions, events, notices, logs."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.inventory.item import Item
from scripts.inventory.listing import Listing, ask_all
from scripts.inventory.scope import Clients, Scope, pages
from scripts.inventory.tagged import tagged_arns

PIPELINES = Listing("promotion pipeline", "codepipeline", "list_pipelines", "pipelines", "name")
PROJECTS = Listing("build project", "codebuild", "list_projects", "projects")
ALARMS = Listing("alarm", "cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", "AlarmArn")
_OTHERS = (
    Listing("event rule", "events", "list_rules", "Rules", "Name", "Arn"),
    Listing("topic", "sns", "list_topics", "Topics", "TopicArn", "TopicArn"),
    Listing("parameter", "ssm", "describe_parameters", "Parameters", "Name"),
    Listing("function", "lambda", "list_functions", "Functions", "FunctionName", "FunctionArn"),
)
# Made by Studio itself, under a name that is the same in every account.
_STUDIO_LOGS = "/aws/sagemaker/studio"
_AT_WORK = ("InProgress", "Stopping")


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List pipelines and builds with what runs in them, and what tells about them."""
    yield from PIPELINES.ask(clients, scope)
    for pipeline, execution, status in promotions_at_work(clients, scope):
        yield Item("promotion", f"{pipeline}/{execution}", note=status)
    yield from PROJECTS.ask(clients, scope)
    for build in builds_at_work(clients, scope):
        yield Item("build", build)
    yield from ask_all((*_OTHERS, ALARMS), clients, scope)
    yield from log_groups(clients, scope)


def promotions_at_work(clients: Clients, scope: Scope) -> list[tuple[str, str, str]]:
    """List pipeline, execution and status of the promotions that have not ended."""
    client = clients("codepipeline")
    return [
        (pipeline.name, str(found["pipelineExecutionId"]), str(found["status"]))
        for pipeline in PIPELINES.ask(clients, scope)
        for page in pages(client, "list_pipeline_executions", pipelineName=pipeline.name)
        for found in page["pipelineExecutionSummaries"]
        if found["status"] in _AT_WORK
    ]


def builds_at_work(clients: Clients, scope: Scope) -> list[str]:
    """List the builds that have not ended; a project's latest hundred are looked at."""
    client = clients("codebuild")
    running = []
    for project in PROJECTS.ask(clients, scope):
        ids = client.list_builds_for_project(projectName=project.name)["ids"][:100]
        if ids:
            told = client.batch_get_builds(ids=ids)["builds"]
            running += [str(each["id"]) for each in told if each["buildStatus"] == "IN_PROGRESS"]
    return running


def log_groups(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List log groups; one without the platform's tags was made by a service as it ran."""
    tagged = {arn.removesuffix(":*") for arn in tagged_arns(clients, scope)}
    for page in pages(clients("logs"), "describe_log_groups"):
        for found in page["logGroups"]:
            name, arn = str(found["logGroupName"]), str(found["arn"]).removesuffix(":*")
            is_studio = name == _STUDIO_LOGS and not scope.account.is_target
            if arn in tagged or is_studio or scope.owns(name):
                size = f"{found.get('storedBytes', 0)} bytes"
                yield Item("log group", name, arn=arn, note=size, is_data=arn not in tagged)
