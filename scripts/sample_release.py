"""A release that stands for any other, so that what a promotion applies can be planned before one.

Digests and identifiers are made up; everything else is what the account and the model's
description say, put together by the code that puts a real release together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.models.description import describe
from pipelines.naming import Naming, partition_of
from pipelines.organization import Account
from pipelines.promotion.release import (
    Configuration,
    Data,
    ExactObject,
    ImageReference,
    Release,
)
from pipelines.promotion.target import Target
from pipelines.promotion.variables import terraform_variables

_SHA256 = "0" * 64
_KEY = "00000000-0000-0000-0000-000000000000"


def sample_variables(naming: Naming, account: Account, descriptions: Path) -> dict[str, Any]:
    """Give the variables of terraform/release for the first model that the account receives.

    Raises StopIteration where the business unit has no model.
    """
    model = next(iter(naming.organization.released_of(account.business_unit)))
    target = _target(naming, account)
    release = _release(naming, account, model, descriptions)
    return terraform_variables(release, target, naming.endpoint_name(account.name, model))


def has_models(naming: Naming, account: Account) -> bool:
    """Tell whether an account receives any model."""
    return bool(naming.organization.released_of(account.business_unit))


def _release(naming: Naming, account: Account, model: str, descriptions: Path) -> Release:
    home = naming.organization.home_of(account)
    sample = ExactObject(f"s3://{naming.bucket_name(home.name, 'models')}/sample", "0", _SHA256)
    endpoint = describe(model, descriptions).endpoint(account.kind.value)
    partition = partition_of(home.region)
    return Release(
        model=model,
        package_arn=f"arn:{partition}:sagemaker:{home.region}:{home.id}:model-package/{model}/1",
        archive=sample,
        image=ImageReference(
            account.id,
            account.region,
            naming.repository_name(account.name, "model"),
            f"sha256:{_SHA256}",
        ),
        definition_sha256=_SHA256,
        evaluation=sample,
        holdout=sample,
        predictions=sample,
        data=Data(sample.uri, _SHA256),
        commit="0" * 40,
        configuration={account.name: Configuration.of(endpoint)},
    )


def _target(naming: Naming, account: Account) -> Target:
    key = f"arn:{partition_of(account.region)}:kms:{account.region}:{account.id}:key/{_KEY}"

    def bucket(purpose: str) -> str:
        return naming.bucket_name(account.name, purpose)

    return Target(
        account=account,
        subnet_ids=("subnet-00000000000000000", "subnet-11111111111111111"),
        security_group_ids=("sg-00000000000000000",),
        models_key_arn=key,
        capture_key_arn=key,
        evidence_key_arn=key,
        models_bucket=bucket("models"),
        capture_bucket=bucket("capture"),
        evidence_bucket=bucket("evidence"),
        releases_bucket=bucket("releases"),
        serving_role_arn=naming.role_arn(account.name, "serving"),
        repository=naming.repository_name(account.name, "model"),
    )
