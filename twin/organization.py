"""The organisation that the twin's accounts belong to: its root, its units and who is in which.

A twin is told at its start; an organisation that is not told does not exist, and its API answers
as AWS does in an account that belongs to none.
"""

from __future__ import annotations

from moto.organizations import organizations_backends
from moto.organizations.models import (
    FakeAccount,
    FakeOrganizationalUnit,
    OrganizationsBackend,
)

from twin.errors import TwinError
from twin.unit import Unit

POLICY_TYPES = (
    "AISERVICES_OPT_OUT_POLICY",
    "RESOURCE_CONTROL_POLICY",
    "SERVICE_CONTROL_POLICY",
    "TAG_POLICY",
)
_FULL_ACCESS = ("p-FullAWSAccess", "p-RCPFullAWSAccess")
_PARTITION = "aws"


def lay_out(
    management_account_id: str, organization_id: str, region: str, units: tuple[Unit, ...]
) -> None:
    """Make the organisation as its management account would find it.

    Every type of policy is enabled. An account that is in no unit is no member. Raises TwinError
    where units are not below one root.
    """
    organizations_backends.master_accounts.clear()
    backend = organizations_backends[management_account_id][_PARTITION]
    backend.create_organization(region, FeatureSet="ALL")
    _rename(backend, organization_id, _root_of(units))
    root = backend.ou[0]
    for policy_type in POLICY_TYPES:
        root.add_policy_type(policy_type)
    made: dict[str, FakeOrganizationalUnit] = {}
    for unit in units:
        if unit.id not in made:
            made[unit.id] = _add_unit(backend, unit)
        for account_id in unit.account_ids:
            if account_id not in {account.id for account in backend.accounts}:
                _add_account(backend, account_id, made[unit.id])


def _root_of(units: tuple[Unit, ...]) -> str:
    """Give the root's identifier, which the identifiers of units carry in their middle."""
    middles = sorted({unit.id.split("-")[1] for unit in units})
    if len(middles) != 1:
        raise TwinError(
            "units",
            "must be below one root",
            got=", ".join(unit.id for unit in units) or "none",
            hint="the middle of ou-<root>-<unit> is the same for all units of an organisation",
        )
    return f"r-{middles[0]}"


def _rename(backend: OrganizationsBackend, organization_id: str, root_id: str) -> None:
    if backend.org is None:
        raise TwinError(organization_id, "the organisation must have been made")
    backend.org.id = organization_id
    backend.org.root_id = root_id
    for entity in (*backend.ou, *backend.accounts, *backend.policies):
        entity.organization_id = organization_id
    backend.ou[0].id = root_id
    backend.accounts[0].parent_id = root_id


def _add_unit(backend: OrganizationsBackend, unit: Unit) -> FakeOrganizationalUnit:
    made = FakeOrganizationalUnit(backend.org, Name=unit.name, ParentId=backend.ou[0].id)
    made.id = unit.id
    backend.ou.append(made)
    _attach_full_access(backend, unit.id)
    return made


def _add_account(
    backend: OrganizationsBackend, account_id: str, unit: FakeOrganizationalUnit
) -> None:
    made = FakeAccount(
        backend.org, AccountName=f"account-{account_id}", Email=f"aws+{account_id}@example.com"
    )
    made.id = account_id
    made.parent_id = unit.id
    backend.accounts.append(made)
    organizations_backends.master_accounts[account_id] = (backend.account_id, _PARTITION)
    _attach_full_access(backend, account_id)


def _attach_full_access(backend: OrganizationsBackend, target_id: str) -> None:
    for policy_id in _FULL_ACCESS:
        backend.attach_policy(PolicyId=policy_id, TargetId=target_id)
