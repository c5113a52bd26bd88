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
from pipelines.organization_rules import (
    check_ids_are_quoted,
    check_ids_differ,
    check_kinds,
    check_networks,
    check_owners,
)
from pipelines.yaml_file import YamlFile, nearest, read_yaml_file
from pipelines.yaml_schema import check_schema

ORGANIZATION_FILE = Path("accounts") / "organization.yaml"
SCHEMA_FILE = Path("accounts") / "organization.schema.json"

_WORDING = {
    r"^\d{12}$": "must be 12 digits in quotes",
    "^[a-z][a-z0-9]{1,11}$": "must be 2 to 12 lower-case letters or digits, a letter first",
    "^o-[a-z0-9]{10,32}$": "must look like o-a1b2c3d4e5",
    "^[a-z]{2}(-[a-z]+)+-\\d$": "must be the name of an AWS region such as eu-west-1",
    "^[a-f]$": "must be the letter of an availability zone, a to f",
    "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$": "must be an email address",
    "^\\d{1,3}(\\.\\d{1,3}){3}/(1[6-9]|2[0-2])$": "must be an IPv4 block of size /16 to /22",
    "^[A-Za-z0-9+=,.@_-]{1,64}$": "must be the name of an IAM role, without its path",
    "^[a-z][a-z0-9-]{1,18}[a-z0-9]$": (
        "must be 3 to 20 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
    "^[a-z][a-z0-9.-]{1,30}[a-z0-9]$": (
        "must be 3 to 32 lower-case letters, digits, dots or hyphens, a letter first"
    ),
    "^[a-z][a-z0-9-]{1,22}[a-z0-9]$": (
        "must be 3 to 24 lower-case letters, digits or hyphens, a letter first and no hyphen last"
    ),
}


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
class Account:
    """One account; `name` is its key in the file and on the command line."""

    name: str
    kind: AccountKind
    id: str
    region: str
    cidr: str
    zones: tuple[str, ...]

    @property
    def is_target(self) -> bool:
        """Tell whether the account receives releases."""
        return self.kind is not AccountKind.DATA_SCIENCE


@dataclass(frozen=True)
class Person:
    """Somebody with a persona."""

    name: str
    persona: Persona
    email: str


@dataclass(frozen=True)
class Model:
    """A model that the organisation builds and promotes."""

    name: str
    description: str
    owner: str


@dataclass(frozen=True)
class Organization:
    """Everything that accounts/organization.yaml says, with defaults filled in."""

    prefix: str
    id: str
    management_account_id: str
    region: str
    sign_in_role: str
    accounts: Mapping[str, Account]
    people: Mapping[str, Person]
    models: Mapping[str, Model]
    approval_timeout_minutes: int

    @property
    def data_science(self) -> Account:
        """The one account in which models are built."""
        return next(account for account in self.accounts.values() if not account.is_target)

    @property
    def targets(self) -> tuple[Account, ...]:
        """The accounts that receive releases, by name."""
        return tuple(
            self.accounts[name] for name in sorted(self.accounts) if self.accounts[name].is_target
        )

    def of_kind(self, kind: AccountKind) -> tuple[Account, ...]:
        """List the accounts of a kind, by name."""
        return tuple(
            self.accounts[name]
            for name in sorted(self.accounts)
            if self.accounts[name].kind is kind
        )

    def account(self, name: str) -> Account:
        """Look an account up by its key."""
        return _look_up("accounts", self.accounts, name)

    def person(self, name: str) -> Person:
        """Look a person up by name."""
        return _look_up("people", self.people, name)

    def model(self, name: str) -> Model:
        """Look a model up by name."""
        return _look_up("models", self.models, name)

    def people_with(self, persona: Persona) -> tuple[Person, ...]:
        """List the people who hold a persona, by name."""
        return tuple(
            self.people[name]
            for name in sorted(self.people)
            if self.people[name].persona is persona
        )


_Entry = TypeVar("_Entry", Account, Person, Model)


def load_organization(root: Path, name: str | None = None) -> Organization:
    """Load and check accounts/organization.yaml below a folder."""
    file = read_yaml_file(root / ORGANIZATION_FILE, name or str(ORGANIZATION_FILE))
    schema = json.loads((root / SCHEMA_FILE).read_text("utf-8"))
    return parse_organization(file, schema)


def parse_organization(file: YamlFile, schema: Mapping[str, Any]) -> Organization:
    """Check a file against the schema and the rules that a schema cannot say."""
    check_ids_are_quoted(file)
    check_schema(file, schema, _WORDING)
    check_ids_differ(file)
    check_networks(file)
    check_kinds(file)
    check_owners(file)
    return _build(file.value)


def _look_up(what: str, entries: Mapping[str, _Entry], name: str) -> _Entry:
    if name in entries:
        return entries[name]
    guess = nearest(name, list(entries))
    raise Misuse(
        str(ORGANIZATION_FILE),
        f"{what} must have the entry asked for; it has {', '.join(entries)}",
        got=f'"{name}"',
        hint=f"did you mean {guess}?" if guess else None,
    )


def _build(value: Mapping[str, Any]) -> Organization:
    organization = value["organization"]
    accounts = {
        name: Account(
            name=name,
            kind=AccountKind(account["kind"]),
            id=account["id"],
            region=account.get("region") or organization["region"],
            cidr=account["network"]["cidr"],
            zones=tuple(account["network"]["zones"]),
        )
        for name, account in value["accounts"].items()
    }
    people = {
        name: Person(name, Persona(person["persona"]), person["email"])
        for name, person in value["people"].items()
    }
    models = {
        name: Model(name, model["description"], model["owner"])
        for name, model in value["models"].items()
    }
    timeout = value.get("promotion", {}).get("approval_timeout_minutes", 10080)
    return Organization(
        **organization,
        accounts=MappingProxyType(accounts),
        people=MappingProxyType(people),
        models=MappingProxyType(models),
        approval_timeout_minutes=timeout,
    )
