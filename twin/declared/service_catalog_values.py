"""Service Catalog: identifiers, errors and parts of records."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from twin.errors import ServiceError
from twin.table import Record

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def missing(noun: str, name: object) -> ServiceError:
    """Return the error for something that is not there."""
    return ServiceError("ResourceNotFoundException", f"{noun} {name} not found.", 400)


def invalid(text: str) -> ServiceError:
    """Return the error for what cannot be."""
    return ServiceError("InvalidParametersException", text, 400)


def identifier(prefix: str) -> str:
    """Make an identifier as the service does."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(13))


def in_use(noun: str, name: object) -> ServiceError:
    """Return the error for something that others need."""
    return ServiceError("ResourceInUseException", f"{noun} {name} is in use.", 400)


def some(record: Mapping[str, Any], keys: tuple[str, ...]) -> Record:
    """Return some members of a record, those that it has."""
    return {key: record[key] for key in keys if key in record}
