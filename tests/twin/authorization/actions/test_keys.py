"""KMS is asked for on the key behind whatever names it."""

from __future__ import annotations

from typing import Any

import pytest
from moto.kms.models import kms_backends

from tests.twin.authorization.actions.calls import OTHER, OWN, REGION, call, pairs
from twin.authorization.actions import UnknownAction, asked
from twin.twin import Twin


def _key(account: str, alias: str) -> str:
    backend = kms_backends[account][REGION]
    key = backend.create_key(
        policy="",
        key_usage="ENCRYPT_DECRYPT",
        key_spec="SYMMETRIC_DEFAULT",
        description="",
        tags=[],
    )
    backend.create_alias(key.id, alias)
    return str(key.arn)


@pytest.mark.usefixtures("_accounts")
def test_a_key_is_found_by_all_that_names_it(twin: Twin) -> None:
    arn = _key(OWN, "alias/own")
    names = [arn, arn.rpartition("/")[2], "alias/own", f"arn:aws:kms:{REGION}:{OWN}:alias/own"]
    for name in names:
        made = call("kms", "Encrypt", {"KeyId": name, "Plaintext": b""})
        assert pairs(twin, made) == [("kms:Encrypt", arn)]


@pytest.mark.usefixtures("_accounts")
def test_a_key_of_another_account_is_theirs(twin: Twin) -> None:
    arn = _key(OTHER, "alias/theirs")
    made = call("kms", "Decrypt", {"KeyId": f"arn:aws:kms:{REGION}:{OTHER}:alias/theirs"})
    (only,) = asked(twin, made)
    assert (only.resource, only.owner) == (arn, OTHER)


@pytest.mark.usefixtures("_accounts")
def test_a_ciphertext_names_its_key(twin: Twin) -> None:
    arn = _key(OWN, "alias/own")
    blob, _ = kms_backends[OWN][REGION].encrypt(arn, b"secret", {})
    made = call("kms", "Decrypt", {"CiphertextBlob": blob})
    assert pairs(twin, made) == [("kms:Decrypt", arn)]


@pytest.mark.usefixtures("_accounts")
def test_an_alias_moves_from_one_key_to_another_with_the_leave_of_both(twin: Twin) -> None:
    old, new = _key(OWN, "alias/moving"), _key(OWN, "alias/other")
    made = call("kms", "UpdateAlias", {"AliasName": "alias/moving", "TargetKeyId": new})
    alias = f"arn:aws:kms:{REGION}:{OWN}:alias/moving"
    assert pairs(twin, made) == [("kms:UpdateAlias", arn) for arn in (alias, old, new)]


@pytest.mark.usefixtures("_accounts")
def test_an_alias_ends_with_the_leave_of_its_key(twin: Twin) -> None:
    key = _key(OWN, "alias/ending")
    alias = f"arn:aws:kms:{REGION}:{OWN}:alias/ending"
    made = call("kms", "DeleteAlias", {"AliasName": "alias/ending"})
    assert pairs(twin, made) == [("kms:DeleteAlias", alias), ("kms:DeleteAlias", key)]


@pytest.mark.usefixtures("_accounts")
def test_to_encrypt_anew_is_two_actions(twin: Twin) -> None:
    old, new = _key(OWN, "alias/old"), _key(OTHER, "alias/new")
    blob, _ = kms_backends[OWN][REGION].encrypt(old, b"secret", {})
    made = call("kms", "ReEncrypt", {"CiphertextBlob": blob, "DestinationKeyId": new})
    assert pairs(twin, made) == [("kms:ReEncryptFrom", old), ("kms:ReEncryptTo", new)]


def test_an_alias_of_nothing_is_no_key(twin: Twin) -> None:
    made = call("kms", "Encrypt", {"KeyId": "alias/none"})
    assert pairs(twin, made) == [("kms:Encrypt", f"arn:aws:kms:{REGION}:{OWN}:alias/none")]


def test_asking_for_a_key_of_nobody_makes_no_account(twin: Twin) -> None:
    nobody = "410000000009"
    asked(twin, call("kms", "Encrypt", {"KeyId": f"arn:aws:kms:{REGION}:{nobody}:alias/x"}))
    assert nobody not in kms_backends


@pytest.mark.parametrize(
    "given", [{"KeyId": "arn:aws:s3:::bucket"}, {"KeyId": "arn:aws:kms:x"}, {}]
)
def test_what_is_no_key_is_not_known(twin: Twin, given: dict[str, Any]) -> None:
    with pytest.raises(UnknownAction):
        asked(twin, call("kms", "Encrypt", given))


def test_a_new_key_is_asked_for_on_everything_and_its_tags_on_keys(twin: Twin) -> None:
    made = call("kms", "CreateKey", {"Tags": [{"TagKey": "a", "TagValue": "b"}]})
    assert pairs(twin, made) == [
        ("kms:CreateKey", "*"),
        ("kms:TagResource", f"arn:aws:kms:{REGION}:{OWN}:key/*"),
    ]
