"""Reads the plans of all roots into one model; what they say depends on no order.

A root is named by the account that it lays out: ``staging``, ``bootstrap/staging``,
``release/staging``; ``organization`` is that of the guardrails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pipelines.naming import Naming
from pipelines.organization import Account, Organization
from policies.model.contract import contract_of
from policies.model.controls import Controls, read_controls
from policies.model.definitions import Compiled, DefinitionReader
from policies.model.delivery import read_builds, read_pipelines, read_rules
from policies.model.delivery_facts import Definition
from policies.model.facts import (
    AccountFacts,
    OwnedResource,
    PolicyFacts,
    PolicyLayer,
    Problem,
    RoleFacts,
)
from policies.model.linking import Links
from policies.model.model import Model
from policies.model.network_facts import EndpointFacts, NetworkFacts
from policies.model.networks import NetworkReader
from policies.model.owning import OwnerReader, roles_owned
from policies.model.people import principals_of
from policies.model.planned import PlanReader
from policies.model.roles import RoleReader
from policies.model.root import Root, regions_of
from policies.model.serving import read_served, read_studios
from policies.model.terraform_files import TerraformFiles
from policies.model.values import mapping
from policies.verdict import Source

ORGANIZATION = "organization"
MANAGEMENT = "management"
_COMPILED = "pipelines/definitions/compiled"
_Fact = TypeVar("_Fact")
_FOLDERS = {"bootstrap": "terraform/bootstrap", "release": "terraform/release"}


def required_roots(organization: Organization) -> tuple[str, ...]:
    """Name the roots without whose plans nothing can be said for certain."""
    accounts = organization.accounts.values()
    released = (
        f"release/{each.name}"
        for each in accounts
        if each.is_target and organization.released_of(each.business_unit)
    )
    names = sorted(organization.accounts)
    return tuple(
        sorted((*(f"bootstrap/{name}" for name in names), *names, *released, ORGANIZATION))
    )


def read_plans(
    plans: Mapping[str, Mapping[str, Any]], organization: Organization, checkout: Path | None
) -> Model:
    """Read plans, as ``terraform show -json`` writes them, into one model.

    ``checkout`` is where the roots' files are, for lines, `dynamic` blocks, which no plan tells,
    and compiled definitions. Never raises for what a plan holds: what is wrong with it is among
    the model's problems.
    """
    files = TerraformFiles(checkout)
    problems = list(_missing(plans, organization))
    roots: list[Root] = []
    for name in sorted(plans):
        place = _place(name, organization)
        if place is None:
            problems.append(_of_plans(name, "must be the plan of a root that is known", name))
            continue
        roots.append(_root(name, plans[name], place, organization, files))
    return _Joined(roots, organization, checkout, files, problems).model()


class _Joined:
    """All roots while they are joined."""

    def __init__(
        self,
        roots: list[Root],
        organization: Organization,
        checkout: Path | None,
        files: TerraformFiles,
        problems: list[Problem],
    ) -> None:
        self._roots, self._organization = roots, organization
        self._checkout, self._files, self._problems = checkout, files, problems
        self._policies: list[PolicyFacts] = []

    def model(self) -> Model:
        roots, organization = self._roots, self._organization
        planned = {each.plan.root: each for each in roots}
        controls = read_controls(planned.get(ORGANIZATION))
        reader = RoleReader(roots)
        roles = reader.read()
        owned = [*roles_owned(roles.values()), *self._owned()]
        networks, endpoints = self._networks()
        definitions = tuple(self._definitions(owned, roles))
        self._policies += [*reader.policies, *controls.policies]
        return Model(
            organization_id=organization.id,
            management_account=organization.management_account_id,
            prefix=organization.prefix,
            accounts=_accounts(organization, controls),
            resources=tuple(found for each in roots for found in each.planned()),
            principals=principals_of(roles, roots, organization),
            roles=roles,
            policies=tuple(sorted(self._policies, key=_policy_order)),
            owned=tuple(sorted(owned, key=lambda each: (each.account, each.arn, each.address))),
            networks=networks,
            endpoints=endpoints,
            pipelines=self._each(read_pipelines),
            builds=self._each(read_builds),
            rules=self._each(read_rules),
            definitions=definitions,
            studios=self._each(read_studios),
            served=self._each(read_served),
            # Last, as every reader may add to them.
            problems=self._told(),
        )

    def _each(self, read: Callable[[Root], Iterator[_Fact]]) -> tuple[_Fact, ...]:
        return tuple(found for each in self._roots for found in read(each))

    def _told(self) -> tuple[Problem, ...]:
        of_roots = (
            found for each in self._roots for found in (*each.plan.problems, *each.problems)
        )
        return _ordered((*self._problems, *of_roots))

    def _networks(self) -> tuple[tuple[NetworkFacts, ...], tuple[EndpointFacts, ...]]:
        readers = [NetworkReader(each) for each in self._roots]
        laid_out = tuple(found for each in readers for found in each.read())
        endpoints = tuple(found for each in readers for found in each.endpoints())
        self._policies += [found for each in readers for found in each.policies]
        return laid_out, endpoints

    def _owned(self) -> Iterator[OwnedResource]:
        for root in self._roots:
            reader = OwnerReader(root)
            yield from reader.read()
            self._policies += reader.policies

    def _definitions(
        self, owned: Iterable[OwnedResource], roles: Mapping[str, RoleFacts]
    ) -> Iterator[Definition]:
        reader = DefinitionReader(self._files, roles)
        naming = Naming(self._organization)
        by_root: dict[str, dict[str, OwnedResource]] = {}
        for each in owned:
            by_root.setdefault(each.source.root, {})[each.address] = each
        for root in self._roots:
            name = root.plan.root
            account = self._organization.accounts.get(name)
            for instance in root.of_type("aws_sagemaker_pipeline"):
                yield from _present(reader.planned(instance, root))
            if account is None or account.is_target or self._checkout is None:
                continue
            bind = contract_of(root, naming.parameter_root(name), by_root.get(name, {}))
            for model in sorted(self._organization.models_of(account.business_unit)):
                compiled = _compiled(self._checkout, model)
                called = (bind(f"pipelines/{model}/name", ()) or (model,))[0]
                yield from _present(reader.compiled(compiled, root, bind, called))
        self._problems += reader.problems


def _present(definition: Definition | None) -> tuple[Definition, ...]:
    return () if definition is None else (definition,)


def _compiled(checkout: Path, model: str) -> Compiled:
    file = f"{_COMPILED}/{model}.json"
    path = checkout / file
    content = path.read_text("utf-8", errors="replace") if path.is_file() else None
    return Compiled(model, file, content)


def _accounts(organization: Organization, controls: Controls) -> dict[str, AccountFacts]:
    made = {
        MANAGEMENT: AccountFacts(
            MANAGEMENT, organization.management_account_id, MANAGEMENT, "", organization.region
        )
    }
    for name in sorted(organization.accounts):
        account = organization.accounts[name]
        unit = organization.units.get(account.kind.value, "")
        made[name] = AccountFacts(
            key=name,
            id=account.id,
            kind=account.kind.value,
            unit=unit,
            region=account.region,
            business_unit=account.business_unit,
            service_control=controls.levels(PolicyLayer.SERVICE_CONTROL, unit, account.id),
            resource_control=controls.levels(PolicyLayer.RESOURCE_CONTROL, unit, account.id),
        )
    return made


def _place(name: str, organization: Organization) -> tuple[str, Account | None] | None:
    if name == ORGANIZATION:
        return "terraform/organization", None
    kind, _, key = name.rpartition("/")
    account = organization.accounts.get(key)
    if account is None or (kind and kind not in _FOLDERS):
        return None
    return _FOLDERS.get(kind, f"accounts/{account.kind.value}"), account


def _root(
    name: str,
    plan: Mapping[str, Any],
    place: tuple[str, Account | None],
    organization: Organization,
    files: TerraformFiles,
) -> Root:
    folder, account = place
    key = account.name if account else MANAGEMENT
    given = plan if isinstance(plan, Mapping) else {}
    reader = PlanReader(name, folder, given, files)
    planned = reader.read(key)
    region = account.region if account else organization.region
    links = Links(planned)
    found = {address: links.of(each) for address, each in planned.instances.items()}
    root = Root(
        plan=planned,
        key=key,
        id=account.id if account else organization.management_account_id,
        region=region,
        prefix=organization.prefix,
        links={address: each for address, each in found.items() if each},
        follow=links.written,
        regions=regions_of(mapping(given, "configuration"), region),
    )
    told = mapping(mapping(given, "variables"), "account").get("value")
    if account and told not in (None, account.name):
        problem = _of_plans(name, f"must be a plan of account {account.name}", str(told))
        root.problems.append(problem)
    return root


def _missing(
    plans: Mapping[str, Mapping[str, Any]], organization: Organization
) -> Iterator[Problem]:
    for name in required_roots(organization):
        if name not in plans:
            yield _of_plans(name, "must have a plan", "none")


def _of_plans(name: str, must_hold: str, got: str) -> Problem:
    hint = "give the plans of all roots: those of accounts, bootstrap/<account> and organization"
    return Problem("plans-read", False, Source(name, name), must_hold, got, hint)


def _policy_order(each: PolicyFacts) -> tuple[str, ...]:
    return (each.account, each.layer.value, each.holder, each.source.root, each.source.address)


def _ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    def order(each: Problem) -> tuple[str, ...]:
        return (each.check, each.source.root, each.source.address, each.must_hold, each.got)

    kept = {order(each): replace(each) for each in problems}
    return tuple(kept[name] for name in sorted(kept))
