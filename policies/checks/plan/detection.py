"""What AWS itself watches in each account, and what it looks for."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import (
    Choice,
    Claim,
    Doubt,
    every,
    in_each_account,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import has_companion
from policies.checks.plan.reading import State, reading, readings
from policies.checks.plan.rules import is_absent_or_says, is_set, says
from policies.model import Model, PlannedResource

_THREATS = "use modules/threat-detection"
_RECORD = "use modules/configuration-record"
_SETTINGS = "use modules/account-settings"
_EACH = in_each_account()


def _where(attribute: str, *parts: str) -> Choice:
    """Choose what says one of some texts; what is not known is chosen too."""

    def choose(_model: Model, it: PlannedResource) -> bool:
        found = reading(it, attribute)
        return found.state is State.UNKNOWN or any(part in f"{found.value}" for part in parts)

    return choose


def _feature(name: str) -> Claim:
    return _EACH.there_is(
        every("aws_guardduty_detector_feature").where(_where("name", name)),
        f"GuardDuty must watch {name}",
        _THREATS,
        says("name", name, hint=_THREATS),
        says("status", "ENABLED", hint=_THREATS),
    )


def _standard(name: str) -> Claim:
    return _EACH.there_is(
        every("aws_securityhub_standards_subscription").where(_where("standards_arn", name)),
        f"Security Hub must judge by {name}",
        _THREATS,
        is_set("standards_arn", _THREATS),
    )


def _scans(*kinds: str) -> Claim:
    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        found = reading(it, "resource_types")
        must = f"must scan {', '.join(kinds)}"
        if found.state is State.UNKNOWN:
            yield undecided(it, must, found.shown(), _THREATS)
        elif not isinstance(found.value, list) or not set(kinds) <= set(found.value):
            yield violated(it, must, found.shown(), _THREATS)

    return _EACH.there_is(
        every("aws_inspector2_enabler"), "Inspector must scan images and functions", _THREATS, rule
    )


def _looks_into_data(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether Macie looks into every bucket of the account that holds what people bring."""
    must = "must look into each bucket of data"
    named = {
        bucket
        for found in readings(it, "s3_job_definition.bucket_definitions.buckets")
        for bucket in (found.value if isinstance(found.value, list) else ())
    }
    for owned in model.owned_of("bucket"):
        bucket = owned.arn.rpartition(":")[2]
        here = owned.source.root == it.root and owned.purpose in ("data", "capture")
        if here and bucket not in named:
            yield violated(it, must, f"nothing of {bucket}", _THREATS)


detection_complete: Claim = together(
    _EACH.there_is(
        every("aws_guardduty_detector"),
        "GuardDuty must be on",
        _THREATS,
        is_absent_or_says("enable", True, hint=_THREATS),
    ),
    *(_feature(name) for name in ("S3_DATA_EVENTS", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING")),
    _EACH.there_is(every("aws_securityhub_account"), "Security Hub must be on", _THREATS),
    _standard("aws-foundational-security-best-practices"),
    _standard("ai-security-best-practices"),
    _scans("ECR", "LAMBDA"),
    _EACH.there_is(
        every("aws_macie2_account"),
        "Macie must be on",
        _THREATS,
        is_absent_or_says("status", "ENABLED", hint=_THREATS),
    ),
    _EACH.there_is(
        every("aws_macie2_classification_job"),
        "Macie must look into data",
        _THREATS,
        _looks_into_data,
    ),
    _EACH.there_is(
        every("aws_config_configuration_recorder"),
        "AWS Config must record every type",
        _RECORD,
        says("recording_group.all_supported", True, hint=_RECORD),
        says("recording_group.include_global_resource_types", True, hint=_RECORD),
        has_companion(
            "aws_config_configuration_recorder_status",
            "name",
            says("is_enabled", True, hint=_RECORD),
            name="name",
            hint=_RECORD,
        ),
    ),
    _EACH.there_is(every("aws_config_delivery_channel"), "AWS Config must deliver", _RECORD),
    _EACH.there_is(
        every("aws_config_config_rule", "aws_config_conformance_pack"),
        "AWS Config must judge by rules",
        _RECORD,
    ),
)

detection_watches_images: Claim = _EACH.there_is(
    every("aws_ecr_registry_scanning_configuration"),
    "images must be scanned when they come, and again when a vulnerability gets known",
    _THREATS,
    says("scan_type", "ENHANCED", hint=_THREATS),
    says("rule.scan_frequency", "CONTINUOUS_SCAN", hint=_THREATS),
)

sagemaker_projects_off: Claim = _EACH.there_is(
    every("aws_sagemaker_servicecatalog_portfolio_status"),
    "project templates of AWS must be off",
    _SETTINGS,
    says("status", "Disabled", hint=_SETTINGS),
)
