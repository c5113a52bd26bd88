"""What commands share: the checkout, the streams, and who the caller acts as."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from pipelines.naming import Naming
from scripts.access import Access, as_person, caller
from scripts.account_work import Workshop
from scripts.checkout import Checkout, this_checkout
from scripts.console import Voice, voice
from scripts.processes import ChildProcesses
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

    @property
    def region(self) -> str:
        """The region in which people work."""
        return self.naming.organization.data_science.region

    def model(self, name: str | None) -> str:
        """Give the model that is meant; where there is only one it need not be named."""
        models = list(self.naming.organization.models)
        if name is not None:
            return self.naming.organization.model(name).name
        if len(models) > 1:
            raise Misuse("MODEL", "must be named where there are several", got=", ".join(models))
        return models[0]

    def models(self, name: str | None) -> Iterable[str]:
        """Give the model that is meant, or all."""
        return [self.model(name)] if name else list(self.naming.organization.models)


def desk(person: str | None = None) -> Desk:
    """Set a command up: read the organisation, take the persona that is asked for."""
    checkout = this_checkout()
    naming = checkout.naming()
    access = caller(os.environ)
    if person is not None:
        access = as_person(access, naming, person)
    return Desk(checkout, voice(), naming, access)


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
