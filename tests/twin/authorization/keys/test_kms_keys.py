"""Keys of KMS: the key as it is, the alias it was named by, contexts, grants, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from moto.kms.models import kms_backends

from tests.twin.authorization.keys.asking import ACCOUNT, REGION, SOFIA, Asking


@pytest.fixture
def key(ask: Asking) -> str:
    """The ARN of a key with two aliases."""
    backend = kms_backends[ACCOUNT][REGION]
    made = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)
    backend.create_alias(made.id, "alias/data")
    backend.create_alias(made.id, "alias/all")
    assert ask.twin.now()
    return str(made.arn)


def _own(found: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {k.removeprefix("kms:"): v for k, v in found.items() if k.startswith("kms:")}


def test_use_of_a_key_tells_what_it_is_and_what_for(ask: Asking, key: str) -> None:
    given = {"KeyId": key, "EncryptionContext": {"aws:s3:arn": "arn:aws:s3:::data"}}
    assert _own(ask("kms:Decrypt", key, given)) == {
        "calleraccount": (ACCOUNT,),
        "encryptionalgorithm": ("SYMMETRIC_DEFAULT",),
        "encryptioncontext:aws:s3:arn": ("arn:aws:s3:::data",),
        "encryptioncontextkeys": ("aws:s3:arn",),
        "keyorigin": ("AWS_KMS",),
        "keyspec": ("SYMMETRIC_DEFAULT",),
        "keyusage": ("ENCRYPT_DECRYPT",),
        "multiregion": ("false",),
        "resourcealiases": ("alias/all", "alias/data"),
    }


@pytest.mark.parametrize(
    "named", ["alias/data", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/data"], ids=["name", "arn"]
)
def test_a_key_named_by_an_alias_tells_the_alias(ask: Asking, key: str, named: str) -> None:
    found = ask("kms:GenerateDataKey", key, {"KeyId": named})
    assert found["kms:requestalias"] == ("alias/data",)


def test_a_key_named_by_its_id_tells_no_alias_of_the_request(ask: Asking, key: str) -> None:
    found = ask("kms:GenerateDataKey", key, {"KeyId": key.rpartition("/")[2]})
    assert "kms:requestalias" not in found
    assert "kms:encryptioncontextkeys" not in found


def test_a_key_without_alias_carries_no_list_of_them(ask: Asking) -> None:
    backend = kms_backends[ACCOUNT][REGION]
    made = backend.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None)
    assert "kms:resourcealiases" not in ask("kms:Decrypt", made.arn)


def test_only_a_forwarded_request_comes_via_a_service(ask: Asking, key: str) -> None:
    assert "kms:viaservice" not in ask("kms:Decrypt", key)
    forwarded = replace(SOFIA, called_via=("athena.amazonaws.com", "s3.amazonaws.com"))
    found = ask.by(caller=forwarded)("kms:Decrypt", key)
    assert found["kms:viaservice"] == (f"s3.{REGION}.amazonaws.com",)


def test_a_role_that_a_service_took_is_no_forwarded_request(ask: Asking, key: str) -> None:
    taken = replace(SOFIA, service="sagemaker.amazonaws.com")
    found = ask.by(caller=taken)("kms:CreateGrant", key)
    assert "kms:viaservice" not in found
    assert found["kms:grantisforawsresource"] == ("false",)


def test_a_grant_that_a_service_asks_for_is_for_its_resource(ask: Asking, key: str) -> None:
    given = {
        "GranteePrincipal": "sagemaker.amazonaws.com",
        "Operations": ["Decrypt", "GenerateDataKey"],
        "Constraints": {"EncryptionContextSubset": {"job": "churn"}},
    }
    forwarded = replace(SOFIA, called_via=("sagemaker.amazonaws.com",))
    found = ask.by(caller=forwarded)("kms:CreateGrant", key, given)
    assert found["kms:grantisforawsresource"] == ("true",)
    assert found["kms:granteeprincipal"] == ("sagemaker.amazonaws.com",)
    assert found["kms:grantoperations"] == ("Decrypt", "GenerateDataKey")
    assert found["kms:grantconstrainttype"] == ("EncryptionContextSubset",)


def test_a_new_key_tells_what_it_is_to_be(ask: Asking) -> None:
    given = {"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY", "MultiRegion": True}
    found = _own(ask("kms:CreateKey", parameters=given))
    assert found["keyspec"] == ("RSA_2048",)
    assert found["keyusage"] == ("SIGN_VERIFY",)
    assert found["keyorigin"] == ("AWS_KMS",)
    assert found["multiregion"] == ("true",)
    assert found["multiregionkeytype"] == ("PRIMARY",)
    assert found["bypasspolicylockoutsafetycheck"] == ("false",)
    assert "viaservice" not in found


def test_who_skips_the_check_against_lock_out_says_so(ask: Asking, key: str) -> None:
    given = {"BypassPolicyLockoutSafetyCheck": True}
    found = ask("kms:PutKeyPolicy", key, given)
    assert found["kms:bypasspolicylockoutsafetycheck"] == ("true",)


def test_each_half_of_a_reencryption_has_its_own_context(ask: Asking, key: str) -> None:
    given = {
        "SourceKeyId": key,
        "DestinationKeyId": "alias/other",
        "SourceEncryptionContext": {"from": "a"},
        "DestinationEncryptionContext": {"to": "b"},
    }
    source = ask("kms:ReEncryptFrom", key, given, call="kms:ReEncrypt")
    target = ask("kms:ReEncryptTo", key, given, call="kms:ReEncrypt")
    assert source["kms:encryptioncontext:from"] == ("a",)
    assert "kms:encryptioncontext:to" not in source
    assert target["kms:encryptioncontext:to"] == ("b",)
    assert target["kms:requestalias"] == ("alias/other",)
    assert source["kms:reencryptonsamekey"] == ("false",)


def test_how_long_a_key_waits_for_its_deletion_is_told(ask: Asking, key: str) -> None:
    found = ask("kms:ScheduleKeyDeletion", key, {"PendingWindowInDays": 7})
    assert found["kms:schedulekeydeletionpendingwindowindays"] == ("7",)
