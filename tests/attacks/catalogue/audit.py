"""Attacks on what records: trails, logs, alarms, and what is written down of the network."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import (
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
)

_TAMPERING = Because(SERVICE_CONTROL, "DenyLogTampering")
_LOSS = Because(SERVICE_CONTROL, "DenyLossOfLogs")
_SILENCING = Because(SERVICE_CONTROL, "DenyAlarmTampering")

AUDIT = Attacks()


@AUDIT.by("platform-admin", "production", "records-are-not-stopped")
def stop_the_trail(at: Attacker) -> None:
    """A platform admin stops the trail of production, or removes it."""
    trail = at.naming.account_prefix("production")
    for role in ("platform-admin", SIGN_IN):
        client = at.client("cloudtrail", role=role)
        at.refused(client.stop_logging, _TAMPERING, Name=trail)
        at.refused(client.delete_trail, _TAMPERING, Name=trail)


@AUDIT.by("platform-admin", "production", "records-are-not-stopped")
def narrow_what_the_trail_records(at: Attacker) -> None:
    """A platform admin leaves the trail on, but blind to data and other regions."""
    trail = at.naming.account_prefix("production")
    selectors = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    for role in ("platform-admin", SIGN_IN):
        client = at.client("cloudtrail", role=role)
        at.refused(
            client.put_event_selectors, _TAMPERING, TrailName=trail, EventSelectors=selectors
        )
        at.refused(client.update_trail, _TAMPERING, Name=trail, IsMultiRegionTrail=False)


@AUDIT.by("platform-admin", "production", "evidence-is-written-by-few")
def write_a_false_page_of_the_trail(at: Attacker) -> None:
    """Somebody puts a page into the trail that CloudTrail never wrote."""
    page = {
        "Bucket": at.naming.bucket_name("production", "trail"),
        "Key": f"AWSLogs/{at.account_id('production')}/CloudTrail/page.json.gz",
        "Body": b"{}",
    }
    for role in ("platform-admin", "apply"):
        client = at.client("s3", vpc="production", role=role)
        at.refused(client.put_object, Because(IDENTITY), **page)
    build = at.client_in_build("deploy", "s3", vpc="production")
    at.refused(build.put_object, Because(IDENTITY), **page)


@AUDIT.by(
    "platform-admin", "production", "logs-of-the-platform-are-kept", "records-are-not-stopped"
)
def forget_what_was_logged(at: Attacker) -> None:
    """A platform admin removes the log of the trail, or lets it forget after a day."""
    group = f"/{at.naming.account_prefix('production')}/trail"
    streams = at.as_administrator("logs", "production").describe_log_streams(logGroupName=group)
    names = [each["logStreamName"] for each in streams["logStreams"]]
    for role in ("platform-admin", SIGN_IN):
        client = at.client("logs", role=role)
        at.refused(client.delete_log_group, _LOSS, logGroupName=group)
        at.refused(client.put_retention_policy, _LOSS, logGroupName=group, retentionInDays=1)
        at.refused(
            client.delete_log_stream,
            _TAMPERING,
            logGroupName=group,
            logStreamName=[*names, "of-today"][0],
        )


@AUDIT.by("platform-admin", "production", "access-logs-are-not-removed")
def remove_who_read_what(at: Attacker) -> None:
    """Whoever arrives in production removes access logs, from wherever they sit."""
    wanted = {"Bucket": at.naming.bucket_name("production", "logs"), "Key": "capture/2026"}
    because = Because(RESOURCE_CONTROL, "DenyRemovalOfLogs")
    for role in ("platform-admin", SIGN_IN):
        for vpc in (None, "production"):
            client = at.client("s3", vpc=vpc, role=role)
            at.refused(client.delete_object, because, **wanted)


@AUDIT.by("platform-admin", "production", "alarms-are-not-silenced", "records-are-not-stopped")
def silence_the_alarms(at: Attacker) -> None:
    """A platform admin makes alarms deaf, mute or gone before they do what would raise them."""
    prefix = at.naming.account_prefix("production")
    alarm = f"{prefix}-boundary-changes"
    for role in ("platform-admin", SIGN_IN):
        logs, watch = at.client("logs", role=role), at.client("cloudwatch", role=role)
        at.refused(
            logs.delete_metric_filter,
            _TAMPERING,
            logGroupName=f"/{prefix}/trail",
            filterName=alarm,
        )
        at.refused(watch.disable_alarm_actions, _SILENCING, AlarmNames=[alarm])
        at.refused(watch.delete_alarms, _SILENCING, AlarmNames=[alarm])
        at.refused(
            watch.put_metric_alarm,
            _SILENCING,
            **{"AlarmName": alarm, "MetricName": "none", "Namespace": "none"},
            **{"Period": 60, "EvaluationPeriods": 1, "Statistic": "Sum"},
            **{"Threshold": 1e9, "ComparisonOperator": "GreaterThanThreshold"},
        )


@AUDIT.by("platform-admin", "production", "policies-of-resources-change-with-terraform-only")
def take_the_topic_from_who_listens(at: Attacker) -> None:
    """A platform admin closes the topic of alarms, or drowns it in messages of their own."""
    region, account = at.stage.region, at.account_id("production")
    topic = f"arn:aws:sns:{region}:{account}:{at.naming.account_prefix('production')}-security"
    for role in ("platform-admin", SIGN_IN):
        at.refused(
            at.client("sns", role=role).set_topic_attributes,
            Because(SERVICE_CONTROL, "DenySharingOutsideApply"),
            **{"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": "{}"},
        )
    for role in ("platform-admin", "apply"):
        client = at.client("sns", role=role)
        at.refused(client.publish, Because(IDENTITY), TopicArn=topic, Message="all is well")
    # Who may publish has no right to the key under which the topic keeps its messages.
    administrator = at.client("sns", role=SIGN_IN)
    at.refused(administrator.publish, Because(RESOURCE), TopicArn=topic, Message="all is well")


@AUDIT.by("platform-admin", "production", "records-are-not-stopped")
def blind_the_records_of_the_network(at: Attacker) -> None:
    """A platform admin ends what is written down of connections and of names that are asked."""
    ec2 = at.as_administrator("ec2", "production")
    names = at.as_administrator("route53resolver", "production")
    [flow, *_] = ec2.describe_flow_logs()["FlowLogs"]
    [queries] = names.list_resolver_query_log_configs()["ResolverQueryLogConfigs"]
    for role in ("platform-admin", SIGN_IN):
        at.refused(
            at.client("ec2", role=role).delete_flow_logs,
            _TAMPERING,
            FlowLogIds=[flow["FlowLogId"]],
        )
        at.refused(
            at.client("route53resolver", role=role).delete_resolver_query_log_config,
            _TAMPERING,
            ResolverQueryLogConfigId=queries["Id"],
        )
