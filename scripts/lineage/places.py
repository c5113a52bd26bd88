"""Which endpoint is meant: by its own name, or by a model and an account."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Account, AccountKind
from pipelines.yaml_file import nearest


@dataclass(frozen=True)
class Place:
    """An endpoint as the organisation's file makes it possible."""

    endpoint: str
    model: str
    account: Account


def places(naming: Naming) -> tuple[Place, ...]:
    """Give every endpoint that there can be."""
    organization = naming.organization
    return tuple(
        Place(naming.endpoint_name(account.name, model.name), model.name, account)
        for model in organization.models.values()
        for account in organization.targets_of(organization.home(model.business_unit))
    )


def find_place(naming: Naming, wanted: str, account: str | None) -> Place:
    """Find the endpoint that is meant; of a model alone it is that of its production.

    Raises Misuse for a name that nothing has, and where a model has several production accounts.
    """
    known = places(naming)
    if account is not None:
        naming.organization.account(account)
    named = [one for one in known if wanted in (one.endpoint, one.model)]
    if not named:
        names = sorted({one.endpoint for one in known} | {one.model for one in known})
        guess = nearest(wanted, names)
        raise Misuse(
            "ENDPOINT",
            "must be an endpoint or a model of the organisation",
            got=wanted,
            hint=f"did you mean {guess}?" if guess else f"there are {', '.join(names)}",
        )
    found = [one for one in named if account in (None, one.account.name)]
    if account is None and len(found) > 1:
        found = [one for one in found if one.account.kind is AccountKind.PRODUCTION]
    if len(found) != 1:
        accounts = ", ".join(one.account.name for one in named)
        raise Misuse("--account", f"must name one of {accounts}", got=account or "none")
    return found[0]
