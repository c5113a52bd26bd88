"""Who plans and applies an account: roles made when it was set up, and who takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Account, Person, Persona
from scripts.access import Access


@dataclass(frozen=True)
class Identities:
    """Who reads to plan, and who changes to apply; asked when it comes to that."""

    plan: Callable[[], Access]
    apply: Callable[[], Access]

    @classmethod
    def same(cls, access: Access) -> Identities:
        """Let one identity do both."""
        return cls(lambda: access, lambda: access)


def deployers(arrived: Access, naming: Naming, account: Account, person: str | None) -> Identities:
    """Take the roles `plan` and `apply` of an account under the name of a platform admin.

    A job of the forge that already is one of the roles stays what it is.
    """
    return Identities(
        lambda: _deployer(arrived, naming, account, person, "plan"),
        lambda: _deployer(arrived, naming, account, person, "apply"),
    )


def platform_admin(naming: Naming, account: Account, name: str | None) -> Person:
    """Give the platform admin who works: the one that is named, or the only one."""
    admins = naming.organization.people_with(Persona.PLATFORM_ADMIN, account.business_unit)
    known = ", ".join(admin.name for admin in admins) or "nobody"
    if name is None and len(admins) == 1:
        return admins[0]
    if name is None:
        raise Misuse(
            "--as",
            "must name the platform admin who works where there is not exactly one",
            got=known,
            hint="platform admins are people with persona platform-admin in organization.yaml",
        )
    for admin in admins:
        if admin.name == name:
            return admin
    raise Misuse("--as", f"must name a platform admin of {account.name} ({known})", got=name)


def take_role(arrived: Access, role_arn: str, account: Account, person: str) -> Access:
    """Take a role that the account's set-up made, under a person's name."""
    try:
        return arrived.assume(role_arn, account.region, person, person)
    except Misuse as refused:
        raise Misuse(
            refused.address,
            refused.must_hold,
            got=refused.got,
            hint=f"set the account up first: make bootstrap ACCOUNT={account.name}; "
            "after that the role admits the sign-in role and the forge",
        ) from refused


def _deployer(
    arrived: Access, naming: Naming, account: Account, person: str | None, purpose: str
) -> Access:
    role = naming.role_arn(account.name, purpose)
    held = arrived.role_name(account.region)
    names = {each: naming.role_name(account.name, each) for each in ("plan", "apply")}
    if held == names[purpose] or held == names["apply"]:
        return arrived
    if held == names["plan"]:
        raise Misuse(
            role,
            "must be the role that applies",
            got=held,
            hint="a job that plans cannot apply: apply in a job of the account's environment",
        )
    admin = platform_admin(naming, account, person)
    return take_role(arrived, role, account, admin.name)
