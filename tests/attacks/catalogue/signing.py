"""Attacks on what is signed: the keys, whom a target believes, and the words of people."""

from __future__ import annotations

from typing import Any

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import (
    BOUNDARY,
    IDENTITY,
    RESOURCE,
    RESOURCE_CONTROL,
    SERVICE_CONTROL,
)

SIGNING = Attacks()
_NOBODY_ALLOWS = Because(IDENTITY)
_KEY_ALLOWS_NOBODY_ELSE = Because(RESOURCE)
# A key's own policy names who signs with it, and lends that to no identity policy.
_NEITHER_ALLOWS = (_NOBODY_ALLOWS, _KEY_ALLOWS_NOBODY_ELSE)
_NOT_THEIRS = Because(BOUNDARY, "DenyReleaseButByReleaseManagers")
_KEPT = Because(RESOURCE_CONTROL, "DenyRemovalOfEvidence")
_ELSEWHERE = "0" * 64


@SIGNING.by("ml-engineer", "data-science", "only-the-bundle-signs-releases")
def sign_a_release_of_ones_own(at: Attacker) -> None:
    """An ML engineer signs a release past the bundle; so do an administrator and other builds."""
    wanted = _digest(at, "release-signing")
    at.refused(at.client("kms").sign, _NOT_THEIRS, **wanted)
    for role in ("release-manager", "apply"):
        at.refused(at.client("kms", role=role).sign, *_NEITHER_ALLOWS, **wanted)
    at.refused(at.client("kms", role=SIGN_IN).sign, _KEY_ALLOWS_NOBODY_ELSE, **wanted)
    build = at.client_in_build("model-build", "kms", vpc="data-science")
    at.refused(build.sign, *_NEITHER_ALLOWS, **wanted)


@SIGNING.by(
    "lead",
    "data-science",
    "only-release-managers-sign-decisions",
    "decisions-are-signed-by-their-person",
)
def sign_an_approval_in_ritas_name(at: Attacker) -> None:
    """A lead signs as the release manager; so do those who administer the key, and the bundle."""
    wanted = _digest(at, "approval-rita")
    for role in ("lead", "platform-admin"):
        at.refused(at.client("kms", role=role).sign, _NOT_THEIRS, **wanted)
    at.refused(at.client("kms", role="apply").sign, *_NEITHER_ALLOWS, **wanted)
    at.refused(at.client("kms", role=SIGN_IN).sign, _KEY_ALLOWS_NOBODY_ELSE, **wanted)
    build = at.client_in_build("model-build", "kms", vpc="data-science")
    at.refused(build.sign, *_NEITHER_ALLOWS, **wanted)


@SIGNING.by("release-manager", "data-science", "keys-that-sign-do-nothing-else")
def sign_in_another_way(at: Attacker) -> None:
    """A release manager lends her key, or lets it do something else than sign."""
    client, key = at.client("kms"), _alias(at, "approval-rita")
    wanted = _digest(at, "approval-rita")
    at.refused(client.verify, _KEY_ALLOWS_NOBODY_ELSE, **wanted, Signature=b"\0" * 70)
    lending = Because(RESOURCE_CONTROL, "DenyGrantsToAnybodyButServices")
    at.refused(client.create_grant, lending, KeyId=_key_of(at, key), **_grantee(at))


@SIGNING.by("release-manager", "data-science", "decisions-are-written-by-their-person")
def decide_in_the_name_of_another(at: Attacker) -> None:
    """A release manager lays an approval down in the name of somebody else."""
    bucket = at.naming.bucket_name("data-science", "decisions")
    wanted = {"Bucket": bucket, "Body": b"{}", "IfNoneMatch": "*"}
    for key in (
        "approvals/breast-cancer/x/y/robert.dsse.json",
        "revocations/breast-cancer/x/robert-20261123T000000Z.dsse.json",
        "freezes/robert-20261123T000000Z.dsse.json",
        "elsewhere/rita.dsse.json",
    ):
        at.refused(at.client("s3").put_object, _NOBODY_ALLOWS, **wanted, Key=key)


@SIGNING.by("lead", "data-science", "only-release-managers-write-decisions")
def lay_a_decision_down_without_being_a_release_manager(at: Attacker) -> None:
    """A lead and a scientist lay down an approval, from inside the network."""
    wanted = {
        "Bucket": at.naming.bucket_name("data-science", "decisions"),
        "Key": "approvals/breast-cancer/x/y/rita.dsse.json",
        "Body": b"{}",
        "IfNoneMatch": "*",
    }
    for role in ("lead", "data-scientist", "ml-engineer"):
        inside = at.client("s3", vpc="data-science", role=role)
        at.refused(inside.put_object, _NOBODY_ALLOWS, **wanted)
    outside = Because(RESOURCE, "DenyOutsideEndpoints")
    at.refused(at.client("s3", role=SIGN_IN).put_object, outside, **wanted)


@SIGNING.by("release-manager", "data-science", "decisions-are-written-once")
def write_over_a_decision(at: Attacker) -> None:
    """A release manager lays other words over her own, or copies them there."""
    found = _a_decision(at)
    wanted = {"Bucket": found["Bucket"], "Key": found["Key"]}
    client = at.client("s3")
    overwrites = Because(RESOURCE, "DenyOverwrites")
    at.refused(client.put_object, overwrites, **wanted, Body=b"{}")
    at.refused(client.copy_object, overwrites, **wanted, CopySource=found)
    at.refused(client.create_multipart_upload, overwrites, **wanted)


@SIGNING.by(SIGN_IN, "data-science", "decisions-are-not-taken-back")
def take_a_decision_back(at: Attacker) -> None:
    """Whoever arrives in the account removes an approval, so do the role that applies and rita."""
    wanted = _a_decision(at)
    for role in (SIGN_IN, "apply"):
        client = at.client("s3", role=role)
        at.refused(client.delete_object, _KEPT, Bucket=wanted["Bucket"], Key=wanted["Key"])
        at.refused(client.delete_object, _KEPT, **wanted)
    manager = at.client("s3", role="release-manager")
    at.refused(manager.delete_object, _KEPT, **wanted)


@SIGNING.by(SIGN_IN, "production", "only-the-role-that-applies-pins-keys")
def make_production_believe_another_key(at: Attacker) -> None:
    """Whoever arrives in production pins a key of their own, or removes the pins."""
    name = at.naming.trusted_keys_parameter("production")
    pinning = Because(SERVICE_CONTROL, "DenyPinningOutsideApply")
    for role in (SIGN_IN, "platform-admin", "release-manager"):
        client = at.client("ssm", role=role)
        at.refused(client.put_parameter, pinning, Name=name, Value="{}", Overwrite=True)
        at.refused(client.delete_parameter, pinning, Name=name)


@SIGNING.by("platform-admin", "data-science", "keys-change-with-terraform-only")
def change_who_signs(at: Attacker) -> None:
    """A platform admin rewrites a signing key's policy or takes it away, as do others."""
    why = (_NOBODY_ALLOWS, Because(RESOURCE_CONTROL, "DenyKeyChangesOutsideApply"))
    for purpose in ("release-signing", "approval-rita"):
        key = _key_of(at, _alias(at, purpose))
        looked = at.as_administrator("kms", "data-science").get_key_policy(KeyId=key)
        for role in ("platform-admin", "release-manager", "lead"):
            client = at.client("kms", role=role)
            at.refused(client.put_key_policy, *why, KeyId=key, Policy=looked["Policy"])
            at.refused(client.schedule_key_deletion, *why, KeyId=key, PendingWindowInDays=7)
            at.refused(client.disable_key, *why, KeyId=key)


def _alias(at: Attacker, purpose: str) -> str:
    return str(at.naming.key_alias("data-science", purpose))


def _digest(at: Attacker, purpose: str) -> dict[str, Any]:
    return {
        "KeyId": _key_of(at, _alias(at, purpose)),
        "Message": bytes.fromhex(_ELSEWHERE),
        "MessageType": "DIGEST",
        "SigningAlgorithm": "ECDSA_SHA_256",
    }


def _key_of(at: Attacker, alias: str) -> str:
    kms = at.as_administrator("kms", "data-science")
    return str(kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"])


def _grantee(at: Attacker) -> dict[str, Any]:
    return {
        "GranteePrincipal": at.naming.role_arn("data-science", "lead"),
        "Operations": ["Sign"],
    }


def _a_decision(at: Attacker) -> dict[str, str]:
    """Name a version of the approval by which the model came into production."""
    bucket = at.naming.bucket_name("data-science", "decisions")
    s3 = at.as_administrator("s3", "data-science")
    found = s3.list_object_versions(Bucket=bucket, Prefix="approvals/")["Versions"][0]
    return {"Bucket": bucket, "Key": found["Key"], "VersionId": found["VersionId"]}
