"""Signatures of KMS over a digest, and the public half of a key with all that AWS tells of it.

moto 5.2.5 signs the digest of what it is given, a digest too; takes messages and digests of any
length; and names a public half by the key's identifier, without its kind.
https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html
"""

from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from moto.kms.models import kms_backends

from twin.call import Call, Forward, Response
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin

_LONGEST = 4096
_HASHES: dict[str, HashAlgorithm] = {
    "ECDSA_SHA_256": SHA256(),
    "ECDSA_SHA_384": SHA384(),
    "ECDSA_SHA_512": SHA512(),
}


def register(registry: Registry) -> None:
    """Stand around signing, and around showing a public half."""
    registry.wraps("kms", "Sign")(_sign)
    registry.wraps("kms", "GetPublicKey")(_show)


def _sign(_twin: Twin, call: Call, forward: Forward) -> Response:
    message = bytes(call.parameters.get("Message") or b"")
    if len(message) > _LONGEST:
        raise ServiceError(
            "ValidationException",
            "1 validation error detected: Value at 'message' failed to satisfy constraint: "
            f"Member must have length less than or equal to {_LONGEST}",
            400,
        )
    algorithm = str(call.parameters.get("SigningAlgorithm"))
    hashed = _HASHES.get(algorithm)
    if call.parameters.get("MessageType") != "DIGEST" or hashed is None:
        return forward()
    if len(message) != hashed.digest_size:
        raise ServiceError(
            "ValidationException", f"Digest is invalid length for algorithm {algorithm}.", 400
        )
    answer = forward()
    if not answer.ok:
        return answer
    signature = _key(call).private_key.private_key.sign(message, ECDSA(Prehashed(hashed)))
    told = {"Signature": base64.b64encode(signature).decode()}
    return answer.with_json(answer.json() | told)


def _show(_twin: Twin, call: Call, forward: Forward) -> Response:
    answer = forward()
    if not answer.ok:
        return answer
    key = _key(call)
    told = {name: value for name, value in answer.json().items() if value is not None}
    return answer.with_json(told | {"KeyId": key.arn, "KeySpec": key.key_spec})


def _key(call: Call) -> Any:
    """Return the key that moto has just answered for, in the account that owns it."""
    return kms_backends[call.account_id][call.region].describe_key(str(call.parameters["KeyId"]))
