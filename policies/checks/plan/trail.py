"""The record of calls: the trail, what it records, and who hears of what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    every,
    in_each_account,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import has_companion
from policies.checks.plan.reading import State, blocks, reading
from policies.checks.plan.rules import is_set, linked, says, under_own_key
from policies.model import Model, PlannedResource

_TRAILS = every("aws_cloudtrail")
_HINT = "use modules/audit-trail"
# The registry calls them feature stores, experiments and functions, beside objects.
_RECORDED = (
    "AWS::S3::Object",
    "AWS::Lambda::Function",
    "AWS::SageMaker::FeatureGroup",
    "AWS::SageMaker::ExperimentTrialComponent",
)


def _bucket_locked(model: Model, trail: PlannedResource) -> Iterator[Doubt]:
    """Say whether a trail is written to a bucket of the same plan that locks what it has."""
    must = "must be written to a bucket of the plans that locks objects"
    name = reading(trail, "s3_bucket_name")
    found = [
        it
        for it in model.of_type("aws_s3_bucket")
        if name.state is State.KNOWN and it.values.get("bucket") == name.value
    ]
    if not found:
        say = undecided if name.state is State.UNKNOWN else violated
        yield say(trail, must, name.shown(), _HINT)
    for bucket in found:
        locks = "aws_s3_bucket_object_lock_configuration"
        yield from has_companion(locks, "bucket", name="bucket", hint=_HINT)(model, bucket)


def _selectors(it: PlannedResource) -> list[dict[str, Any]] | None:
    """Return each advanced selector as what its fields must be; None where that is not known."""
    selectors = blocks(it, "advanced_event_selector")
    if selectors is None:
        return None
    made = []
    for selector in selectors:
        fields = blocks(selector, "field_selector")
        if fields is None:
            return None
        made.append({f"{field.values.get('field')}": field.values for field in fields})
    return made


def _equals(selector: dict[str, Any], field: str) -> list[str]:
    found = selector.get(field, {}).get("equals")
    return [f"{it}" for it in found] if isinstance(found, list) else []


def _records_management(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
    selectors = _selectors(it)
    must = "must record management events of every kind"
    if selectors is None:
        yield undecided(it, must, "selectors that are not known", _HINT)
    elif selectors and not any(
        _equals(each, "eventCategory") == ["Management"] and set(each) == {"eventCategory"}
        for each in selectors
    ):
        yield violated(it, must, "selectors without", _HINT)


trail_complete: Claim = in_each_account().there_is(
    _TRAILS,
    "must record calls in a trail",
    _HINT,
    says("is_multi_region_trail", True, hint=_HINT),
    says("include_global_service_events", True, hint=_HINT),
    says("enable_logging", True, hint=_HINT),
    says("enable_log_file_validation", True, hint=_HINT),
    under_own_key("kms_key_id", "name the key for records"),
    is_set("cloud_watch_logs_group_arn", "hand what is recorded to CloudWatch Logs"),
    _bucket_locked,
    _records_management,
)


def _records(kind: str) -> Any:
    def rule(_model: Model, it: PlannedResource) -> Iterator[Doubt]:
        selectors = _selectors(it)
        must = f"must record every data event of {kind}"
        if selectors is None:
            yield undecided(it, must, "selectors that are not known", _HINT)
        elif not any(
            kind in _equals(each, "resources.type") and "readOnly" not in each for each in selectors
        ):
            yield violated(it, must, "selectors without", _HINT)

    return rule


trail_records_data_events: Claim = in_each_account().there_is(
    _TRAILS, "must record calls in a trail", _HINT, *(_records(kind) for kind in _RECORDED)
)

# Where data, models and what was measured of them lie; those of records are read by nobody else.
_OBJECTS = ("artifacts", "capture", "data", "evidence", "models", "releases", "source")


def _records_objects(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether every bucket of data and models is among those whose calls are recorded."""
    selectors = _selectors(it)
    if selectors is None:
        yield undecided(it, "must record calls on objects", "selectors that are not known", _HINT)
        return
    objects = [each for each in selectors if "AWS::S3::Object" in _equals(each, "resources.type")]
    for owned in model.owned_of("bucket"):
        if owned.purpose in _OBJECTS and owned.source.root == it.root:
            arn = f"{owned.arn}/"
            if not any(_covers(each, arn) for each in objects):
                must = f"must record calls on objects of {owned.arn}"
                yield violated(it, must, "selectors without", _HINT)


def _covers(selector: dict[str, Any], arn: str) -> bool:
    if "readOnly" in selector:
        return False
    named = selector.get("resources.ARN")
    if named is None:
        return True
    starts = named.get("starts_with")
    return isinstance(starts, list) and any(arn.startswith(f"{start}") for start in starts)


trail_records_objects: Claim = in_each_account().there_is(
    _TRAILS, "must record calls in a trail", _HINT, _records_objects
)


def _alarmed(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether an alarm with somebody to tell watches a metric filter's metric."""
    names = reading(it, "metric_transformation.name")
    alarms = [
        alarm
        for alarm in model.of_type("aws_cloudwatch_metric_alarm")
        if alarm.root == it.root
        and names.state is State.KNOWN
        and alarm.values.get("metric_name") == names.value
    ]
    must = "an alarm that tells somebody must watch it"
    if not alarms:
        yield violated(it, must, "none", "use modules/security-alarms")
    for alarm in alarms:
        actions = reading(alarm, "alarm_actions")
        if actions.state is State.UNKNOWN and not linked(alarm, actions):
            yield undecided(alarm, must, actions.shown())
        elif actions.state is State.ABSENT or alarm.values.get("actions_enabled") is False:
            yield violated(alarm, must, "an alarm without actions", "give it `alarm_actions`")


# https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
_HEARD = {
    "use of the root user": ('"Root"',),
    "refused calls": ("AccessDenied", "UnauthorizedOperation"),
    "changes of policies": ("PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy"),
    "changes of boundaries": ("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"),
    "changes of keys": ("DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"),
    "changes of buckets": ("PutBucketPolicy", "DeleteBucketPolicy"),
    "changes of the trail": ("StopLogging", "DeleteTrail", "UpdateTrail"),
    "changes of the configuration record": ("StopConfigurationRecorder",),
    "changes of networks": ("CreateInternetGateway", "CreateRoute", "ModifyVpcEndpoint"),
    "changes of security groups": ("AuthorizeSecurityGroupIngress",),
    "changes of endpoints": ("CreateEndpoint", "UpdateEndpoint", "DeleteEndpoint"),
    "approvals": ("PutApprovalResult", "UpdateModelPackage"),
    "new users and access keys": ("CreateUser", "CreateAccessKey"),
}


def _speaks_of(words: tuple[str, ...]) -> Any:
    def choose(_model: Model, it: PlannedResource) -> bool:
        pattern = it.values.get("pattern")
        return isinstance(pattern, str) and all(word in pattern for word in words)

    return choose


def hears_of(what: str) -> Claim:
    """Claim that in each account somebody hears of something."""
    return in_each_account().there_is(
        every("aws_cloudwatch_log_metric_filter").where(_speaks_of(_HEARD[what])),
        f"must count and tell {what}",
        "use modules/security-alarms",
        _alarmed,
    )


alarms_complete: Claim = together(*(hears_of(what) for what in _HEARD))
break_glass_watched: Claim = hears_of("use of the root user")
drift_watched: Claim = together(
    *(
        hears_of(f"changes of {what}")
        for what in ("policies", "boundaries", "keys", "buckets", "networks", "endpoints")
    )
)
detection_watches_promotion: Claim = together(
    hears_of("changes of endpoints"), hears_of("approvals")
)
