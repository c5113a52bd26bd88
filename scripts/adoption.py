"""What exists and is in no state, as after a run that was cut off: noted, and adopted by name.

Terraform notes what it makes in its state, but not at once. A run that is killed leaves things
that the next one cannot make, because their names are taken. Where a name says which thing is
meant, the next plan imports it; the plan shows that, and what it would change of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.naming import partition_of
from pipelines.organization import Account
from scripts.terraform_events import Diagnostic

_TAKEN = re.compile(
    "already ?exists|AlreadyOwnedByYou|ResourceInUse|ResourceConflict|already in use"
    "|has been taken|been enabled|AlreadyAssociated|Duplicate|InvalidSubnet.Conflict"
    "|is already created|ResourceExists|names must be unique",
    re.IGNORECASE,
)
# The name of a service's own role is the service's to give; the refusal tells it.
_SERVICE_ROLE = re.compile(r"\bAWSServiceRoleFor\w+")
_GONE = "Cannot import non-existent remote object"
_GONE_AT = re.compile(r'import an existing object to "(.+?)", the provider')

# By type of resource, what it is imported by, from its planned values and those of its account.
_IDENTIFIERS: Mapping[str, str] = {
    "aws_accessanalyzer_analyzer": "{analyzer_name}",
    "aws_athena_workgroup": "{name}",
    "aws_cloudtrail": "arn:{partition}:cloudtrail:{region}:{account}:trail/{name}",
    "aws_cloudwatch_event_rule": "{name}",
    "aws_cloudwatch_log_group": "{name}",
    "aws_codeartifact_domain": "arn:{partition}:codeartifact:{region}:{account}:domain/{domain}",
    "aws_codeartifact_repository": (
        "arn:{partition}:codeartifact:{region}:{account}:repository/{domain}/{repository}"
    ),
    "aws_codebuild_project": "{name}",
    "aws_codepipeline": "{name}",
    "aws_config_config_rule": "{name}",
    "aws_ecr_repository": "{name}",
    "aws_glue_catalog_database": "{account}:{name}",
    "aws_glue_catalog_table": "{account}:{database_name}:{name}",
    "aws_iam_openid_connect_provider": "arn:{partition}:iam::{account}:oidc-provider/{host}",
    "aws_iam_policy": "arn:{partition}:iam::{account}:policy/{name}",
    "aws_iam_role": "{name}",
    "aws_iam_service_linked_role": (
        "arn:{partition}:iam::{account}:role/aws-service-role/{aws_service_name}/{service_role}"
    ),
    "aws_kms_alias": "{name}",
    "aws_lambda_function": "{function_name}",
    "aws_lambda_permission": "{function_name}/{statement_id}",
    "aws_macie2_account": "{account}",
    "aws_organizations_policy_attachment": "{target_id}:{policy_id}",
    "aws_quicksight_data_set": "{account},{data_set_id}",
    "aws_quicksight_data_source": "{account}/{data_source_id}",
    "aws_route_table_association": "{subnet_id}/{route_table_id}",
    "aws_s3_bucket": "{bucket}",
    "aws_sagemaker_feature_group": "{feature_group_name}",
    "aws_sagemaker_model_package_group": "{model_package_group_name}",
    "aws_sagemaker_pipeline": "{pipeline_name}",
    "aws_sagemaker_studio_lifecycle_config": "{studio_lifecycle_config_name}",
    "aws_sagemaker_user_profile": (
        "arn:{partition}:sagemaker:{region}:{account}:user-profile/{domain_id}/{user_profile_name}"
    ),
    "aws_securityhub_account": "{account}",
    "aws_servicecatalog_tag_option_resource_association": "{tag_option_id}:{resource_id}",
    "aws_sns_topic": "arn:{partition}:sns:{region}:{account}:{name}",
    "aws_ssm_parameter": "{name}",
}


Ask = Callable[[str, Mapping[str, Any]], tuple[str, ...]]
"""Asks AWS which things of a type may be meant by these planned values."""


def _ask_nobody(_kind: str, _values: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Place:
    """Where things are: what an ARN says besides a name, and whom to ask where no name says it."""

    account: str
    region: str
    ask: Ask = _ask_nobody

    @classmethod
    def of(cls, account: Account, ask: Ask = _ask_nobody) -> Place:
        """Give the place of an account."""
        return cls(account.id, account.region, ask)


def adoptable(
    plan: Mapping[str, Any], errors: Iterable[Diagnostic], place: Place
) -> dict[str, str]:
    """Tell, by address, what could not be made because it exists, and what it is imported by."""
    changes = {found["address"]: found for found in plan.get("resource_changes", [])}
    found: dict[str, str] = {}
    for error in errors:
        change = changes.get(error.address)
        told = error.sentence()
        if change is None or not _TAKEN.search(told):
            continue
        values = dict(change["change"].get("after") or {})
        named = _SERVICE_ROLE.search(told)
        if named:
            values["service_role"] = named[0]
        identifier = _identifier(change["type"], values, place)
        if identifier is not None:
            found[error.address] = identifier
    return found


def note(file: Path, adopted: Mapping[str, str]) -> None:
    """Note what the next plan shall adopt, beside what was noted before."""
    known = {each["to"]: each["id"] for each in _noted(file)} | dict(adopted)
    _write(file, known)


def drop(file: Path, errors: Iterable[Diagnostic]) -> bool:
    """Drop what was noted and is gone by now; tell whether there was any.

    What is adopted may have to be replaced; where making it anew fails then, it is gone.
    """
    gone = {
        found
        for error in errors
        if _GONE in error.summary
        for found in _GONE_AT.findall(" ".join(error.detail.split()))
    }
    known = {each["to"]: each["id"] for each in _noted(file)}
    if not gone & known.keys():
        return False
    _write(file, {address: known[address] for address in known.keys() - gone})
    return True


def _write(file: Path, known: Mapping[str, str]) -> None:
    blocks = [{"to": address, "id": identifier} for address, identifier in sorted(known.items())]
    file.write_text(json.dumps({"import": blocks}, indent=2), "utf-8")


def _noted(file: Path) -> list[dict[str, str]]:
    if not file.exists():
        return []
    blocks: list[dict[str, str]] = json.loads(file.read_text("utf-8"))["import"]
    return blocks


def _identifier(kind: str, values: Mapping[str, Any], place: Place) -> str | None:
    pattern = _IDENTIFIERS.get(kind)
    if pattern is None:
        found = place.ask(kind, values)
        return found[0] if len(found) == 1 else None
    known = {name: value for name, value in values.items() if isinstance(value, str)}
    host = str(values.get("url", "")).removeprefix("https://")
    try:
        return pattern.format_map(
            known
            | {
                "account": place.account,
                "host": host,
                "partition": partition_of(place.region),
                "region": place.region,
            }
        )
    except KeyError:
        return None
