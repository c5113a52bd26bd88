"""What people read when something was stopped or removed."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pipelines.detective.actions import Action
from pipelines.detective.rules import Breach
from pipelines.detective.subjects import Subject

_LONGEST_SUBJECT = 100


@dataclass(frozen=True)
class Outcome:
    """What was judged, what did not hold and what was done about it."""

    subject: Subject
    account_id: str
    region: str
    breaches: tuple[Breach, ...]
    action: Action

    @property
    def title(self) -> str:
        """One line that fits the subject of a mail."""
        done = {
            Action.DELETE: "Deleted",
            Action.NOTHING: "Found too late",
            Action.STOP: "Stopped",
            Action.TELL: "To decide",
            Action.WAIT: "Waiting to stop",
        }[self.action]
        return f"{done}: {self.subject.kind.value} {self.subject.name}"[:_LONGEST_SUBJECT]

    @property
    def text(self) -> str:
        """The whole notice."""
        subject = self.subject
        lines = [
            f"The {subject.kind.value} {subject.name} breaks rules of the platform.",
            "",
            f"It was {self.action.value}.",
            "",
            *[f"- {breach}" for breach in self.breaches],
            "",
            f"account: {self.account_id}, {self.region}",
            f"call:    {subject.event}, {subject.time}",
            f"by:      {subject.actor}",
            f"event:   {subject.event_id}",
        ]
        return "\n".join(lines)

    @property
    def record(self) -> str:
        """The same as one line of JSON, for the log."""
        return json.dumps(
            {
                "kind": self.subject.kind.name,
                "name": self.subject.name,
                "action": self.action.name,
                "breaches": [
                    {"control": one.control, "must_hold": one.must_hold, "got": one.got}
                    for one in self.breaches
                ],
                "actor": self.subject.actor,
                "event": self.subject.event,
                "event_id": self.subject.event_id,
            }
        )
