"""What a release tells terraform/release: the variables of one deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pipelines.models.variant import Alarms, Rollout, Strategy
from pipelines.promotion.release import Release
from pipelines.promotion.target import Target

VARIABLES_FILE = "release.auto.tfvars.json"
CAPTURE_PERCENTAGE = 100


def terraform_variables(release: Release, target: Target, endpoint_name: str) -> dict[str, Any]:
    """Fill in the variables of terraform/release; every value comes from release or account."""
    configuration = release.configuration_of(target.account.name)
    return {
        "account": target.account.name,
        "account_id": target.account.id,
        "alarms": _alarms(configuration.alarms),
        "capture": {
            "bucket": target.capture_bucket,
            "key_arn": target.capture_key_arn,
            "percentage": CAPTURE_PERCENTAGE,
        },
        "endpoint_key_arn": target.models_key_arn,
        "endpoint_name": endpoint_name,
        "image_uri": target.image(release.image.digest).uri,
        "model": release.model,
        "model_data_sha256": release.archive.sha256,
        "model_data_url": target.archive_uri(release.model, release.archive.sha256),
        "region": target.account.region,
        "release_id": release.id,
        "rollout": _rollout(configuration.rollout),
        "security_group_ids": list(target.security_group_ids),
        "serving_role_arn": target.serving_role_arn,
        "subnet_ids": list(target.subnet_ids),
        "tags": {"commit": release.commit, "package": release.package_arn},
        "variant": {
            "instance_type": configuration.instance_type,
            "initial_instance_count": configuration.initial_instance_count,
        },
    }


def at_once(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Give the variables with which all traffic moves at once, as when production goes back.

    No alarm takes that back: one that rings does so for what is left.
    """
    return {**variables, "rollout": _rollout(Rollout()) | {"watched": False}}


def _alarms(alarms: Alarms) -> dict[str, Any]:
    quality = {"quality": asdict(alarms.quality)} if alarms.quality else {}
    return {
        "errors_per_minute": alarms.errors_per_minute,
        "latency_milliseconds": alarms.latency_milliseconds,
        "minutes": alarms.minutes,
    } | quality


def _rollout(rollout: Rollout) -> dict[str, Any]:
    """Tell how SageMaker moves the traffic; after a shadow it all moves, for it was watched."""
    if rollout.strategy is Strategy.SHADOW:
        return _rollout(Rollout())
    told = asdict(rollout) | {"strategy": rollout.strategy.value}
    return {name: value for name, value in told.items() if value is not None}
