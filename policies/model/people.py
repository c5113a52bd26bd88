"""Who may ask: roles, people by persona, services that roles trust, identity providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipelines.organization import Organization
from policies.model.facts import PrincipalFacts, PrincipalKind, RoleFacts
from policies.model.root import Root
from policies.model.values import text
from policies.verdict import Source

_PROVIDERS = ("aws_iam_openid_connect_provider", "aws_iam_saml_provider")
_FILE = "accounts/organization.yaml"


def principals_of(
    roles: Mapping[str, RoleFacts], roots: Iterable[Root], organization: Organization
) -> dict[str, PrincipalFacts]:
    """Give every principal that the plans and organization.yaml know, by ARN or name."""
    found = {
        each.arn: each
        for each in (
            *_roles(roles.values()),
            *_services(roles.values()),
            *_people(roles.values(), organization),
            *_providers(roots),
        )
    }
    return {arn: found[arn] for arn in sorted(found)}


def _roles(roles: Iterable[RoleFacts]) -> Iterator[PrincipalFacts]:
    for role in roles:
        yield PrincipalFacts(
            role.arn, PrincipalKind.ROLE, role.account, role.name, role.source, role.persona
        )


def _services(roles: Iterable[RoleFacts]) -> Iterator[PrincipalFacts]:
    trusting: dict[str, RoleFacts] = {}
    for role in roles:
        for service in role.services:
            trusting.setdefault(service, role)
    for service, role in trusting.items():
        yield PrincipalFacts(service, PrincipalKind.SERVICE, "", service, role.source)


def _people(roles: Iterable[RoleFacts], organization: Organization) -> Iterator[PrincipalFacts]:
    every = list(roles)
    for name in sorted(organization.people):
        person = organization.people[name]
        own = [
            role.arn
            for role in every
            if (account := organization.accounts.get(role.account)) is not None
            and person.works_in(account.business_unit)
            and (role.persona == person.persona.value or role.purpose == f"studio-{name}")
        ]
        yield PrincipalFacts(
            arn=f"person/{name}",
            kind=PrincipalKind.PERSON,
            account="",
            name=name,
            source=Source("", f"people.{name}", _FILE),
            persona=person.persona.value,
            roles=tuple(sorted(own)),
        )


def _providers(roots: Iterable[Root]) -> Iterator[PrincipalFacts]:
    for root in roots:
        for each in root.of_type(*_PROVIDERS):
            url = text(each.values, "url").removeprefix("https://") or text(each.values, "name")
            kind = "oidc-provider" if each.type == _PROVIDERS[0] else "saml-provider"
            arn = f"arn:{root.partition}:iam::{root.id}:{kind}/{url or '*'}"
            known = text(each.values, "arn") or arn
            yield PrincipalFacts(known, PrincipalKind.FEDERATION, root.key, url, each.source)
