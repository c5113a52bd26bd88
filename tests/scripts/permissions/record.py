"""Record what roles used in rehearsals: python -m tests.scripts.permissions.record AUDIT..."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from scripts.audit_trail import moment, read
from scripts.checkout import this_checkout
from scripts.permissions.granted import Policies
from scripts.permissions.purposes import purposes_in
from scripts.permissions.recorded import (
    FILE,
    permissions_used,
    read_recorded,
    recorded,
    text_of,
)
from scripts.permissions.used import Uses


def main(arguments: Sequence[str] | None = None) -> None:
    """Add what trails tell to what is recorded; the difference is then reviewed like code.

    Give trails of rehearsals, not of attacks: what an attacker was allowed is no need.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("audits", nargs="+", type=Path, metavar="AUDIT")
    parser.add_argument("--until", help="leave out what came at or after this moment")
    parser.add_argument("--anew", action="store_true", help="forget what was recorded before")
    given = parser.parse_args(arguments)
    checkout = this_checkout()
    until = moment(given.until, datetime.now(UTC)) if given.until else None
    purposes = purposes_in(checkout.naming())
    found = [] if given.anew else list(read_recorded(checkout.root))
    for audit in given.audits:
        policies, uses = learned(audit, until)
        found += permissions_used(policies, uses, purposes)
    (checkout.root / FILE).write_text(text_of(recorded(found)), "utf-8")
    print(FILE)


def learned(audit: Path, until: datetime | None = None) -> tuple[Policies, Uses]:
    """Read a trail for itself, for each twin has its own identifiers."""
    policies, uses = Policies(), Uses()
    for record in read(audit):
        if until is not None and datetime.fromisoformat(record["eventTime"]) >= until:
            break
        policies.learn(record)
        uses.learn(record)
    return policies, uses


if __name__ == "__main__":
    main()
