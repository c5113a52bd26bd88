"""What every function of the platform knows of itself: its name, its place and its settings.

A function has no environment variables, so that there is nothing that its callers could be shown;
its settings stand in a parameter that is named after it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import EnvironmentFault

_ARN_PARTS = 7


class Context(Protocol):
    """What Lambda tells a function of itself, as much of it as is used."""

    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        """Tell how much of the time-out is left, in milliseconds."""


@dataclass(frozen=True)
class Function:
    """Which function this is: its name, and the account and region that it works in."""

    name: str
    account_id: str
    region: str

    @classmethod
    def of(cls, arn: str) -> Function:
        """Read a function's own ARN, with or without a version behind the name."""
        parts = arn.split(":")
        if len(parts) < _ARN_PARTS:
            raise EnvironmentFault("function", "must know its own ARN", got=arn)
        return cls(name=parts[6], account_id=parts[4], region=parts[3])

    def settings(self, ssm: Any) -> dict[str, Any]:
        """Read the settings; raises EnvironmentFault where there are none.

        ``ssm`` is boto3's client of that name.
        """
        name = f"/{self.name}/settings"
        with aws_call(name, "must be readable as a parameter"):
            found = ssm.get_parameters(Names=[name])["Parameters"]
        if not found:
            raise EnvironmentFault(name, "must exist as a parameter", got="none")
        document: dict[str, Any] = json.loads(found[0]["Value"])
        return document
