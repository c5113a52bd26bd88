"""Attacks on keys: using one that is another's, lending it, changing it, taking it along."""

from __future__ import annotations

import json

from tests.attacks.attack import Attacks, Because
from tests.attacks.attacker import SIGN_IN, Attacker
from tests.attacks.catalogue.layers import ENDPOINT, RESOURCE, RESOURCE_CONTROL, SERVICE_CONTROL
from tests.attacks.places import STRANGER, STRANGERS_KEY, key_arn, of_a_stranger

KEYS = Attacks()
_KEY_CHANGE = Because(RESOURCE_CONTROL, "DenyKeyChangesOutsideApply")


def _sealed(arn: str) -> bytes:
    """Give something sealed by a key, as the twin knows it: it begins with the key's id."""
    return arn.rpartition("/")[2].encode() + bytes(80)


@KEYS.by(
    "data-scientist",
    "data-science",
    "data-science-uses-no-key-of-a-target",
    "keys-of-data-stay-in-their-account",
)
def decrypt_what_production_sealed(at: Attacker) -> None:
    """A data scientist decrypts what somebody brought them from production."""
    for purpose in ("capture", "models", "evidence"):
        key = key_arn(at, "production", purpose)
        for vpc in (None, "data-science", "production"):
            client = at.client("kms", vpc=vpc)
            # Told or not, the key of what is sealed decides.
            at.refused(client.decrypt, Because(RESOURCE), CiphertextBlob=_sealed(key))
            at.refused(client.decrypt, Because(RESOURCE), CiphertextBlob=_sealed(key), KeyId=key)


@KEYS.by("data-scientist", "data-science", "keys-are-used-through-services")
def decrypt_by_hand(at: Attacker) -> None:
    """A data scientist uses the key of their own data without S3, past all that a bucket asks."""
    key = key_arn(at, "data-science", "data")
    client = at.client("kms", vpc="data-science")
    at.refused(client.decrypt, Because(RESOURCE), CiphertextBlob=_sealed(key))
    at.refused(client.encrypt, Because(RESOURCE), KeyId=key, Plaintext=b"data")
    at.refused(client.generate_data_key, Because(RESOURCE), KeyId=key, KeySpec="AES_256")


@KEYS.by(SIGN_IN, "data-science", "administrators-of-keys-cannot-use-them")
def use_keys_as_their_administrator(at: Attacker) -> None:
    """Who administers every key, by hand or by Terraform, decrypts with one."""
    for purpose in ("data", "models", "artifacts"):
        key = key_arn(at, "data-science", purpose)
        administrator = at.client("kms", vpc="data-science")
        at.refused(administrator.decrypt, Because(RESOURCE), CiphertextBlob=_sealed(key))
        at.refused(administrator.generate_data_key, Because(RESOURCE), KeyId=key, KeySpec="AES_256")


@KEYS.by("ml-engineer", "data-science", "keys-serve-whom-they-name")
def use_a_key_of_others(at: Attacker) -> None:
    """An ML engineer uses keys whose policies do not name them, through S3 or by hand."""
    for purpose in ("data", "models", "audit", "logs"):
        key = key_arn(at, "data-science", purpose)
        client = at.client("kms", vpc="data-science")
        at.refused(client.decrypt, Because(RESOURCE), CiphertextBlob=_sealed(key))
    # Their own object, but under the key of data, which they may not use.
    at.refused(
        at.client("s3", vpc="data-science").put_object,
        Because(RESOURCE),
        Bucket=at.naming.bucket_name("data-science", "source"),
        Key="source/attack.zip",
        Body=b"attack",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key_arn(at, "data-science", "data"),
    )


@KEYS.by(SIGN_IN, "data-science", "nobody-reaches-outside-the-organisation")
def seal_data_anew_for_a_stranger(at: Attacker) -> None:
    """What is sealed by a key of ours is sealed anew by a stranger's, without being seen."""
    sealed = _sealed(key_arn(at, "data-science", "data"))
    at.refused(
        at.client("kms").re_encrypt,
        Because(SERVICE_CONTROL, "DenyResourcesOutsideOrganization"),
        CiphertextBlob=sealed,
        DestinationKeyId=of_a_stranger(at, "kms", STRANGERS_KEY),
    )


@KEYS.by("data-scientist", "data-science", "keys-are-lent-to-services-only")
def lend_a_key_to_a_stranger(at: Attacker) -> None:
    """A key is lent to another account, by a person and by who administers keys."""
    because = Because(RESOURCE_CONTROL, "DenyGrantsToAnybodyButServices")
    for purpose in ("data", "models"):
        wanted = {
            "KeyId": key_arn(at, "data-science", purpose),
            "GranteePrincipal": f"arn:aws:iam::{STRANGER}:root",
            "Operations": ["Decrypt", "GenerateDataKey", "CreateGrant"],
        }
        for role in ("data-scientist", "apply", SIGN_IN):
            at.refused(at.client("kms", role=role).create_grant, because, **wanted)


@KEYS.by("data-scientist", "data-science", "key-policies-lend-to-services-only")
def lend_a_key_to_oneself(at: Attacker) -> None:
    """A data scientist lends the key of production's models to their own role."""
    at.refused(
        at.client("kms").create_grant,
        Because(RESOURCE_CONTROL, "DenyGrantsToAnybodyButServices"),
        KeyId=key_arn(at, "production", "models"),
        GranteePrincipal=at.naming.role_arn("data-science", "data-scientist"),
        Operations=["Decrypt"],
    )


@KEYS.by("platform-admin", "data-science", "keys-change-with-terraform-only")
def let_oneself_into_a_key(at: Attacker) -> None:
    """A platform admin writes themselves into the policy of a key."""
    statement = {
        "Sid": "Everything",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{at.account_id('data-science')}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    wanted = {
        "KeyId": key_arn(at, "data-science", "data"),
        "PolicyName": "default",
        "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    }
    at.refused(at.client("kms").put_key_policy, _KEY_CHANGE, **wanted)
    # From within the network nobody does, however much they may.
    inside = at.client("kms", vpc="data-science", role=SIGN_IN)
    at.refused(inside.put_key_policy, Because(ENDPOINT), **wanted)


@KEYS.by("platform-admin", "production", "keys-change-with-terraform-only")
def destroy_data_with_its_key(at: Attacker) -> None:
    """A platform admin makes all data of production unreadable, now or in a week."""
    client = at.client("kms")
    for purpose in ("capture", "models", "evidence"):
        key = key_arn(at, "production", purpose)
        at.refused(client.disable_key, _KEY_CHANGE, KeyId=key)
        at.refused(client.schedule_key_deletion, _KEY_CHANGE, KeyId=key, PendingWindowInDays=7)
        at.refused(client.disable_key_rotation, _KEY_CHANGE, KeyId=key)


@KEYS.by("platform-admin", "data-science", "keys-change-with-terraform-only")
def put_another_key_behind_a_name(at: Attacker) -> None:
    """A platform admin lets the name of one key lead to another."""
    alias = at.naming.key_alias("data-science", "data")
    client = at.client("kms")
    other = key_arn(at, "data-science", "artifacts")
    at.refused(client.update_alias, _KEY_CHANGE, AliasName=alias, TargetKeyId=other)
    at.refused(client.delete_alias, _KEY_CHANGE, AliasName=alias)


@KEYS.by("apply", "data-science", "no-key-comes-from-elsewhere", "no-key-is-locked-for-good")
def take_a_key_along(at: Attacker) -> None:
    """A key is copied to where nobody looks, or made so that nobody can take it back."""
    because = Because(SERVICE_CONTROL, "DenyKeysFromElsewhere")
    for role in ("apply", SIGN_IN):
        client = at.client("kms", role=role)
        at.refused(
            client.replicate_key,
            because,
            KeyId=key_arn(at, "data-science", "data"),
            ReplicaRegion="us-east-1",
        )
        at.refused(client.create_custom_key_store, because, CustomKeyStoreName="elsewhere")
        at.refused(
            client.create_key,
            Because(SERVICE_CONTROL, "DenyKeysBeyondRecall"),
            BypassPolicyLockoutSafetyCheck=True,
        )
