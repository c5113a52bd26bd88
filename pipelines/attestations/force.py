"""When a word that a person signed for a while is in force."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from pipelines.attestations.evidence import CLOCK_TOLERANCE
from pipelines.attestations.moments import spell
from pipelines.errors import Finding


class Word(Protocol):
    """What a person signed at one moment, to hold until another."""

    @property
    def made_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...


def check_force(address: str, word: Word, now: datetime, valid: timedelta, hint: str) -> None:
    """Check that a word was made, holds no longer than words may, and has not expired.

    Raises Finding otherwise; the hint tells what to do about one that has expired.
    """
    latest_end = word.made_at + valid
    made, ends = spell(word.made_at), spell(word.expires_at)
    if word.made_at > now + CLOCK_TOLERANCE:
        raise Finding(address, f"must not come from the future of {spell(now)}", got=made)
    if not word.made_at < word.expires_at <= latest_end:
        raise Finding(address, f"must expire after {made} and by {spell(latest_end)}", got=ends)
    if now >= word.expires_at:
        raise Finding(
            address,
            f"must be in force at {spell(now)}",
            got=f"one that expired at {ends}",
            hint=hint,
        )
