"""Keys of KMS: what is to be done with which key, and for whom.

https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.kms.models import kms_backends

from twin.authorization.keys.ask import (
    Ask,
    Family,
    Reader,
    Values,
    by_action,
    flag,
    one,
    sent,
    text,
    texts,
)
from twin.authorization.keys.live_state import shelf

_CONTEXT = "kms:encryptioncontext:"
_SYMMETRIC = "SYMMETRIC_DEFAULT"


def _key(ask: Ask) -> Any | None:
    """Return the key that is asked about, as it is now."""
    if ":key/" not in ask.asked.resource:
        return None
    return shelf(kms_backends, ask.asked.owner, ask.region, "keys").get(ask.name)


def _of_key(attribute: str, member: str, default: str) -> Reader:
    """Make a reader of a property of the key; of one that is being made, what it is to be."""

    def read(ask: Ask) -> Values | None:
        key = _key(ask)
        if key is not None:
            return one(getattr(key, attribute))
        if ask.action != "CreateKey":
            return None
        return (text(ask.parameters.get(member, default)),)

    return read


def _multi_region(ask: Ask) -> Values | None:
    key = _key(ask)
    if key is not None:
        return flag(key.multi_region)
    return flag(ask.parameters.get("MultiRegion")) if ask.action == "CreateKey" else None


def _multi_region_type(ask: Ask) -> Values | None:
    """Tell primary from replica; a key of one region is neither."""
    key = _key(ask)
    if key is not None:
        held = getattr(key, "multi_region_configuration", None) if key.multi_region else None
        return one(held["MultiRegionKeyType"]) if held else None
    return ("PRIMARY",) if _multi_region(ask) == ("true",) else None


def _aliases(ask: Ask) -> Values | None:
    key = _key(ask)
    if key is None:
        return None
    return texts(sorted(key.aliases))


def _request_alias(ask: Ask) -> Values | None:
    """Return the alias by which a request names its key, if it does so by an alias."""
    member = "DestinationKeyId" if ask.action == "ReEncryptTo" else "KeyId"
    if ask.action == "ReEncryptFrom":
        member = "SourceKeyId"
    named = str(ask.parameters.get(member) or "")
    found = named.rpartition(":")[2]
    return (found,) if found.startswith("alias/") else None


def _via(ask: Ask) -> Values | None:
    """Return the service that forwards the request, as it is called in the key's region.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    A service that acts with rights or a role of its own forwards nothing.
    """
    if not ask.caller.called_via:
        return None
    name = ask.caller.called_via[-1].partition(".")[0]
    return (f"{name}.{ask.call.region}.amazonaws.com",)


def _caller_account(ask: Ask) -> Values | None:
    return None if ask.caller.is_service else one(ask.caller.account_id or None)


def _context(ask: Ask) -> Mapping[str, Any]:
    member = {
        "ReEncryptFrom": "SourceEncryptionContext",
        "ReEncryptTo": "DestinationEncryptionContext",
    }.get(ask.action, "EncryptionContext")
    given = ask.parameters.get(member)
    if given is None and ask.action == "CreateGrant":
        constraints = ask.parameters.get("Constraints") or {}
        given = constraints.get("EncryptionContextSubset") or constraints.get(
            "EncryptionContextEquals"
        )
    return given or {}


def _context_family(ask: Ask) -> Mapping[str, Values]:
    # The key of a context is case-sensitive in KMS; in a policy's condition key it is not.
    return {f"{_CONTEXT}{key.lower()}": (text(value),) for key, value in _context(ask).items()}


def _context_keys(ask: Ask) -> Values | None:
    return texts(list(_context(ask)))


def _for_service(ask: Ask) -> Values | None:
    """Tell whether a service makes the grant for its own use on the caller's behalf."""
    return flag(ask.caller.called_via)


def _algorithm(ask: Ask) -> Values | None:
    member = {
        "ReEncryptFrom": "SourceEncryptionAlgorithm",
        "ReEncryptTo": "DestinationEncryptionAlgorithm",
    }.get(ask.action, "EncryptionAlgorithm")
    return (text(ask.parameters.get(member, _SYMMETRIC)),)


def _constraint(ask: Ask) -> Values | None:
    given = ask.parameters.get("Constraints") or {}
    return texts(sorted(name for name in given if name.startswith("EncryptionContext")))


def _on_same_key(ask: Ask) -> Values | None:
    source, target = (ask.parameters.get(name) for name in ("SourceKeyId", "DestinationKeyId"))
    return flag(source == target) if source and target else None


def _message_type(ask: Ask) -> Values | None:
    return (text(ask.parameters.get("MessageType", "RAW")),)


READERS: Mapping[str, Reader] = {
    "kms:bypasspolicylockoutsafetycheck": lambda ask: flag(
        ask.parameters.get("BypassPolicyLockoutSafetyCheck")
    ),
    "kms:calleraccount": _caller_account,
    "kms:customermasterkeyspec": _of_key("key_spec", "KeySpec", _SYMMETRIC),
    "kms:customermasterkeyusage": _of_key("key_usage", "KeyUsage", "ENCRYPT_DECRYPT"),
    "kms:datakeypairspec": sent("KeyPairSpec"),
    "kms:encryptionalgorithm": _algorithm,
    "kms:encryptioncontextkeys": _context_keys,
    "kms:expirationmodel": sent("ExpirationModel"),
    "kms:grantconstrainttype": _constraint,
    "kms:grantisforawsresource": _for_service,
    "kms:grantoperations": sent("Operations"),
    "kms:granteeprincipal": sent("GranteePrincipal"),
    "kms:keyagreementalgorithm": sent("KeyAgreementAlgorithm"),
    "kms:keyorigin": _of_key("origin", "Origin", "AWS_KMS"),
    "kms:keyspec": _of_key("key_spec", "KeySpec", _SYMMETRIC),
    "kms:keyusage": _of_key("key_usage", "KeyUsage", "ENCRYPT_DECRYPT"),
    "kms:macalgorithm": sent("MacAlgorithm"),
    "kms:messagetype": by_action({"Sign": _message_type, "Verify": _message_type}),
    "kms:multiregion": _multi_region,
    "kms:multiregionkeytype": _multi_region_type,
    "kms:primaryregion": sent("PrimaryRegion"),
    "kms:reencryptonsamekey": _on_same_key,
    "kms:replicaregion": sent("ReplicaRegion"),
    "kms:requestalias": _request_alias,
    "kms:resourcealiases": _aliases,
    "kms:retiringprincipal": sent("RetiringPrincipal"),
    "kms:rotationperiodindays": sent("RotationPeriodInDays"),
    "kms:schedulekeydeletionpendingwindowindays": sent("PendingWindowInDays"),
    "kms:signingalgorithm": sent("SigningAlgorithm"),
    "kms:validto": sent("ValidTo"),
    "kms:viaservice": _via,
    "kms:wrappingalgorithm": sent("WrappingAlgorithm"),
    "kms:wrappingkeyspec": sent("WrappingKeySpec"),
}
FAMILIES: Mapping[str, Family] = {_CONTEXT: _context_family}
