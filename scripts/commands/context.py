"""What commands share: the checkout, the streams, and who the caller acts as."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, as_person, caller
from scripts.checkout import Checkout, this_checkout
from scripts.console import Voice, voice
from scripts.processes import ChildProcesses
from scripts.root_work import Workshop
from scripts.terraform_environment import terraform_environment

AsPerson = Annotated[
    str | None,
    typer.Option("--as", metavar="PERSON", help="Act with the persona of this person."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON for programs.")]
ModelName = Annotated[
    str | None, typer.Argument(metavar="[MODEL]", help="The model; the only one if left out.")
]


@dataclass(frozen=True)
class Desk:
    """The surroundings of one command."""

    checkout: Checkout
    voice: Voice
    naming: Naming
    access: Access
    unit: str | None = None
    person: str | None = None
    arrived: Access | None = None

    @property
    def home(self) -> Account:
        """The account in which people work."""
        units = self.naming.organization.business_units
        if self.unit is None and len(units) > 1:
            raise Misuse(
                "business unit",
                "must be known where there are several",
                got=", ".join(units),
                hint="name a MODEL, --unit where the command has it, or --as somebody of one unit",
            )
        return self.naming.organization.home(self.unit or units[0])

    @property
    def region(self) -> str:
        """The region in which people work."""
        return self.home.region

    def model(self, name: str | None) -> str:
        """Give the model that is meant; where there is only one it need not be named."""
        models = list(self.naming.organization.models_of(self.home.business_unit))
        if name is not None:
            return self.naming.organization.model(name).name
        if len(models) > 1:
            raise Misuse("MODEL", "must be named where there are several", got=", ".join(models))
        return models[0]

    def named(self) -> str:
        """Give the person who acts; refuse where none was told, for what one does by name."""
        if self.person is None:
            raise Misuse("--as", "must name the person who does this", got="nobody")
        return self.person

    def visiting(self, account: Account) -> Access:
        """Take the same person's role in another account; refuse whose persona has none there."""
        return as_person(self.arrived or self.access, self.naming, self.named(), account)

    def models(self, name: str | None) -> Iterable[str]:
        """Give the model that is meant, or all."""
        if name is not None:
            return [self.model(name)]
        return list(self.naming.organization.models_of(self.home.business_unit))

    def released(self, name: str | None) -> Iterable[str]:
        """Give the model that is meant, or all that are promoted to endpoints."""
        if name is not None:
            return [self.model(name)]
        return self.naming.organization.released_of(self.home.business_unit)


def desk(person: str | None = None, model: str | None = None, unit: str | None = None) -> Desk:
    """Set a command up: read the organisation, take the persona that is asked for."""
    checkout = this_checkout()
    organization = checkout.naming().organization
    if model is not None:
        unit = organization.model(model).business_unit
    elif unit is None and person is not None:
        unit = organization.person(person).business_unit
    elif unit is not None and unit not in organization.business_units:
        known = ", ".join(organization.business_units)
        raise Misuse("--unit", f"must be a business unit ({known})", got=unit)
    at = Desk(checkout, voice(), Naming(organization), caller(os.environ), unit)
    if person is None:
        return at
    return sitting(at, person, at.access)


def sitting(at: Desk, person: str, arriving: Access) -> Desk:
    """Sit down as a person, who arrives as somebody who may take their role."""
    access = as_person(arriving, at.naming, person, at.home)
    return replace(at, access=access, person=person, arrived=at.access)


def workshop(at: Desk, children: ChildProcesses, folder: Path | None = None) -> Workshop:
    """Set Terraform up, telling once what is wrong with its configuration."""
    environment = terraform_environment(
        os.environ, at.checkout.root / ".tools" / "terraform-plugins"
    )
    if environment.warning:
        at.voice.say(f"warning: {environment.warning}")
    place = "work" if at.access.is_local else "aws"
    return Workshop(
        checkout=at.checkout,
        naming=at.naming,
        access=at.access,
        binary=at.checkout.terraform(os.environ, at.voice.talk.file),
        terraform_variables=environment.variables,
        children=children,
        folder=folder or at.checkout.private / place,
    )
