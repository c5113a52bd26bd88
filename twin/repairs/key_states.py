"""Keeps keys that are disabled, or wait for their deletion, from being used.

moto 5.2.5 encrypts and decrypts under such keys, and fails where one is disabled, enabled,
scheduled for deletion or kept by its ARN. What each state refuses is in
https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from moto.kms.models import kms_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_DISABLED, _ENABLED, _PENDING = "Disabled", "Enabled", "PendingDeletion"
_DAYS = 30
# What needs a key that is enabled.
_USES = (
    *("CreateGrant", "Decrypt", "DeriveSharedSecret", "DisableKeyRotation", "EnableKeyRotation"),
    *("Encrypt", "GenerateDataKey", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"),
    *("GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey", "ReEncrypt"),
    *("RotateKeyOnDemand", "Sign", "Verify", "VerifyMac"),
)
# What a disabled key takes too, and one that waits for its deletion does not.
_CHANGES = (
    *("CreateAlias", "GetKeyRotationStatus", "TagResource", "UntagResource", "UpdateAlias"),
    "UpdateKeyDescription",
)
_NAMES = ("KeyId", "SourceKeyId", "DestinationKeyId", "TargetKeyId")


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    for operation in _USES:
        registry.wraps("kms", operation)(_use)
    for operation in _CHANGES:
        registry.wraps("kms", operation)(_change)
    registry.answers("kms", "DisableKey")(_disable)
    registry.answers("kms", "EnableKey")(_enable)
    registry.answers("kms", "ScheduleKeyDeletion")(_schedule)
    registry.answers("kms", "CancelKeyDeletion")(_cancel)


def _use(_twin: Twin, call: Call, forward: Forward) -> Response:
    for key in _named(call):
        _refuse_pending(key)
        if key.key_state == _DISABLED:
            raise ServiceError("DisabledException", f"{key.arn} is disabled.", 400)
    return forward()


def _change(_twin: Twin, call: Call, forward: Forward) -> Response:
    for key in _named(call):
        _refuse_pending(key)
    return forward()


def _disable(_twin: Twin, call: Call) -> Mapping[str, Any]:
    key = key_of(call)
    _refuse_pending(key)
    key.enabled, key.key_state = False, _DISABLED
    return {}


def _enable(_twin: Twin, call: Call) -> Mapping[str, Any]:
    key = key_of(call)
    _refuse_pending(key)
    key.enabled, key.key_state = True, _ENABLED
    return {}


def _schedule(twin: Twin, call: Call) -> Mapping[str, Any]:
    key = key_of(call)
    _refuse_pending(key)
    days = int(call.parameters.get("PendingWindowInDays") or _DAYS)
    key.enabled, key.key_state = False, _PENDING
    ends = (twin.now() + timedelta(days=days)).replace(microsecond=0)
    key.deletion_date = ends.replace(tzinfo=None)
    return {
        "KeyId": key.arn,
        "DeletionDate": ends,
        "KeyState": _PENDING,
        "PendingWindowInDays": days,
    }


def _cancel(_twin: Twin, call: Call) -> Mapping[str, Any]:
    key = key_of(call)
    if key.key_state != _PENDING:
        raise _invalid(key, "is not pending deletion")
    key.key_state, key.deletion_date = _DISABLED, None
    return {"KeyId": key.arn}


def _refuse_pending(key: Any) -> None:
    if key.key_state == _PENDING:
        raise _invalid(key, "is pending deletion")


def _invalid(key: Any, state: str) -> ServiceError:
    return ServiceError("KMSInvalidStateException", f"{key.arn} {state}.", 400)


def _named(call: Call) -> Iterator[Any]:
    """Give the keys that a request names, those of a ciphertext included, as far as they exist."""
    given = call.parameters
    names = [str(given[name]) for name in _NAMES if given.get(name)]
    blob = given.get("CiphertextBlob")
    if isinstance(blob, bytes):
        # moto begins a ciphertext with the identifier of its key.
        names.append(blob[:36].decode(errors="replace"))
    for name in names:
        found = _found(call, name)
        if found is not None:
            yield found


def key_of(call: Call) -> Any:
    """Return the key that an operation on a key itself names: by its identifier or ARN."""
    name = str(call.parameters["KeyId"])
    if ":alias/" in name or name.startswith("alias/"):
        raise ServiceError("NotFoundException", f"Invalid keyId {name}", 400)
    found = _found(call, name)
    if found is None:
        arn = name if name.startswith("arn:") else f"{_place(call)}:key/{name}"
        raise ServiceError("NotFoundException", f"Key '{arn}' does not exist", 400)
    return found


def _found(call: Call, name: str) -> Any:
    if name.startswith("arn:"):
        if not name.startswith(f"{_place(call)}:"):
            return None
        name = name.split(":", 5)[5].removeprefix("key/")
    keys = kms_backends[call.account_id][call.region].keys
    if name.startswith("alias/"):
        return next((key for key in list(keys.values()) if name in key.aliases), None)
    return keys.get(name)


def _place(call: Call) -> str:
    return f"arn:aws:kms:{call.region}:{call.account_id}"
