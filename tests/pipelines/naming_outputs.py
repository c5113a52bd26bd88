"""The outputs that modules/naming must have, as Python derives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from pipelines.naming import BOUNDARY_CLASSES, Naming, partition_of
from pipelines.organization import Account, AccountKind, Persona
from pipelines.organization_triggers import Triggers
from pipelines.purposes import (
    REPOSITORY_PURPOSES,
    bucket_purposes,
    project_purposes,
    role_purposes,
)


def outputs(naming: Naming, account: str) -> dict[str, object]:
    accounts = naming.organization.accounts
    by_account = {
        "boundary_arns": _by_account(naming, lambda _: BOUNDARY_CLASSES, naming.boundary_arn),
        "boundary_names": _by_account(naming, lambda _: BOUNDARY_CLASSES, naming.boundary_name),
        "bucket_names": _by_account(naming, bucket_purposes, naming.bucket_name),
        "key_alias_arns": _by_account(naming, naming.key_purposes, naming.key_alias_arn),
        "key_aliases": _by_account(naming, naming.key_purposes, naming.key_alias),
        "project_names": _by_account(naming, project_purposes, naming.project_name),
        "repository_names": _by_account(
            naming, lambda _: REPOSITORY_PURPOSES, naming.repository_name
        ),
        "role_arns": _by_account(naming, role_purposes, naming.role_arn),
        "role_names": _by_account(naming, role_purposes, naming.role_name),
        "studio_role_arns": _of_studio(naming, naming.studio_role_arn),
        "studio_role_names": _of_studio(naming, naming.studio_role_name),
        "state_bucket_names": {name: naming.state_bucket_name(name) for name in accounts},
        "state_key_alias_arns": {name: naming.state_key_alias_arn(name) for name in accounts},
        "state_key_aliases": {name: naming.state_key_alias(name) for name in accounts},
        "trusted_keys_parameter_names": {
            name: naming.trusted_keys_parameter(name)
            for name, found in accounts.items()
            if found.is_target
        },
    }
    unit = naming.organization.account(account).business_unit
    return {
        **_described(naming, account),
        **_of_unit(naming, account, unit),
        **_of_models(naming, unit),
        **_of_features(naming, unit),
        **_of_forecasts(naming, account),
        **by_account,
    }


def _described(naming: Naming, account: str) -> dict[str, object]:
    organization = naming.organization
    return {
        "account": _facts(naming, organization.account(account)),
        "accounts": {name: _facts(naming, found) for name, found in organization.accounts.items()},
        "artifact_stores": {
            region: {"bucket_name": bucket, "key_alias_arn": alias}
            for region, (bucket, alias) in naming.artifact_stores(account).items()
        },
        "replica_regions": sorted(
            set(naming.artifact_stores(account))
            - {organization.home_of(organization.account(account)).region}
        ),
        "single_account": organization.single_account,
        "branch_prefix": naming.branch_prefix,
        "approval_timeout_minutes": organization.approval_timeout_minutes,
        "approval_valid_minutes": organization.promotion.approval_valid_minutes,
        "approvals": dict(organization.promotion.approvals),
        "default_tags": {
            "project": organization.prefix,
            "account": account,
            "stage": organization.account(account).kind.value,
            "managed-by": "terraform",
        },
        "entry_networks": [
            organization.account(account).network.cidr,
            *organization.entry_networks,
        ],
        "forge": asdict(naming.forge(account)),
        "keeps_account_settings": organization.keeps_account_settings(
            organization.account(account)
        ),
        "organization_id": organization.id,
        "package_domain_name": naming.package_domain_name(account),
        "parameter_root": naming.parameter_root(account),
        "sign_in_role_arn": naming.sign_in_role_arn(account),
        "sign_in_tag": organization.sign_in_tag,
        "units": dict(organization.units),
    }


def _of_unit(naming: Naming, account: str, unit: str) -> dict[str, object]:
    organization = naming.organization
    found = organization.account(account)
    return {
        "business_unit": unit,
        "data_science_account": organization.home_of(found).name,
        "people": {
            name: {
                "persona": person.persona.value,
                "email": person.email,
                "business_unit": person.business_unit,
            }
            for name, person in organization.people_of(unit).items()
        },
        "people_by_persona": {
            persona.value: [person.name for person in organization.people_with(persona, unit)]
            for persona in Persona
        },
        "production_accounts": [a.name for a in organization.of_kind(AccountKind.PRODUCTION, unit)],
        "staging_accounts": [a.name for a in organization.of_kind(AccountKind.STAGING, unit)],
        "target_accounts": [target.name for target in organization.targets_of(found)],
    }


def _of_models(naming: Naming, unit: str) -> dict[str, object]:
    organization = naming.organization
    models = organization.models_of(unit)
    promoted = organization.released_of(unit)
    return {
        "endpoint_names": {
            target.name: {
                model: naming.endpoint_name(target.name, model)
                for model in organization.released_of(target.business_unit)
            }
            for target in organization.accounts.values()
            if target.is_target
        },
        "model_package_groups": {model: naming.model_package_group(model) for model in models},
        "models": {
            name: {
                "description": model.description,
                "owner": model.owner,
                "answers": model.answers.value,
                "promotes": model.promotes.value,
                "business_unit": model.business_unit,
                "triggers": _triggers(model.triggers),
            }
            for name, model in models.items()
        },
        "promotion_pipelines": {model: naming.promotion_pipeline(model) for model in promoted},
        "trial_names": {model: naming.trial(model) for model in promoted},
        "rollback_pipelines": {model: naming.rollback_pipeline(model) for model in promoted},
        "forecast_pipelines": {
            model: naming.forecast_pipeline(model) for model in models if model not in promoted
        },
        "sagemaker_pipelines": {model: naming.sagemaker_pipeline(model) for model in models},
    }


def _of_features(naming: Naming, unit: str) -> dict[str, object]:
    features = naming.organization.features
    return {
        "feature_groups": {
            name: {
                "business_unit": group.business_unit,
                "columns": {column: kind.value for column, kind in group.records.columns.items()},
                "description": group.description,
                "event_time": group.records.event_time,
                "owner": group.owner,
                "record_id": group.records.record_id,
            }
            for name, group in features.of_unit(unit).items()
        },
        "feature_image_digest": features.image,
    }


def _of_forecasts(naming: Naming, account: str) -> dict[str, object]:
    organization = naming.organization
    found = organization.account(account)
    shown = found.dashboard
    partition = partition_of(found.region)
    return {
        "forecasts_name": naming.forecasts_name(organization.home_of(found).name),
        "dashboard": shown
        and {
            "reader_arns": [
                f"arn:{partition}:quicksight:{shown.identity_region}:{found.id}:{reader}"
                for reader in sorted(shown.readers)
            ],
            "role_arn": f"arn:{partition}:iam::{found.id}:role/{shown.role}",
        },
    }


def _facts(naming: Naming, account: Account) -> dict[str, object]:
    return {
        "name": account.name,
        "id": account.id,
        "kind": account.kind.value,
        "region": account.region,
        "partition": partition_of(account.region),
        "prefix": naming.account_prefix(account.name),
        "network": asdict(account.network),
        "business_unit": account.business_unit,
        "evidence": asdict(account.evidence),
    }


def _by_account(
    naming: Naming, purposes: Callable[[Account], tuple[str, ...]], name: Callable[[str, str], str]
) -> dict[str, dict[str, str]]:
    return {
        key: {purpose: name(key, purpose) for purpose in purposes(account)}
        for key, account in naming.organization.accounts.items()
    }


def _of_studio(naming: Naming, name: Callable[[str, str], str]) -> dict[str, dict[str, str]]:
    return {
        key: {person: name(key, person) for person in naming.studio_people(key)}
        for key, account in naming.organization.accounts.items()
        if not account.is_target
    }


def _triggers(named: Triggers) -> dict[str, object] | None:
    if not named:
        return None
    prefix = {"prefix": named.object} if named.object else None
    return {"object": prefix, "push": named.push, "schedule": named.schedule}
