"""Which calls of AWS a promotion has made, read from the audit trail."""

from __future__ import annotations

import json
from datetime import datetime

from tests.rehearsals.company import HOME
from tests.rehearsals.looking import Looking

# Who acts in a promotion, by account; people who decide are not of it.
_ROLES = {
    HOME: ("bundle", "promotion"),
    "staging": ("deploy", "release", "test", "consumer"),
    "production": ("deploy", "release", "verify", "consumer"),
}


def calls_of(at: Looking, execution: str) -> set[str]:
    """Give what the roles of a promotion asked for while it ran, as `service:operation`."""
    begun, _ = at.span(execution, "Source")
    _, ended = at.span(execution, "Verify")
    roles = [
        f"/{at.naming.role_name(account, role)}/"
        for account, purposes in _ROLES.items()
        for role in purposes
    ]
    found = set()
    with (at.stage.folder / "twin" / "audit.jsonl").open("rb") as trail:
        for line in trail:
            if line.endswith(b"}\n") and any(role.encode() in line for role in roles):
                record = json.loads(line)
                arn = (record.get("userIdentity") or {}).get("arn", "")
                moment = datetime.fromisoformat(record["eventTime"])
                if begun <= moment <= ended and any(role in arn for role in roles):
                    service = record["eventSource"].partition(".")[0]
                    found.add(f"{service}:{record['eventName']}")
    return found
