"""Checks on what serves: models, endpoint configurations and endpoints."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mls_check import Block, Fault, Pack

pack = Pack()

MODEL = "aws_sagemaker_model"
CONFIGURATION = "aws_sagemaker_endpoint_configuration"
_REGISTRY = re.compile(r"^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
_GRADUAL = ("CANARY", "LINEAR")


@pack.check(14, "A model stands in a network", MODEL)
def in_network(model: Block) -> Iterator[Fault]:
    """Without subnets and groups a model runs in a network of AWS, with internet."""
    network = model.only("vpc_config")
    for name in ("subnets", "security_group_ids"):
        if network.get(name) is None:
            yield network.fault(name, "must be set")


@pack.check(15, "A model runs an image of a registry, by digest", MODEL)
def image_by_digest(model: Block) -> Iterator[Fault]:
    """A container that names a version of the model registry takes the image from there."""
    containers = _containers(model)
    for container in containers:
        image = str(container.get("image") or "")
        if not image and container.get("model_package_name"):
            continue
        if not (_REGISTRY.match(image) and _DIGEST.search(image)):
            yield container.fault("image", "must be an image of ECR by digest (@sha256:...)")
    if not containers:
        yield Fault("primary_container[0].image", "must be an image of ECR by digest")


@pack.check(16, "Images of other registries are pulled through the network", MODEL)
def pulled_through_network(model: Block) -> Iterator[Fault]:
    """SageMaker itself pulls from ECR only; any other registry must stand in the network."""
    for container in _containers(model):
        image = str(container.get("image") or "")
        if not image or _REGISTRY.match(image):
            continue
        settings = container.only("image_config")
        if settings.get("repository_access_mode") != "Vpc":
            yield settings.fault("repository_access_mode", "must be Vpc for an image not of ECR")


@pack.check(17, "No licence of a gated model is accepted", MODEL)
def no_licence(model: Block) -> Iterator[Fault]:
    """Who accepts a licence binds the organisation; a plan is not the place.

    Only a source of several files has a licence; AWS takes no other place beside it.
    """
    for container in _containers(model):
        if container.get("model_data_url"):
            continue
        path = ("model_data_source", "s3_data_source", "model_access_config")
        for access in container.blocks(*path):
            if access.get("accept_eula") not in (None, False):
                yield access.fault("accept_eula", "must not be true")


@pack.check(18, "An endpoint keeps what it was asked and answered", CONFIGURATION)
def capture(configuration: Block) -> Iterator[Fault]:
    """Without capture nobody can tell later why a model answered as it did."""
    settings = configuration.only("data_capture_config")
    if settings.get("enable_capture") is not True:
        yield settings.fault("enable_capture", "must be true")
    if settings.get("kms_key_id") is None:
        yield settings.fault("kms_key_id", "must be set")
    if not str(settings.get("destination_s3_uri") or "").startswith("s3://"):
        yield settings.fault("destination_s3_uri", "must be a place in S3")


@pack.check(19, "Answers of asynchronous inference are encrypted", CONFIGURATION)
def asynchronous(configuration: Block) -> Iterator[Fault]:
    """Without a key the bucket's own would be used, whoever's bucket it is."""
    for output in configuration.blocks("async_inference_config", "output_config"):
        if output.get("kms_key_id") is None:
            yield output.fault("kms_key_id", "must be set")


@pack.check(20, "An endpoint stands on more than one instance", CONFIGURATION)
def instances(configuration: Block) -> Iterator[Fault]:
    """SageMaker spreads two or more instances over zones."""
    for variant in configuration.blocks("production_variants"):
        if any(variant.blocks("serverless_config")):
            continue
        count = variant.get("initial_instance_count")
        if not isinstance(count, int | float) or count < 2:
            yield variant.fault("initial_instance_count", "must be at least 2")


@pack.check(21, "Nobody opens a session on what serves", CONFIGURATION)
def sessions(configuration: Block) -> Iterator[Fault]:
    """A session reads requests, answers and the model itself."""
    for variant in _variants(configuration):
        if variant.get("enable_ssm_access") not in (None, False):
            yield variant.fault("enable_ssm_access", "must not be true")


@pack.check(22, "Core dumps are encrypted", CONFIGURATION)
def core_dumps(configuration: Block) -> Iterator[Fault]:
    """A core dump holds requests in the clear."""
    for variant in _variants(configuration):
        for dump in variant.blocks("core_dump_config"):
            if dump.get("kms_key_id") is None:
                yield dump.fault("kms_key_id", "must be set")


@pack.check(23, "A change moves traffic step by step and rolls back", "aws_sagemaker_endpoint")
def gradual(endpoint: Block) -> Iterator[Fault]:
    """Alarms can roll back only what has not yet taken all traffic."""
    settings = endpoint.only("deployment_config")
    if not any(
        alarm.get("alarm_name")
        for alarm in settings.blocks("auto_rollback_configuration", "alarms")
    ):
        yield settings.only("auto_rollback_configuration").fault("alarms", "must name an alarm")
    if any(settings.blocks("rolling_update_policy")):
        return
    routing = settings.only("blue_green_update_policy", "traffic_routing_configuration")
    if routing.get("type") not in _GRADUAL:
        yield routing.fault("type", f"must be {' or '.join(_GRADUAL)}, or the update rolling")


def _containers(model: Block) -> list[Block]:
    return [*model.blocks("primary_container"), *model.blocks("container")]


def _variants(configuration: Block) -> Iterator[Block]:
    yield from configuration.blocks("production_variants")
    yield from configuration.blocks("shadow_production_variants")


# checkov-digest: 3045022100ed369db1527ecc6657b458f4cd92e018c44c083ab5ab4e57dd4ac14143c98cf50220422fb841b583f2e898804d2869a8776152a133667e456c9d8e73eebc705a1895
