"""Who signs what a target account believes, and by which key of KMS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.attestations.keys import PinnedKey, SignerKind
from pipelines.attestations.signing import ask_public_key
from pipelines.errors import EnvironmentFault
from pipelines.naming import Naming, approval_key
from pipelines.organization import Account, AccountKind, Persona

_BUILD, _TEST = "release-signing", "test-signing"


@dataclass(frozen=True)
class SigningKey:
    """A key as it is known by its alias, before anybody has asked for its public half."""

    signer: SignerKind
    account: Account
    person: str | None
    alias_arn: str

    def ask(self, kms: Callable[[str], Any]) -> PinnedKey:
        """Ask KMS for the public half; ``kms`` makes a client of a region.

        Raises EnvironmentFault with what KMS said, and Finding for a key of another kind.
        """
        try:
            found = ask_public_key(kms(self.account.region), self.alias_arn)
        except EnvironmentFault as error:
            if not str(error.got).startswith("NotFound"):
                raise
            raise EnvironmentFault(
                self.alias_arn,
                f"must be a key of account {self.account.name}",
                got="nothing",
                hint=f"apply the account first: make apply ACCOUNT={self.account.name}",
            ) from error
        return PinnedKey(self.signer, self.account.name, self.person, found.arn, found.public_key)


def signing_keys(naming: Naming, target: Account) -> tuple[SigningKey, ...]:
    """List whose signatures a target believes.

    Tests in staging count in production only; decisions and what was built count everywhere.
    """
    organization = naming.organization
    home = organization.home_of(target)
    managers = organization.people_with(Persona.RELEASE_MANAGER, target.business_unit)
    found = [_key(naming, SignerKind.BUILD, home, None, _BUILD)]
    if target.kind is AccountKind.PRODUCTION:
        found += [
            _key(naming, SignerKind.TEST, staging, None, _TEST)
            for staging in organization.of_kind(AccountKind.STAGING, target.business_unit)
        ]
    return (*found, *(approval_signing_key(naming, home, person.name) for person in managers))


def approval_signing_key(naming: Naming, home: Account, person: str) -> SigningKey:
    """Give the key with which a release manager signs; raises Misuse for anybody else."""
    return _key(naming, SignerKind.APPROVAL, home, person, approval_key(person))


def _key(
    naming: Naming, signer: SignerKind, account: Account, person: str | None, purpose: str
) -> SigningKey:
    return SigningKey(signer, account, person, naming.key_alias_arn(account.name, purpose))
