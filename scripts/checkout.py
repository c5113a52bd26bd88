"""The checkout that the command works in: where things are, and who it is laid out for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.errors import EnvironmentFault
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.terraform_install import TerraformMissingError, ensure_terraform, release_for


@dataclass(frozen=True)
class Checkout:
    """The folders of a checkout."""

    root: Path
    state: Path | None = None

    @property
    def private(self) -> Path:
        """The folder for what runs leave behind."""
        return self.state or self.root / ".gatehouse"

    @property
    def twin_folder(self) -> Path:
        """The state of the twin that `gatehouse twin up` starts."""
        return self.private / "twin"

    def naming(self) -> Naming:
        """Read organization.yaml and derive its names."""
        return Naming(load_organization(self.root))

    def terraform(self, environ: Mapping[str, str], talk: IO[str]) -> Path:
        """Find Terraform, or fetch it."""
        try:
            return ensure_terraform(self.root, release_for(environ), environ.get("PATH"), talk)
        except TerraformMissingError as error:
            raise EnvironmentFault(
                error.address, error.must_hold, got=error.got, hint=error.hint
            ) from error


def this_checkout() -> Checkout:
    """Give the checkout that this program is part of.

    GATEHOUSE_STATE moves what runs leave behind, so that several can go on side by side.
    """
    moved = os.environ.get("GATEHOUSE_STATE")
    root = Path(__file__).resolve().parent.parent
    return Checkout(root, Path(moved).resolve() if moved else None)
