"""Policies of keys by the one name that they can have, which a request may leave out.

moto 5.2.5 says that a key has no policy where a request does not name it.
https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.repairs.key_states import key_of
from twin.twin import Twin

_NAME = "default"


def register(registry: Registry) -> None:
    """Answer for policies of keys."""
    registry.answers("kms", "GetKeyPolicy")(_get)
    registry.answers("kms", "PutKeyPolicy")(_put)


def _get(_twin: Twin, call: Call) -> Mapping[str, Any]:
    key = _named(call)
    return {"Policy": key.policy, "PolicyName": _NAME}


def _put(_twin: Twin, call: Call) -> Mapping[str, Any]:
    _named(call).policy = str(call.parameters["Policy"])
    return {}


def _named(call: Call) -> Any:
    key = key_of(call)
    if call.parameters.get("PolicyName", _NAME) != _NAME:
        raise ServiceError("NotFoundException", "No such policy exists", 400)
    return key
