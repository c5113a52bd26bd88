"""Gives a log group another key, or none; moto 5.2.5 knows a key at creation only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.logs.models import logs_backends

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.twin import Twin


def register(registry: Registry) -> None:
    """Put the operations into the registry."""
    registry.answers("logs", "AssociateKmsKey")(_associate)
    registry.answers("logs", "DisassociateKmsKey")(_disassociate)


def _associate(_twin: Twin, call: Call) -> Mapping[str, Any]:
    _group(call).kms_key_id = str(call.parameters["kmsKeyId"])
    return {}


def _disassociate(_twin: Twin, call: Call) -> Mapping[str, Any]:
    _group(call).kms_key_id = None
    return {}


def _group(call: Call) -> Any:
    group = logs_backends[call.account_id][call.region].groups.get(
        str(call.parameters.get("logGroupName"))
    )
    if group is None:
        raise ServiceError(
            "ResourceNotFoundException", "The specified log group does not exist.", 400
        )
    return group
