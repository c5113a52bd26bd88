"""The root of the organisation, worked on from the management account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.errors import Misuse
from pipelines.naming import Naming
from scripts.account_root import RootSource
from scripts.adoption import Place
from scripts.deployers import Identities
from scripts.leftovers.look import asking
from scripts.root_work import RootWork, Workshop
from scripts.state_backend import LOCAL

ORGANIZATION = "organization"
"""What stands in the place of an account's key: the guardrails of all accounts."""


class OrganizationWork(RootWork):
    """Terraform in the organisation's root, as whoever is in the management account."""

    def __init__(self, shop: Workshop) -> None:
        organization = shop.naming.organization
        region = organization.region
        place = Place(
            organization.management_account_id,
            region,
            asking(lambda service: shop.access.client(service, region)),
        )
        found = shop.access.account_id(place.region)
        if found != place.account:
            raise Misuse(
                ORGANIZATION,
                f"must be worked on from the management account, {place.account}",
                got=f"{shop.access.who} in {found}",
                hint="guardrails are attached where they cannot be lifted by those they bind",
            )
        super().__init__(
            shop,
            organization_source(),
            organization_state(shop.naming),
            place,
            Identities.same(shop.access),
        )


def organization_source() -> RootSource:
    """Give the root that attaches guardrails to the organisation's units."""
    return RootSource(
        name=ORGANIZATION,
        path="terraform/organization",
        place=ORGANIZATION,
        variables={},
        plan_command=f"make plan ACCOUNT={ORGANIZATION}",
        unlock_command=f"gatehouse unlock --account {ORGANIZATION}",
    )


def organization_state(naming: Naming) -> Mapping[str, Any]:
    """Give the backend: the bucket that the organisation names, or a file beside the root.

    The management account belongs to whoever runs the landing zone, and so does its bucket.
    """
    organization = naming.organization
    if organization.state_bucket is None:
        return LOCAL
    return {
        "s3": {
            "bucket": organization.state_bucket,
            "key": f"{organization.prefix}/organization/terraform.tfstate",
            "region": organization.region,
            "use_lockfile": True,
            "allowed_account_ids": [organization.management_account_id],
        }
    }
