"""What a release tells terraform/release: the variables of one deployment."""

from __future__ import annotations

from typing import Any

from pipelines.promotion.release import Release
from pipelines.promotion.target import Target

VARIABLES_FILE = "release.auto.tfvars.json"
CAPTURE_PERCENTAGE = 100
_CANARY_PERCENTAGE = 10


def terraform_variables(release: Release, target: Target, endpoint_name: str) -> dict[str, Any]:
    """Fill in the variables of terraform/release; every value comes from release or account."""
    configuration = release.configuration_of(target.account.name)
    return {
        "account": target.account.name,
        "account_id": target.account.id,
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
        "rollout": _rollout(configuration.initial_instance_count),
        "security_group_ids": list(target.security_group_ids),
        "serving_role_arn": target.serving_role_arn,
        "subnet_ids": list(target.subnet_ids),
        "tags": {"commit": release.commit, "package": release.package_arn},
        "variant": {
            "instance_type": configuration.instance_type,
            "initial_instance_count": configuration.initial_instance_count,
        },
    }


def _rollout(instances: int) -> dict[str, Any] | None:
    """Let a new version answer a tenth of the traffic first, watched by the alarms.

    One instance has no part that could be first.
    """
    return {"canary_percentage": _CANARY_PERCENTAGE} if instances > 1 else None
