"""Where an account stands in its organisation, as the organisation is now.

Paths look like ``o-a1b2c3/r-ab12/ou-ab12-11111111/``:
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html
"""

from __future__ import annotations

from dataclasses import dataclass

from moto.organizations import organizations_backends

from twin.authorization.keys.live_state import held

_PARTITION = "aws"


@dataclass(frozen=True)
class Membership:
    """The organisation of an account, and the account's path in it."""

    organization_id: str
    path: str


def membership(account_id: str) -> Membership | None:
    """Return where an account stands, or None where it belongs to no organisation."""
    master, partition = organizations_backends.master_accounts.get(
        account_id, (account_id, _PARTITION)
    )
    backend = held(organizations_backends, master, partition)
    if backend is None or backend.org is None:
        return None
    account = next((one for one in backend.accounts if one.id == account_id), None)
    if account is None:
        return None
    parents = {unit.id: unit.parent_id for unit in backend.ou}
    steps: list[str] = []
    parent = account.parent_id
    while parent in parents:
        steps.append(parent)
        parent = parents[parent]
    identifier = str(backend.org.id)
    return Membership(identifier, "/".join([identifier, *reversed(steps)]) + "/")
