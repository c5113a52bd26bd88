"""Who is meant by an invariant: roles of the plans, and whoever else might ask."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from policies.iam import Policy, Principal
from policies.invariants.chains import Chains
from policies.invariants.invariant import Administrators, Held, Invariant, Roles
from policies.invariants.known import (
    OTHER_ORGANIZATION,
    STRANGER,
    Known,
    known_of_role,
    tag_keys,
)
from policies.model import AccountFacts, Model, PolicyLayer, RoleFacts
from policies.verdict import Source

_NOBODY_IN_PARTICULAR = "Somebody"
_ORGANIZATION = Source(
    "organization", "the guardrails of the organisation", "terraform/organization"
)


@dataclass(frozen=True)
class Subject:
    """Somebody who may ask; ``role`` is set for a role of the plans.

    ``account`` is their account's number, "" where they have none; ``boundary`` is the one that
    an administrator stands beneath; ``chain`` names the steps by which they were reached.
    """

    principal: Principal
    account: str
    name: str
    source: Source
    known: Known = field(default_factory=dict)
    role: RoleFacts | None = None
    boundary: Policy | None = None
    exempt: bool = False
    """Whether the invariant leaves them out, and they must be able to."""
    chain: tuple[str, ...] = ()


@dataclass(frozen=True)
class Population:
    """Everybody who might ask anything of the accounts of a model."""

    model: Model
    chains: Chains

    def of(self, invariant: Invariant, held: Held) -> Iterator[Subject]:
        """Give everybody whom an invariant means, as far as that layer concerns them."""
        who = invariant.who
        if who.roles is not None and held is not Held.BOUNDARY and held is not Held.ENDPOINT:
            yield from self._roles(who.roles, invariant.only, held)
        if who.administrators is not None and held not in (Held.EVERYTHING, Held.OWN):
            yield from self._administrators(who.administrators, invariant.only, held)
        if held not in (Held.GUARDRAILS, Held.RESOURCE, Held.ENDPOINT):
            return
        for account in self._accounts(who.root) if who.root else ():
            arn = Principal.root(account.id)
            known: Known = {"aws:principalorgid": (self.model.organization_id,)}
            yield Subject(arn, account.id, f"the root user of {account.key}", _ORGANIZATION, known)
        if who.strangers:
            yield self._stranger()
        if who.anonymous:
            yield Subject(
                Principal.anonymous(),
                "",
                "anybody without a name",
                _ORGANIZATION,
                {"aws:principalorgid": None},
            )
        for name in who.services:
            service = name.replace("<region>", self._any_region)
            yield Subject(Principal.service(service), "", service, _ORGANIZATION)
        if who.tokens:
            yield from self._tokens()

    def roles(self, wanted: Roles) -> Iterator[RoleFacts]:
        """Give the roles of the plans that are meant, without what they can become."""
        for role in self.model.roles.values():
            account = self.model.account(role.account)
            if wanted.kinds and account.kind not in wanted.kinds:
                continue
            if wanted.boundaries and self.boundary_of(role) not in wanted.boundaries:
                continue
            if any_like(role.purpose, wanted.excepted):
                continue
            if any_like(role.purpose, wanted.purposes):
                yield role

    def boundary_of(self, role: RoleFacts) -> str:
        """Name the class of boundary that a role stands beneath, or "" where it has none."""
        return self._class_by_holder.get(role.arn, "")

    def subject(self, role: RoleFacts, chain: tuple[str, ...] = ()) -> Subject:
        """Take a role of the plans for somebody who asks."""
        account = self.model.account(role.account)
        known = known_of_role(role, self.model.organization_id, self._tags)
        name = f"{account.key} {role.purpose or role.name}"
        principal = Principal.role(role.arn, "session")
        return Subject(principal, account.id, name, role.source, known, role, chain=chain)

    def _roles(self, wanted: Roles, only: tuple[str, ...], held: Held) -> Iterator[Subject]:
        reached: dict[str, tuple[str, ...]] = {role.arn: () for role in self.roles(wanted)}
        if wanted.chains:
            reached |= {
                arn: chain
                for start in list(reached)
                if not any_like(self.model.roles[start].purpose, only)
                for arn, chain in self.chains.from_role(start).items()
                if arn not in reached
            }
        for arn in sorted(reached):
            role = self.model.roles[arn]
            found = self.subject(role, reached[arn])
            yield _exempted(found) if any_like(role.purpose, only) else found

    def _administrators(
        self, wanted: Administrators, only: tuple[str, ...], held: Held
    ) -> Iterator[Subject]:
        for account in self._accounts(wanted.kinds):
            names = wanted.named or (_NOBODY_IN_PARTICULAR,)
            beneath = wanted.beneath if held is Held.BOUNDARY else ("",)
            for boundary in beneath:
                for name in self._names(names, account):
                    found = self._administrator(account, name, boundary)
                    if found is not None:
                        yield found
        for account in self._accounts(wanted.kinds) if held is Held.GUARDRAILS else ():
            for purpose in only:
                name = f"{self.model.prefix}-{account.key}-{purpose}"
                found = self._administrator(account, name, "")
                if found is not None:
                    yield _exempted(found)

    def _administrator(self, account: AccountFacts, name: str, boundary: str) -> Subject | None:
        policy, source = None, _ORGANIZATION
        if boundary:
            found = self._boundaries.get((account.id, boundary))
            if found is None:
                return None
            policy, source = found
        beneath = f" beneath the {boundary} boundary" if boundary else ""
        arn = name if name.startswith("arn:") else f"arn:aws:iam::{account.id}:role/{name}"
        return Subject(
            Principal.role(arn, "session"),
            account.id,
            f"{arn.rpartition('/')[2]} with every right in {account.key}{beneath}",
            source,
            {"aws:principalorgid": (self.model.organization_id,)},
            boundary=policy,
        )

    def _names(self, names: Iterable[str], account: AccountFacts) -> Iterator[str]:
        for name in names:
            if name == "<sign-in-role>":
                yield from (arn for arn in self.sign_in_roles if arn.split(":")[4] == account.id)
            else:
                yield name.replace("<prefix>", self.model.prefix).replace("<account>", account.key)

    @cached_property
    def sign_in_roles(self) -> tuple[str, ...]:
        """Roles of our accounts that are trusted and that no plan makes."""
        ids = {account.id for account in self.model.accounts.values()}
        named = {
            value.text
            for role in self.model.roles.values()
            for statement in role.trust.statements
            for condition in statement.conditions
            if condition.key == "aws:principalarn"
            for value in condition.values
        }
        return tuple(
            sorted(
                arn
                for arn in named - set(self.model.roles)
                if arn.split(":")[4:5] and arn.split(":")[4] in ids and "*" not in arn
            )
        )

    def _stranger(self) -> Subject:
        arn = f"arn:aws:iam::{STRANGER}:role/{_NOBODY_IN_PARTICULAR}"
        known: Known = {"aws:principalorgid": (OTHER_ORGANIZATION,)}
        return Subject(
            Principal.role(arn, "session"),
            STRANGER,
            "somebody of another organisation",
            _ORGANIZATION,
            known,
        )

    def _tokens(self) -> Iterator[Subject]:
        for found in self.model.principals.values():
            if found.kind.value == "federation":
                principal = Principal.federated(found.arn)
                yield Subject(principal, "", f"a token of {found.name}", found.source)

    def _accounts(self, kinds: tuple[str, ...]) -> Iterator[AccountFacts]:
        for account in self.model.accounts.values():
            if account.kind != "management" and (not kinds or account.kind in kinds):
                yield account

    @cached_property
    def _any_region(self) -> str:
        return next(self._accounts(())).region

    @cached_property
    def _boundaries(self) -> Mapping[tuple[str, str], tuple[Policy, Source]]:
        found: dict[tuple[str, str], tuple[Policy, Source]] = {}
        for facts in self.model.policies:
            account = self.model.account(facts.account)
            kind = _class_of(facts.arn)
            if kind and facts.policy is not None:
                found.setdefault((account.id, kind), (facts.policy, facts.source))
        return found

    @cached_property
    def _class_by_holder(self) -> Mapping[str, str]:
        return {
            facts.holder: _class_of(facts.arn)
            for facts in self.model.policies
            if facts.layer is PolicyLayer.BOUNDARY
        }

    @cached_property
    def _tags(self) -> tuple[str, ...]:
        return tag_keys(self.model)


def any_like(purpose: str, patterns: Iterable[str]) -> bool:
    """Tell whether a purpose is one of these, which may have wildcards."""
    return any(fnmatch.fnmatchcase(purpose, pattern) for pattern in patterns)


def _class_of(arn: str) -> str:
    _, boundary, kind = arn.rpartition("-boundary-")
    return kind if boundary else ""


def _exempted(subject: Subject) -> Subject:
    return replace(subject, exempt=True)
