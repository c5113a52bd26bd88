"""Amazon Resource Names, and how two of them are compared part by part.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTS = 6
_SESSION = re.compile(r"^arn:([^:]+):sts::(\d{12}):assumed-role/(.+)/([^/]+)$")


@dataclass(frozen=True)
class Arn:
    """The six parts of a name; the resource may hold colons of its own."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn | None:
    """Split an ARN, or return None where the text is none."""
    parts = text.split(":", _PARTS - 1)
    return Arn(*parts[1:]) if len(parts) == _PARTS and parts[0] == "arn" else None


def segments(text: str) -> tuple[str, ...] | None:
    """Split an ARN or a pattern of one into its six parts, or return None where it has fewer."""
    parts = text.split(":", _PARTS - 1)
    return tuple(parts) if len(parts) == _PARTS else None


def role_of_session(arn: str) -> str | None:
    """Return the ARN of the role of an assumed-role session's ARN, or None where it is none.

    A session's ARN does not carry the path of its role, so a role with a path is found only
    where the caller gives the role itself.
    """
    found = _SESSION.match(arn)
    if found is None:
        return None
    partition, account, role, _session = found.groups()
    return f"arn:{partition}:iam::{account}:role/{role}"
