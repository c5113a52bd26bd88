"""Attacks on what detects: findings, the record of settings, and the function that steps in."""

from __future__ import annotations

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import BOUNDARY, RESOURCE, SERVICE_CONTROL
from tests.attacks.landmarks import EMPTY_ARCHIVE, in_region

_TAMPERING = Because(SERVICE_CONTROL, "DenyLogTampering")
_ROLES = ("platform-admin", SIGN_IN)

DETECTION = Attacks()


@DETECTION.by("platform-admin", "production", "records-are-not-stopped")
def switch_threat_detection_off(at: Attacker) -> None:
    """A platform admin ends GuardDuty, or lets it archive what it finds by itself."""
    [detector] = at.as_administrator("guardduty", "production").list_detectors()["DetectorIds"]
    every = {"Criterion": {"severity": {"Gte": 0}}}
    for role in _ROLES:
        client = at.client("guardduty", role=role)
        at.refused(client.update_detector, _TAMPERING, DetectorId=detector, Enable=False)
        at.refused(client.delete_detector, _TAMPERING, DetectorId=detector)
        at.refused(
            client.create_filter,
            _TAMPERING,
            **{"DetectorId": detector, "Name": "quiet", "Action": "ARCHIVE"},
            FindingCriteria=every,
        )


@DETECTION.by("platform-admin", "production", "records-are-not-stopped")
def switch_findings_off(at: Attacker) -> None:
    """A platform admin ends Security Hub, Macie, Inspector and what looks for open access."""
    analyzer = f"{at.naming.account_prefix('production')}-external-access"
    for role in _ROLES:
        access = at.client("accessanalyzer", role=role)
        at.refused(at.client("securityhub", role=role).disable_security_hub, _TAMPERING)
        at.refused(at.client("macie2", role=role).disable_macie, _TAMPERING)
        at.refused(at.client("inspector2", role=role).disable, _TAMPERING)
        at.refused(access.delete_analyzer, _TAMPERING, analyzerName=analyzer)
        at.refused(
            access.create_archive_rule,
            _TAMPERING,
            **{"analyzerName": analyzer, "ruleName": "quiet"},
            filter={"isPublic": {"eq": ["true"]}},
        )


@DETECTION.by("platform-admin", "production", "records-are-not-stopped")
def stop_the_record_of_settings(at: Attacker) -> None:
    """A platform admin stops AWS Config, or sends what it records to where nobody looks."""
    name = at.naming.account_prefix("production")
    elsewhere = {"name": name, "s3BucketName": at.naming.bucket_name("production", "capture")}
    for role in _ROLES:
        client = at.client("config", role=role)
        at.refused(client.stop_configuration_recorder, _TAMPERING, ConfigurationRecorderName=name)
        at.refused(client.delete_delivery_channel, _TAMPERING, DeliveryChannelName=name)
        at.refused(client.put_delivery_channel, _TAMPERING, DeliveryChannel=elsewhere)


@DETECTION.by("platform-admin", "production", "records-are-not-stopped")
def disarm_the_detective(at: Attacker) -> None:
    """A platform admin gives the detective other code, less time, or no room to run."""
    named = {"FunctionName": f"{at.naming.account_prefix('production')}-detective"}
    for role in _ROLES:
        client = at.client("lambda", role=role)
        at.refused(client.update_function_code, _TAMPERING, **named, ZipFile=EMPTY_ARCHIVE)
        at.refused(client.update_function_configuration, _TAMPERING, **named, Timeout=1)
        at.refused(
            client.put_function_concurrency,
            _TAMPERING,
            **named,
            ReservedConcurrentExecutions=0,
        )
        at.refused(client.delete_function, _TAMPERING, **named)


@DETECTION.by("platform-admin", "production", "records-are-not-stopped")
def tell_the_detective_nothing(at: Attacker) -> None:
    """A platform admin switches off, empties or removes the rule that calls the detective."""
    rule = f"{at.naming.account_prefix('production')}-detective-calls"
    there = at.as_administrator("events", "production").list_targets_by_rule(Rule=rule)
    for role in _ROLES:
        client = at.client("events", role=role)
        at.refused(client.disable_rule, _TAMPERING, Name=rule)
        at.refused(
            client.remove_targets,
            _TAMPERING,
            Rule=rule,
            Ids=[each["Id"] for each in there["Targets"]],
        )
        at.refused(client.delete_rule, _TAMPERING, Name=rule)
        at.refused(client.put_rule, _TAMPERING, Name=rule, EventPattern='{"source": ["nobody"]}')


@DETECTION.by("platform-admin", "production", "accounts-stay")
def leave_the_organisation(at: Attacker) -> None:
    """Somebody takes an account out of the organisation and all its guardrails."""
    leaving = Because(SERVICE_CONTROL, "DenyLeavingOrganization")
    settings = Because(SERVICE_CONTROL, "DenyAccountSettings")
    for role in (*_ROLES, "apply"):
        account = at.client("account", role=role)
        at.refused(at.client("organizations", role=role).leave_organization, leaving)
        at.refused(account.enable_region, settings, RegionName="af-south-1")
        at.refused(
            account.put_alternate_contact,
            settings,
            **{"AlternateContactType": "SECURITY", "EmailAddress": "me@example.net"},
            **{"Name": "Me", "PhoneNumber": "+1", "Title": "Me"},
        )


@DETECTION.by("platform-admin", "production", "guardrails-stand-everywhere")
def lift_a_guardrail_from_within(at: Attacker) -> None:
    """Somebody of an account detaches or empties a guardrail that binds it."""
    unit = at.naming.organization.units["production"]
    # Organizations answers in a region of its own, in which people do nothing; and beyond
    # that, its policies belong to the management account, which lends them to nobody.
    because = {"platform-admin": Because(BOUNDARY, "DenyOtherRegions"), SIGN_IN: Because(RESOURCE)}
    for role in _ROLES:
        client = at.client("organizations", role=role)
        policy = {"PolicyId": "p-00000001"}
        at.refused(client.detach_policy, because[role], **policy, TargetId=unit)
        at.refused(client.update_policy, because[role], **policy, Content="{}")


@DETECTION.by("platform-admin", "production", "other-regions-are-out-of-reach")
def work_where_nobody_watches(at: Attacker) -> None:
    """Somebody looks around and builds in a region in which the organisation has nothing."""
    because = Because(SERVICE_CONTROL, "DenyOtherRegions")
    for role in (*_ROLES, "apply"):
        away = "us-east-1"
        at.refused(in_region(at, away, "ec2", role).describe_vpcs, because)
        at.refused(in_region(at, away, "sqs", role).create_queue, because, QueueName="away")
        at.refused(in_region(at, away, "kms", role).create_key, because)
