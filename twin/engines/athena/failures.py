"""How Athena says that a request or a query cannot be carried out."""

from __future__ import annotations

from dataclasses import dataclass

from twin.errors import ServiceError

# https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html
SYSTEM, USER, OTHER = 1, 2, 3


@dataclass(frozen=True)
class QueryFailed(Exception):
    """A query ends as failed; ``reason`` is what its StateChangeReason says."""

    reason: str
    category: int = USER

    def __str__(self) -> str:
        return self.reason


class QueryCancelled(Exception):
    """A query was stopped: by somebody, or because it would read too much."""


def invalid(message: str) -> ServiceError:
    """Return the error of a request that Athena does not take."""
    return ServiceError("InvalidRequestException", message, 400)


def not_modelled(what: str) -> QueryFailed:
    """Return the failure of what Athena could do and the twin cannot."""
    return QueryFailed(f"NOT_SUPPORTED: {what} is not modelled by the twin", OTHER)
