"""Turns what AWS refuses into one sentence of this platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from pipelines.errors import EnvironmentFault


@contextmanager
def aws_call(address: str, must_hold: str, *, hint: str | None = None) -> Iterator[None]:
    """Raise `address: must_hold, got <what AWS said to which call>` where a call inside fails."""
    try:
        yield
    except ClientError as error:
        raise EnvironmentFault(address, must_hold, got=_told(error), hint=hint) from error
    except BotoCoreError as error:
        raise EnvironmentFault(address, must_hold, got=str(error), hint=hint) from error


def error_code(error: ClientError) -> str:
    """Name the code by which AWS calls an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _told(error: ClientError) -> str:
    # Who is throttled is told nothing but that: which call it was says where to look.
    answered = f"{error_code(error)} from {error.operation_name}"
    told = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    return f"{answered} ({told})" if told else answered
