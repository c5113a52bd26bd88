"""A key that is disabled, or waits for its deletion, is used by nobody, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.twin.engines.accounts import unique
from tests.twins import RunningTwin

_USES: dict[str, Callable[[Any, str, bytes], Any]] = {
    "encrypts": lambda kms, key, _: kms.encrypt(KeyId=key, Plaintext=b"x"),
    "decrypts": lambda kms, _, sealed: kms.decrypt(CiphertextBlob=sealed),
    "makes data keys": lambda kms, key, _: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
    "seals anew": lambda kms, key, sealed: kms.re_encrypt(
        CiphertextBlob=sealed, DestinationKeyId=key
    ),
    "is lent": lambda kms, key, _: kms.create_grant(
        KeyId=key, GranteePrincipal="lambda.amazonaws.com", Operations=["Decrypt"]
    ),
}


@pytest.fixture
def kms(running_twin: RunningTwin) -> Any:
    """A client of KMS."""
    return running_twin.client("kms")


@pytest.fixture
def key(kms: Any) -> str:
    """The ARN of a new key."""
    return str(kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(params=["ARN", "identifier"])
def name(request: pytest.FixtureRequest, key: str) -> str:
    """The key as operations on it may name it."""
    return key if request.param == "ARN" else key.rpartition("/")[2]


def _state(kms: Any, key: str) -> str:
    return str(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"])


def _refusal(call: Callable[..., Any], *given: Any, **named: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(*given, **named)
    error = caught.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


@pytest.mark.parametrize("use", _USES.values(), ids=_USES)
def test_a_disabled_key_is_not_used(
    kms: Any, key: str, use: Callable[[Any, str, bytes], Any]
) -> None:
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    assert _refusal(use, kms, key, sealed) == ("DisabledException", f"{key} is disabled.")
    kms.enable_key(KeyId=key)
    assert use(kms, key, sealed)


@pytest.mark.parametrize("use", _USES.values(), ids=_USES)
def test_a_key_that_waits_for_its_deletion_is_not_used(
    kms: Any, key: str, use: Callable[[Any, str, bytes], Any]
) -> None:
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    told = ("KMSInvalidStateException", f"{key} is pending deletion.")
    assert _refusal(use, kms, key, sealed) == told


def test_a_disabled_key_is_not_used_by_its_alias(kms: Any, key: str) -> None:
    alias = f"alias/{unique('disabled')}"
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    kms.disable_key(KeyId=key)
    assert _refusal(kms.encrypt, KeyId=alias, Plaintext=b"x")[0] == "DisabledException"


def test_a_key_is_disabled_and_enabled_by_either_name(kms: Any, name: str) -> None:
    kms.disable_key(KeyId=name)
    assert _state(kms, name) == "Disabled"
    kms.enable_key(KeyId=name)
    assert _state(kms, name) == "Enabled"


def test_a_deletion_is_scheduled_and_cancelled_by_either_name(
    kms: Any, key: str, name: str
) -> None:
    scheduled = kms.schedule_key_deletion(KeyId=name, PendingWindowInDays=7)
    assert (scheduled["KeyId"], scheduled["KeyState"]) == (key, "PendingDeletion")
    described = kms.describe_key(KeyId=name)["KeyMetadata"]
    assert described["DeletionDate"] == scheduled["DeletionDate"]
    assert kms.cancel_key_deletion(KeyId=name)["KeyId"] == key
    assert _state(kms, name) == "Disabled"


@pytest.mark.parametrize(
    "operation", ["disable_key", "enable_key", "schedule_key_deletion", "enable_key_rotation"]
)
def test_what_waits_for_its_deletion_is_not_changed(kms: Any, key: str, operation: str) -> None:
    kms.schedule_key_deletion(KeyId=key)
    assert _refusal(getattr(kms, operation), KeyId=key)[0] == "KMSInvalidStateException"


def test_a_deletion_that_nobody_scheduled_is_not_cancelled(kms: Any, key: str) -> None:
    told = ("KMSInvalidStateException", f"{key} is not pending deletion.")
    assert _refusal(kms.cancel_key_deletion, KeyId=key) == told


def test_a_key_that_is_not_there_is_not_disabled(kms: Any, key: str) -> None:
    missing = "00000000-0000-4000-8000-000000000000"
    other = f"{key.rpartition('/')[0]}/{missing}"
    for one in (missing, other):
        assert _refusal(kms.disable_key, KeyId=one) == (
            "NotFoundException",
            f"Key '{other}' does not exist",
        )
