"""Checks on what builds and watches models: notebooks, jobs, features, images, people who label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mls_check import Block, Fault, Pack

pack = Pack()

_MAINTAINED = re.compile(r"^notebook-al2023-v\d+$")
_IMAGE = re.compile(
    r"^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[^@]+@sha256:[0-9a-f]{64}$"
)
_ANYWHERE = ("0.0.0.0/0", "::/0")


@pack.check(13, "A notebook instance runs a maintained platform", "aws_sagemaker_notebook_instance")
def notebook_platform(notebook: Block) -> Iterator[Fault]:
    """AWS takes an old platform where the argument is missing."""
    if not _MAINTAINED.match(str(notebook.get("platform_identifier"))):
        yield notebook.fault("platform_identifier", "must be notebook-al2023-v1 or later")


@pack.check(
    24, "A data-quality job is isolated in a network", "aws_sagemaker_data_quality_job_definition"
)
def data_quality(definition: Block) -> Iterator[Fault]:
    """checkov's own checks see encryption only."""
    network = definition.only("network_config")
    if network.get("enable_network_isolation") is not True:
        yield network.fault("enable_network_isolation", "must be true")
    place = network.only("vpc_config")
    for name in ("subnets", "security_group_ids"):
        if place.get(name) is None:
            yield place.fault(name, "must be set")


@pack.check(25, "A feature group is encrypted", "aws_sagemaker_feature_group")
def feature_group(group: Block) -> Iterator[Fault]:
    """Online and offline store have a key each."""
    for store in group.blocks("offline_store_config", "s3_storage_config"):
        if store.get("kms_key_id") is None:
            yield store.fault("kms_key_id", "must be set")
    for store in group.blocks("online_store_config"):
        security = store.only("security_config")
        if store.get("enable_online_store") is not False and security.get("kms_key_id") is None:
            yield security.fault("kms_key_id", "must be set")


@pack.check(26, "An MLflow server registers no model", "aws_sagemaker_mlflow_tracking_server")
def mlflow(server: Block) -> Iterator[Fault]:
    """What is registered by itself was never decided on."""
    if server.get("automatic_model_registration") not in (None, False):
        yield server.fault("automatic_model_registration", "must not be true")


@pack.check(27, "People who label come from known networks", "aws_sagemaker_workforce")
def workforce(people: Block) -> Iterator[Fault]:
    """Without either they may work from anywhere."""
    network = people.only("workforce_vpc_config")
    if network.get("vpc_id"):
        return
    known = people.only("source_ip_config")
    addresses = known.get("cidrs")
    if addresses is None:
        yield network.fault("vpc_id", "must be set, or addresses that people come from")
    elif any(each in _ANYWHERE for each in addresses):
        yield known.fault("cidrs", "must not be every address")


@pack.check(28, "People who label are our own", "aws_sagemaker_flow_definition")
def private_workforce(flow: Block) -> Iterator[Fault]:
    """A public workforce and a vendor's see what they label."""
    for loop in flow.blocks("human_loop_config"):
        if ":workteam/private-crowd/" not in str(loop.get("workteam_arn")):
            yield loop.fault("workteam_arn", "must be a team of our own (private-crowd)")
        for price in loop.blocks("public_workforce_task_price"):
            yield Fault(price.path.rstrip("."), "must not be set", "a price")


@pack.check(29, "Project templates of AWS are off", "aws_sagemaker_servicecatalog_portfolio_status")
def project_templates(portfolio: Block) -> Iterator[Fault]:
    """They bring roles that nobody here has read."""
    if portfolio.get("status") != "Disabled":
        yield portfolio.fault("status", "must be Disabled")


@pack.check(30, "An image of Studio stands on an image by digest", "aws_sagemaker_image_version")
def base_image(version: Block) -> Iterator[Fault]:
    """A tag may move between review and use."""
    if not _IMAGE.match(str(version.get("base_image"))):
        yield version.fault("base_image", "must be an image of ECR by digest (@sha256:...)")


@pack.check(31, "An image of Studio says what it is for", "aws_sagemaker_image")
def image_description(image: Block) -> Iterator[Fault]:
    """People choose by it."""
    if not str(image.get("description") or "").strip():
        yield image.fault("description", "must be set")


# checkov-digest: 304402204f7a7809c4bd840458c3cad7100976ec9df4ebebbb2510cdc1115fcd6c75479e022033c5ee5f24fb38309f3ae49e4c9f520fc10f6282fde1498c726c2c00afd2916d
