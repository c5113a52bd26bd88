"""What roles are for, by their names: the same in every account."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.naming import Naming

_STUDIO = "studio"


@dataclass(frozen=True, order=True)
class Permission:
    """A grant as it is in every account: of a role's purpose, in a statement, for an action."""

    purpose: str
    statement: str
    action: str


@dataclass(frozen=True)
class Purposes:
    """Tells purposes from names; ``prefixes`` are those of accounts, such as ``acme-staging-``."""

    prefixes: tuple[str, ...] = ()

    def of(self, role: str) -> str:
        """Return what a role is for; of a role that the platform did not name, its name.

        Studio roles are one person's each and are for the same, whoever the person is.
        """
        name = role.rpartition("/")[2]
        prefix = next((each for each in self.prefixes if name.startswith(each)), None)
        if prefix is None:
            return name
        purpose = name.removeprefix(prefix)
        return _STUDIO if purpose.startswith(f"{_STUDIO}-") else purpose


def purposes_in(naming: Naming) -> Purposes:
    """Give the purposes of an organisation's roles."""
    found = {f"{naming.account_prefix(name)}-" for name in naming.organization.accounts}
    # The longest first, for the name of an account may begin as that of another.
    return Purposes(tuple(sorted(found, key=lambda each: (-len(each), each))))
