"""What a Terraform command that failed said, as one sentence with a hint."""

from __future__ import annotations

import re
from pathlib import Path

from pipelines.errors import Finding, Misuse
from scripts.processes import Ended
from scripts.refusals import read_refusal
from scripts.terraform_events import Diagnostic, EventReader

_LOCKED = "Error acquiring the state lock"
_LOCK_FACT = re.compile(r"^\s*(ID|Operation|Who|Created):\s*(\S.*?)\s*$", re.MULTILINE)


class TerraformError(Finding):
    """A Terraform command failed; the message carries the command and its first error."""

    diagnostics: tuple[Diagnostic, ...] = ()


class StateLockedError(Finding):
    """Somebody holds the state; the message says who, since when and for what."""

    lock_id: str = ""


def terraform_failure(
    ended: Ended, reader: EventReader, who: str = "the role in use"
) -> Finding | Misuse:
    """Make the error of a command that failed."""
    command = "terraform " + " ".join(_relative(word) for word in ended.command[1:])
    errors = reader.errors()
    if any(error.summary == "Saved plan is stale" for error in errors):
        return Misuse(
            command,
            "the saved plan must be of the present state",
            got="a plan made before the state changed",
            hint="plan again, read the new plan, then apply it",
        )
    locked = [error for error in errors if error.summary == _LOCKED]
    if locked and "ID:" in locked[0].detail:
        return _locked(command, locked[0].detail)
    told = [error.sentence() for error in errors] or [
        line.strip("│ ") for line in (reader.other_lines or ended.lines) if line.strip("│╷╵ ")
    ][-3:]
    more = f" (and {len(told) - 1} more)" if len(errors) > 1 else ""
    got = told[0] if errors else " ".join(told) or f"exit code {ended.exit_code}"
    failure = TerraformError(command, "must succeed", got=f"{got}{more}", hint=_hint(got, who))
    failure.diagnostics = tuple(errors)
    return failure


def _locked(command: str, detail: str) -> StateLockedError:
    facts = dict(_LOCK_FACT.findall(detail))
    operation = facts.get("Operation", "").removeprefix("OperationType").lower()
    since = facts.get("Created", "").partition(".")[0]
    locked = StateLockedError(
        command,
        "the state must be free",
        got=f"a lock of {facts.get('Who', 'somebody')} since {since} UTC"
        + (f" for {operation}" if operation else ""),
        hint="somebody else is at work on this account; wait for them to finish",
    )
    locked.lock_id = facts.get("ID", "")
    return locked


def _hint(told: str, who: str) -> str | None:
    lowered = told.lower()
    refusal = read_refusal(told, who)
    if refusal is not None:
        return refusal.hint()
    if "error acquiring the state lock" in lowered:
        return "somebody else is at work on this account; wait for them to finish"
    if "failed to query available provider packages" in lowered or "to registry" in lowered:
        return "check the network, or name a provider mirror in your Terraform CLI configuration"
    if "nosuchbucket" in lowered or "s3 bucket does not exist" in lowered:
        return (
            "an account's state bucket and its key are made before its root is first planned: "
            "make bootstrap ACCOUNT=…"
        )
    if "invalid aws region" in lowered or "requested bucket from" in lowered:
        return (
            "the region of an account stands in accounts/organization.yaml, and stays once applied"
        )
    if "bucketnotempty" in lowered:
        return "objects arrived after it was emptied, logs come late; run the same command again"
    if "aws account id not allowed" in lowered:
        return "sign in to the account whose id stands in accounts/organization.yaml"
    if "connection refused" in lowered:
        return "is the twin running? start it: gatehouse twin up"
    return None


def _relative(word: str) -> str:
    name, equals, value = word.partition("=")
    if equals and value.startswith("/"):
        return f"{name}={Path(value).name}"
    return Path(word).name if word.startswith("/") else word
