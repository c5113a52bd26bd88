"""Attacks on what is kept: models, evidence, state, and the buckets that hold them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import (
    ENDPOINT,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
)
from tests.attacks.places import STRANGER, an_object, of_a_stranger

STORES = Attacks()
_BUCKET_CHANGE = Because(RESOURCE_CONTROL, "DenyBucketChangesOutsideApply")


@STORES.by("data-scientist", "data-science", "jobs-write-models-where-they-are-made")
def swap_a_model_that_was_trained(at: Attacker) -> None:
    """A data scientist puts another archive in place of the one that a job made."""
    wanted = an_object(at, "data-science", "models", f"{at.model}/training/")
    client = at.client("s3", vpc="data-science")
    at.refused(client.put_object, Because(IDENTITY), **wanted, Body=b"another model")
    at.refused(client.delete_object, Because(IDENTITY), **wanted)
    # Who may write every object is stopped by the key under which it would be kept.
    administrator = at.client("s3", vpc="data-science", role=SIGN_IN)
    at.refused(administrator.put_object, Because(RESOURCE), **wanted, Body=b"another model")


@STORES.by("release-manager", "production", "only-releases-write-models-of-a-target")
def swap_a_model_that_was_released(at: Attacker) -> None:
    """A release manager changes, unlocks or removes the model that production serves."""
    wanted = an_object(at, "production", "models", "approved/")
    client = at.client("s3", vpc="production")
    at.refused(client.put_object, Because(IDENTITY), **wanted, Body=b"another model")
    at.refused(client.delete_object, Because(IDENTITY), **wanted)
    tag = {"TagSet": [{"Key": "approved", "Value": "yes"}]}
    at.refused(client.put_object_tagging, Because(IDENTITY), **wanted, Tagging=tag)
    outside, because = at.client("s3", role=SIGN_IN), "DenyOutsideEndpoints"
    at.refused(outside.put_object, Because(RESOURCE, because), **wanted, Body=b"another model")
    inside = at.client("s3", vpc="production", role=SIGN_IN)
    at.refused(inside.put_object, Because(RESOURCE), **wanted, Body=b"another model")


@STORES.by("lead", "data-science", "jobs-write-models-where-they-are-made")
def swap_an_evaluation(at: Attacker) -> None:
    """A lead replaces the evaluation by which a version is judged, and a scientist too."""
    wanted = an_object(at, "data-science", "models", f"{at.model}/evaluation/")
    for role in ("lead", "data-scientist"):
        client = at.client("s3", vpc="data-science", role=role)
        at.refused(client.put_object, Because(IDENTITY), **wanted, Body=b'{"auc": 1}')


@STORES.by("release-manager", "production", "evidence-is-not-removed")
def remove_the_evidence_of_a_release(at: Attacker) -> None:
    """Evidence is removed by who decided on the release, or by who may do everything."""
    wanted = an_object(at, "production", "evidence")
    because = Because(RESOURCE_CONTROL, "DenyRemovalOfEvidence")
    [version, *_] = at.stage.client("s3", "production", vpc="production").list_object_versions(
        Bucket=wanted["Bucket"], Prefix=wanted["Key"]
    )["Versions"]
    one = {**wanted, "VersionId": version["VersionId"]}
    for role in ("release-manager", SIGN_IN, "apply"):
        for vpc in (None, "production"):
            client = at.client("s3", vpc=vpc, role=role)
            at.refused(client.delete_object, because, **wanted)
            at.refused(client.delete_object, because, **one)
        at.refused(client.delete_object, because, **one, BypassGovernanceRetention=True)
        hold = {"Status": "OFF"}
        at.refused(client.put_object_legal_hold, because, **one, LegalHold=hold)


@STORES.by("release-manager", "production", "evidence-is-written-by-few")
def rewrite_the_evidence_of_a_release(at: Attacker) -> None:
    """A release manager rewrites what the release said, and lets its lock end tomorrow."""
    wanted = an_object(at, "production", "evidence")
    client = at.client("s3", vpc="production")
    at.refused(client.put_object, Because(IDENTITY), **wanted, Body=b"{}")
    until = datetime.now(UTC) + timedelta(days=1)
    retention = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
    at.refused(client.put_object_retention, Because(IDENTITY), **wanted, Retention=retention)
    # The key of evidence knows no administrator.
    administrator = at.client("s3", vpc="production", role=SIGN_IN)
    at.refused(administrator.put_object, Because(RESOURCE), **wanted, Body=b"{}")


@STORES.by("ml-engineer", "data-science", "state-is-terraform-s", "state-keeps-its-past")
def rewrite_the_state(at: Attacker) -> None:
    """An ML engineer writes another state, and the role that applies removes the old ones."""
    wanted = {
        "Bucket": at.naming.state_bucket_name("data-science"),
        "Key": "accounts/data-science/terraform.tfstate",
    }
    others = Because(RESOURCE_CONTROL, "DenyStateToOthers")
    for role in ("ml-engineer", SIGN_IN):
        client = at.client("s3", role=role)
        at.refused(client.put_object, others, **wanted, Body=b"{}")
        at.refused(client.delete_object, others, **wanted)
    there = at.stage.client("s3", "data-science", vpc="data-science")
    [version, *_] = there.list_object_versions(Bucket=wanted["Bucket"], Prefix=wanted["Key"])[
        "Versions"
    ]
    at.refused(
        at.client("s3", role="apply").delete_object,
        Because(RESOURCE_CONTROL, "DenyChangesOfState"),
        **wanted,
        VersionId=version["VersionId"],
    )


@STORES.by("ml-engineer", "data-science", "buckets-change-with-terraform-only")
def open_a_bucket_by_its_policy(at: Attacker) -> None:
    """An ML engineer lets somebody else into a bucket, by its policy or by having none."""
    bucket = at.naming.bucket_name("data-science", "data")
    client = at.client("s3")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{STRANGER}:root"},
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    at.refused(client.put_bucket_policy, _BUCKET_CHANGE, Bucket=bucket, Policy=policy)
    at.refused(client.delete_bucket_policy, _BUCKET_CHANGE, Bucket=bucket)
    # No endpoint carries such a change, whoever asks for it.
    inside = at.client("s3", vpc="data-science", role=SIGN_IN)
    at.refused(inside.delete_bucket_policy, Because(ENDPOINT), Bucket=bucket)


@STORES.by(
    "platform-admin",
    "data-science",
    "buckets-change-with-terraform-only",
    "nothing-is-shared",
)
def make_a_bucket_public(at: Attacker) -> None:
    """A platform admin opens a bucket to everybody: by its settings, its ACL, its objects'."""
    bucket = at.naming.bucket_name("data-science", "data")
    client, sharing = at.client("s3"), Because(SERVICE_CONTROL, "DenySharing")
    at.refused(client.delete_public_access_block, _BUCKET_CHANGE, Bucket=bucket)
    at.refused(client.delete_bucket_ownership_controls, _BUCKET_CHANGE, Bucket=bucket)
    wanted = an_object(at, "data-science", "data")
    # Nor do those who change buckets, whose changes nobody else is let near.
    for role in ("apply", SIGN_IN):
        opener = at.client("s3", role=role)
        at.refused(opener.put_bucket_acl, sharing, Bucket=bucket, ACL="public-read")
        at.refused(opener.put_object_acl, sharing, **wanted, ACL="public-read")
        at.refused(
            opener.put_bucket_website,
            sharing,
            Bucket=bucket,
            WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}},
        )


@STORES.by("platform-admin", "production", "buckets-change-with-terraform-only")
def stop_what_a_bucket_keeps(at: Attacker) -> None:
    """A platform admin ends the versions, the lock, the key and the life of what is kept."""
    bucket, client = at.naming.bucket_name("production", "evidence"), at.client("s3")
    off = {"Status": "Suspended"}
    at.refused(
        client.put_bucket_versioning,
        _BUCKET_CHANGE,
        Bucket=bucket,
        VersioningConfiguration=off,
    )
    at.refused(
        client.put_object_lock_configuration,
        _BUCKET_CHANGE,
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"},
    )
    at.refused(client.delete_bucket_encryption, _BUCKET_CHANGE, Bucket=bucket)
    rule = {"ID": "now", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}
    at.refused(
        client.put_bucket_lifecycle_configuration,
        _BUCKET_CHANGE,
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [rule]},
    )
    at.refused(client.put_bucket_logging, _BUCKET_CHANGE, Bucket=bucket, BucketLoggingStatus={})
    at.refused(client.delete_bucket, _BUCKET_CHANGE, Bucket=bucket)


@STORES.by("platform-admin", "data-science", "nothing-is-replicated-elsewhere")
def copy_a_bucket_as_it_grows(at: Attacker) -> None:
    """A bucket is told to copy all that it receives to a stranger's."""
    bucket = at.naming.bucket_name("data-science", "data")
    rule = {
        "ID": "out",
        "Status": "Enabled",
        "Prefix": "",
        "Destination": {"Bucket": "arn:aws:s3:::collect", "Account": STRANGER},
    }
    role = at.naming.role_arn("data-science", "processing")
    for attacker in ("platform-admin", "apply", SIGN_IN):
        at.refused(
            at.client("s3", role=attacker).put_bucket_replication,
            Because(SERVICE_CONTROL, "DenySharing"),
            Bucket=bucket,
            ReplicationConfiguration={"Role": role, "Rules": [rule]},
        )


@STORES.by("apply", "data-science", "nothing-is-shared")
def open_another_door_to_a_bucket(at: Attacker) -> None:
    """The role that applies puts an access point before a bucket, with rules of its own."""
    for role in ("apply", SIGN_IN):
        at.refused(
            at.client("s3control", role=role).create_access_point,
            Because(SERVICE_CONTROL, "DenySharing"),
            AccountId=at.account_id("data-science"),
            Name="open",
            Bucket=at.naming.bucket_name("data-science", "data"),
        )


@STORES.by("apply", "data-science", "nothing-is-shared")
def share_what_the_platform_holds(at: Attacker) -> None:
    """The role that applies shares images, logs and models with a stranger's account."""
    because = Because(SERVICE_CONTROL, "DenySharing")
    registry = at.client("ecr")
    everything = {"destinations": [{"region": at.stage.region, "registryId": STRANGER}]}
    at.refused(
        registry.put_replication_configuration,
        because,
        replicationConfiguration={"rules": [everything]},
    )
    at.refused(registry.put_registry_policy, because, policyText="{}")
    at.refused(
        at.client("ram").create_resource_share,
        because,
        name="out",
        principals=[STRANGER],
    )
    at.refused(
        at.client("logs").put_subscription_filter,
        because,
        logGroupName=f"/{at.naming.account_prefix('data-science')}/network/dns",
        filterName="out",
        filterPattern="",
        destinationArn=of_a_stranger(at, "logs", "destination:collect"),
    )


@STORES.by("apply", "data-science", "nothing-is-shared")
def write_logs_out_for_a_stranger(at: Attacker) -> None:
    """The logs of training are exported into a stranger's bucket."""
    for role in ("apply", "platform-admin", SIGN_IN):
        at.refused(
            at.client("logs", role=role).create_export_task,
            Because(SERVICE_CONTROL, "DenySharing"),
            logGroupName="/aws/sagemaker/TrainingJobs",
            **{"fromTime": 0, "to": 4_102_444_800_000},
            destination="collect",
        )


@STORES.by("apply", "data-science", "nothing-is-shared")
def list_a_bucket_for_a_stranger(at: Attacker) -> None:
    """A bucket writes into a stranger's what it holds, and how it is used, day by day."""
    bucket = at.naming.bucket_name("data-science", "data")
    because = Because(SERVICE_CONTROL, "DenySharing")
    there = {"Bucket": "arn:aws:s3:::collect", "Format": "CSV"}
    inventory = {
        "Id": "out",
        "IsEnabled": True,
        "IncludedObjectVersions": "All",
        "Schedule": {"Frequency": "Daily"},
        "Destination": {"S3BucketDestination": {**there, "AccountId": STRANGER}},
    }
    export = {
        "OutputSchemaVersion": "V_1",
        "Destination": {"S3BucketDestination": {**there, "BucketAccountId": STRANGER}},
    }
    analysis = {"Id": "out", "StorageClassAnalysis": {"DataExport": export}}
    for role in ("apply", "platform-admin", SIGN_IN):
        client = at.client("s3", role=role)
        at.refused(
            client.put_bucket_inventory_configuration,
            because,
            **{"Bucket": bucket, "Id": "out", "InventoryConfiguration": inventory},
        )
        at.refused(
            client.put_bucket_analytics_configuration,
            because,
            **{"Bucket": bucket, "Id": "out", "AnalyticsConfiguration": analysis},
        )
