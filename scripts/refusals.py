"""What AWS refused, read from its own words: who may not do what, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOLD = re.compile(r"(?:User: (?P<who>\S+) )?is not authorized to perform: (?P<action>[\w-]+:\w+)")
# What some services leave to be guessed from the operation: S3 says no more than "Access Denied".
_OPERATION = re.compile(
    r"operation error (?P<service>[\w ]+): (?P<operation>\w+),.*"
    r"(?:AccessDenied|UnauthorizedOperation|StatusCode: 403)"
)
_CALLED = re.compile(r"\((?:AccessDenied\w*|UnauthorizedOperation)\).*calling the (\w+) operation")


@dataclass(frozen=True)
class Refusal:
    """An action that an identity may not take."""

    action: str
    who: str

    def hint(self) -> str:
        """Say what to do."""
        return (
            f"{self.who} must be allowed {self.action}: its policies and its boundary decide, and "
            "the organisation's guardrails above them; then run the same command again, which "
            "goes on where this ended"
        )


def read_refusal(told: str, who: str) -> Refusal | None:
    """Read a refusal from an error's text; `who` asked, where AWS does not say it."""
    text = " ".join(told.split())
    found = _TOLD.search(text)
    if found:
        return Refusal(found["action"], found["who"] or who)
    found = _OPERATION.search(text)
    if found:
        service = found["service"].lower().replace(" ", "")
        return Refusal(f"{service}:{found['operation']}", who)
    found = _CALLED.search(text)
    return Refusal(found[1], who) if found else None
