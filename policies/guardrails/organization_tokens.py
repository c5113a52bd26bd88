"""What stands in the place of tokens in guardrails, read from organization.yaml."""

from __future__ import annotations

import re

from pipelines.naming import partition_of
from pipelines.organization import Organization
from pipelines.organization_models import Promotes

_OWN_ENDING = re.compile(r"_[0-9a-f]{16}$")
# What a target trains with, where code is promoted; tags may be set everywhere.
_RETRAINING = (
    *("AddTags", "CreateHyperParameterTuningJob", "CreateModelPackage"),
    *("CreateModelPackageGroup", "CreatePipeline", "CreateTrainingJob"),
    *("StartPipelineExecution", "UpdatePipeline"),
)


def organization_tokens(organization: Organization) -> dict[str, str | list[str]]:
    """Return the values of all tokens that guardrails of the organisation may contain."""
    accounts, forge = organization.accounts, organization.forge
    partition = partition_of(organization.region)
    roles = {organization.sign_in_role, *(found.sign_in_role for found in accounts.values())}
    subjects = {
        subject.replace("{account}", name)
        for name in accounts
        for subject in (forge.plan_subject, forge.apply_subject)
    }
    return {
        "accounts": sorted({found.id for found in accounts.values()}),
        "forge-issuer": forge.issuer,
        "forge-subjects": sorted(subjects),
        "management-account-id": organization.management_account_id,
        "organization-id": organization.id,
        "partition": partition,
        "prefix": organization.prefix,
        "retraining": [f"sagemaker:{action}" for action in _retraining(organization)],
        "regions": sorted({organization.region, *(found.region for found in accounts.values())}),
        "sign-in-roles": sorted(f"arn:{partition}:iam::*:role/{_pattern(role)}" for role in roles),
    }


def _retraining(organization: Organization) -> tuple[str, ...]:
    trains = any(model.promotes is Promotes.CODE for model in organization.models.values())
    return _RETRAINING if trains else _RETRAINING[:1]


def _pattern(role: str) -> str:
    # Identity Center ends a role's name otherwise in each account, under a path that is its own.
    return _OWN_ENDING.sub("_*", role) if role.startswith("aws-reserved/") else role
