"""What serves: which image and data it runs, what it keeps, and who watches it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import Claim, Doubt, Rule, every, undecided, violated
from policies.checks.plan.reading import Reading, State, reading, readings
from policies.checks.plan.rules import (
    account_id,
    account_kind,
    buckets_of,
    is_set,
    linked,
    under_own_key,
)
from policies.model import Model, PlannedResource

MODELS = every("aws_sagemaker_model")
_CONFIGURATIONS = every("aws_sagemaker_endpoint_configuration")
_ENDPOINTS = every("aws_sagemaker_endpoint")
_HINT = "use modules/inference-endpoint"
_IMAGE = re.compile(
    r"^(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9/_.-]+@sha256:[0-9a-f]{64}$"
)
_CONTAINERS = ("primary_container", "container")


def _of_containers(it: PlannedResource, *attributes: str) -> list[list[Reading]]:
    """Return the values of some attributes for each container of a model."""
    made: list[list[Reading]] = []
    for container in _CONTAINERS:
        columns = [readings(it, f"{container}.{attribute}") for attribute in attributes]
        if not it.values.get(container) and all(c[0].state is State.ABSENT for c in columns):
            continue
        length = max(len(column) for column in columns)
        made += [
            [column[min(index, len(column) - 1)] for column in columns] for index in range(length)
        ]
    return made


def _runs_own_image(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "each container must run an image of a registry of ours by its digest"
    ours = {account.id for account in model.accounts.values()}
    containers = _of_containers(it, "image", "model_package_name")
    if not containers:
        yield violated(it, must, "no container", _HINT)
    for image, package in containers:
        found = _IMAGE.match(f"{image.value}")
        if image.state is State.UNKNOWN:
            yield undecided(it, must, image.shown(), _HINT)
        elif image.state is State.ABSENT and package.state is State.KNOWN:
            continue
        elif found is None or found[1] not in ours:
            yield violated(it, must, image.shown(), _HINT)


images_from_own_registries: Claim = MODELS.must(_runs_own_image)


def _loads_promoted(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    must = "a model must load its data from the store of its account, or be a package by name"
    stores = buckets_of(model, it, "models")
    named = _of_containers(
        it,
        "model_data_url",
        "model_data_source.s3_data_source.s3_uri",
        "model_package_name",
    )
    for url, uri, package in named:
        # The provider leaves the source unknown where the model has an address.
        given = (url,) if url.state is State.KNOWN and uri.state is State.UNKNOWN else (url, uri)
        places = [each for each in given if each.state is not State.ABSENT]
        if any(each.state is State.UNKNOWN for each in places):
            yield undecided(it, must, "a place that the plan does not know", _HINT)
        elif not places and package.state is not State.KNOWN:
            yield violated(it, must, "nothing", _HINT)
        for each in places:
            if each.state is State.KNOWN and _bucket(each.value) not in stores:
                yield violated(it, must, each.shown(), _HINT)


model_data_promoted: Claim = MODELS.must(_loads_promoted)


def _bucket(uri: object) -> str:
    return f"{uri}".removeprefix("s3://").partition("/")[0] if f"{uri}".startswith("s3://") else ""


def _stays_here(path: str) -> Rule:
    must = f"`{path}` must lie in a bucket of the account"

    def rule(model: Model, it: PlannedResource) -> Iterator[Doubt]:
        for found in readings(it, path):
            if found.state is State.UNKNOWN:
                yield undecided(it, must, found.shown(), _HINT)
            elif found.state is State.ABSENT or _bucket(found.value) not in buckets_of(model, it):
                yield violated(it, must, found.shown(), _HINT)

    return rule


def _captures(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    produces = account_kind(model, it) in ("production", "")
    if it.values.get("data_capture_config") or it.unknown.get("data_capture_config") or produces:
        yield from _stays_here("data_capture_config.destination_s3_uri")(model, it)


capture_stays_in_account: Claim = _CONFIGURATIONS.must(_captures)

_ASYNC = "async_inference_config.output_config"


def _answers_stay(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    if not (it.values.get("async_inference_config") or it.unknown.get("async_inference_config")):
        return
    yield from _stays_here(f"{_ASYNC}.s3_output_path")(model, it)
    yield from under_own_key(f"{_ASYNC}.kms_key_id", "name the key of the endpoint")(model, it)
    topics = {
        f"arn:aws:sns:{topic.region}:{account_id(model, it)}:{topic.values.get('name')}": topic
        for topic in model.of_type("aws_sns_topic")
        if topic.account == it.account
    }
    for topic in ("error_topic", "success_topic"):
        path = f"{_ASYNC}.notification_config.{topic}"
        must = f"`{path}` must be an encrypted topic of the account"
        for found in readings(it, path):
            named = topics.get(f"{found.value}")
            if found.state is State.UNKNOWN and not linked(it, found):
                yield undecided(it, must, found.shown(), _HINT)
            elif found.state is State.KNOWN and named is None:
                yield violated(it, must, found.shown(), _HINT)
            elif named is not None:
                yield from is_set("kms_master_key_id", "encrypt the topic")(model, named)


async_output_stays_in_account: Claim = _CONFIGURATIONS.must(_answers_stay)


def _serves_production(model: Model, it: PlannedResource) -> bool:
    return account_kind(model, it) in ("production", "")


def _watched(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether a schedule watches an endpoint, by a definition that the plans make."""
    hint = "make an aws_sagemaker_monitoring_schedule with its job definition"
    must = "a monitoring schedule must watch the endpoint"
    schedules = [
        schedule
        for schedule in model.of_type("aws_sagemaker_monitoring_schedule")
        if schedule.account == it.account and _is_about(model, schedule, it)
    ]
    if not schedules:
        yield violated(it, must, "none", hint)
    for schedule in schedules:
        path = "monitoring_schedule_config.monitoring_job_definition_name"
        yield from is_set(path, hint)(model, schedule)


def _is_about(model: Model, schedule: PlannedResource, endpoint: PlannedResource) -> bool:
    """Tell whether a schedule's job definition takes its input from an endpoint."""
    path = "monitoring_schedule_config.monitoring_job_definition_name"
    found = reading(schedule, path)
    for definition in model.of_type("aws_sagemaker_data_quality_job_definition"):
        mine = definition.root == schedule.root and (
            found.value == definition.values.get("name")
            if found.state is State.KNOWN
            else definition.address in linked(schedule, found)
        )
        about = reading(definition, "data_quality_job_input.endpoint_input.endpoint_name")
        if mine and (
            (about.state is State.KNOWN and about.value == endpoint.values.get("name"))
            or endpoint.address in linked(definition, about)
        ):
            return True
    return False


endpoints_monitored: Claim = _ENDPOINTS.where(_serves_production).must(_watched)


def _tells_release(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    hint = "deploy by terraform/release, which tags what it makes with its release"
    for tag in ("tags.release", "tags.model"):
        yield from is_set(tag, hint)(_model, it)


promotion_records_lineage: Claim = every(
    "aws_sagemaker_model", "aws_sagemaker_endpoint_configuration", "aws_sagemaker_endpoint"
).must(_tells_release)
