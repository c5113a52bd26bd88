"""The organisation as accounts/organization.yaml describes it, checked and typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pipelines.errors import Misuse
from pipelines.organization_approvals import REQUIRED_APPROVALS
from pipelines.organization_dashboards import Dashboard
from pipelines.organization_features import Features, OwnedGroup
from pipelines.organization_models import Answers, Model, read_model
from pipelines.organization_rules import check_ids_are_quoted, check_rules
from pipelines.organization_units import MAIN_UNIT
from pipelines.organization_wording import WORDING
from pipelines.yaml_file import YamlFile, nearest, read_yaml_file
from pipelines.yaml_schema import check_schema

ORGANIZATION_FILE = Path("accounts") / "organization.yaml"
SCHEMA_FILE = Path("accounts") / "organization.schema.json"


class AccountKind(StrEnum):
    """What an account is for."""

    DATA_SCIENCE = "data-science"
    STAGING = "staging"
    PRODUCTION = "production"


class Persona(StrEnum):
    """What a person may do; there is one role for each."""

    AUDITOR = "auditor"
    DATA_SCIENTIST = "data-scientist"
    LEAD = "lead"
    ML_ENGINEER = "ml-engineer"
    PLATFORM_ADMIN = "platform-admin"
    RELEASE_MANAGER = "release-manager"


@dataclass(frozen=True)
class Network:
    """The network of an account: one to make in some zones, or one that exists."""

    cidr: str
    domains: tuple[str, ...] = ()
    zones: tuple[str, ...] | None = None
    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] | None = None
    route_table_ids: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Evidence:
    """How long what an account recorded cannot be removed, and by whom not."""

    days: int
    lock: str


@dataclass(frozen=True)
class Account:
    """One account; `name` is its key in the file and on the command line."""

    name: str
    kind: AccountKind
    id: str
    region: str
    network: Network
    business_unit: str
    sign_in_role: str
    evidence: Evidence
    dashboard: Dashboard | None = None

    @property
    def is_target(self) -> bool:
        """Tell whether the account receives releases."""
        return self.kind is not AccountKind.DATA_SCIENCE


@dataclass(frozen=True)
class Person:
    """Somebody with a persona, in one business unit or, where none is told, in all."""

    name: str
    persona: Persona
    email: str
    business_unit: str | None

    def works_in(self, unit: str) -> bool:
        """Tell whether the person works in a business unit."""
        return self.business_unit in (None, unit)


@dataclass(frozen=True)
class Forge:
    """Where changes come from; {account} in a subject stands for the account's key."""

    issuer: str
    plan_subject: str
    apply_subject: str


@dataclass(frozen=True)
class Promotion:
    """What a promotion asks of people: how many must sign, and how long it waits and they count."""

    approval_timeout_minutes: int
    approval_valid_minutes: int
    approvals: Mapping[AccountKind, int]


@dataclass(frozen=True)
class Organization:
    """Everything that accounts/organization.yaml says, with defaults filled in."""

    prefix: str
    id: str
    management_account_id: str
    region: str
    sign_in_role: str
    sign_in_tag: str | None
    entry_networks: tuple[str, ...]
    single_account: bool
    state_bucket: str | None
    units: Mapping[str, str]
    forge: Forge
    accounts: Mapping[str, Account]
    people: Mapping[str, Person]
    models: Mapping[str, Model]
    promotion: Promotion
    features: Features

    @property
    def approval_timeout_minutes(self) -> int:
        """How long a promotion waits at its gate before it is refused."""
        return self.promotion.approval_timeout_minutes

    @property
    def business_units(self) -> tuple[str, ...]:
        """The business units that have accounts, in order."""
        return tuple(sorted({account.business_unit for account in self.accounts.values()}))

    def home_of(self, entry: Account | Model) -> Account:
        """Give the account that builds the models of the same business unit."""
        return self.home(entry.business_unit)

    def home(self, unit: str) -> Account:
        """Give the account in which the models of a business unit are built."""
        return next(found for found in self._in_unit(unit) if not found.is_target)

    def targets_of(self, entry: Account | Model) -> tuple[Account, ...]:
        """List the accounts that receive releases of the same business unit, by name."""
        return tuple(found for found in self._in_unit(entry.business_unit) if found.is_target)

    def of_kind(self, kind: AccountKind, unit: str) -> tuple[Account, ...]:
        """List the accounts of a kind in a business unit, by name."""
        return tuple(found for found in self._in_unit(unit) if found.kind is kind)

    def models_of(self, unit: str) -> Mapping[str, Model]:
        """Give the models of a business unit."""
        return {name: model for name, model in self.models.items() if model.business_unit == unit}

    def released_of(self, unit: str) -> tuple[str, ...]:
        """Name the models of a business unit that are released to endpoints, in order."""
        models = self.models_of(unit).values()
        return tuple(sorted(one.name for one in models if one.answers is Answers.ENDPOINT))

    def people_of(self, unit: str) -> Mapping[str, Person]:
        """Give the people who work in a business unit."""
        return {name: person for name, person in self.people.items() if person.works_in(unit)}

    def keeps_account_settings(self, account: Account) -> bool:
        """Tell whether the root of an account lays out what exists once per AWS account."""
        homes = [name for name in sorted(self.accounts) if not self.accounts[name].is_target]
        return not self.single_account or account.name == homes[0]

    def account(self, name: str) -> Account:
        """Look an account up by its key."""
        return _look_up("accounts", self.accounts, name)

    def person(self, name: str) -> Person:
        """Look a person up by name."""
        return _look_up("people", self.people, name)

    def model(self, name: str) -> Model:
        """Look a model up by name."""
        return _look_up("models", self.models, name)

    def feature_group(self, name: str) -> OwnedGroup:
        """Look a feature group up by name."""
        return _look_up("features.groups", self.features.groups, name)

    def people_with(self, persona: Persona, unit: str) -> tuple[Person, ...]:
        """List the people of a business unit who hold a persona, by name."""
        people = self.people_of(unit)
        return tuple(people[name] for name in sorted(people) if people[name].persona is persona)

    def _in_unit(self, unit: str) -> tuple[Account, ...]:
        found = (self.accounts[name] for name in sorted(self.accounts))
        return tuple(account for account in found if account.business_unit == unit)


_Entry = TypeVar("_Entry", Account, Person, Model, OwnedGroup)


def load_organization(root: Path, name: str | None = None) -> Organization:
    """Load and check accounts/organization.yaml below a folder."""
    file = read_yaml_file(root / ORGANIZATION_FILE, name or str(ORGANIZATION_FILE))
    schema = json.loads((root / SCHEMA_FILE).read_text("utf-8"))
    return parse_organization(file, schema)


def parse_organization(file: YamlFile, schema: Mapping[str, Any]) -> Organization:
    """Check a file against the schema and the rules that a schema cannot say."""
    check_ids_are_quoted(file)
    check_schema(file, schema, WORDING)
    check_rules(file)
    return _build(file.value)


def _look_up(what: str, entries: Mapping[str, _Entry], name: str) -> _Entry:
    if name in entries:
        return entries[name]
    guess = nearest(name, list(entries))
    raise Misuse(
        str(ORGANIZATION_FILE),
        f"{what} must have the entry asked for; it has {', '.join(entries) or 'none'}",
        got=f'"{name}"',
        hint=f"did you mean {guess}?" if guess else None,
    )


def _build(value: Mapping[str, Any]) -> Organization:
    absent = {"single_account": False, "sign_in_tag": None, "state_bucket": None}
    organization = absent | value["organization"]
    organization["entry_networks"] = tuple(organization.get("entry_networks", ()))
    accounts = {
        name: Account(
            name=name,
            kind=AccountKind(account["kind"]),
            id=account["id"],
            region=account.get("region") or organization["region"],
            network=_network(account["network"]),
            business_unit=account.get("business_unit", MAIN_UNIT),
            sign_in_role=account.get("sign_in_role", organization["sign_in_role"]),
            evidence=_evidence(account["kind"], account.get("evidence", {})),
            dashboard=Dashboard.of(account, organization["region"]),
        )
        for name, account in value["accounts"].items()
    }
    people = {
        name: Person(name, Persona(entry["persona"]), entry["email"], entry.get("business_unit"))
        for name, entry in value["people"].items()
    }
    models = {name: read_model(name, entry) for name, entry in value["models"].items()}
    return Organization(
        **organization,
        forge=Forge(**value["forge"]),
        accounts=MappingProxyType(accounts),
        people=MappingProxyType(people),
        models=MappingProxyType(models),
        promotion=_promotion(value.get("promotion", {})),
        features=Features.of(value),
    )


def _promotion(value: Mapping[str, Any]) -> Promotion:
    approvals = {**REQUIRED_APPROVALS, **value.get("approvals", {})}
    return Promotion(
        approval_timeout_minutes=value.get("approval_timeout_minutes", 10080),
        approval_valid_minutes=value.get("approval_valid_minutes", 1440),
        approvals=MappingProxyType({AccountKind(kind): n for kind, n in approvals.items()}),
    )


def _evidence(kind: str, value: Mapping[str, Any]) -> Evidence:
    lock = "COMPLIANCE" if kind == AccountKind.PRODUCTION else "GOVERNANCE"
    return Evidence(days=value.get("days", 365), lock=value.get("lock") or lock)


def _network(value: Mapping[str, Any]) -> Network:
    return Network(
        cidr=value["cidr"],
        domains=tuple(value.get("domains", ())),
        zones=_optional_tuple(value.get("zones")),
        vpc_id=value.get("vpc_id"),
        subnet_ids=_optional_tuple(value.get("subnet_ids")),
        route_table_ids=_optional_tuple(value.get("route_table_ids")),
    )


def _optional_tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
