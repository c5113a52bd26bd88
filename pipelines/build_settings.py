"""What every build of a model is told: whose it is, where it runs and for which model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import Misuse
from pipelines.organization import Account, Organization, load_organization
from pipelines.organization_models import Model


@dataclass(frozen=True)
class Subject:
    """The organisation of the source, and the account and model of a build."""

    organization: Organization
    account: Account
    model: Model


def read_subject(environment: Mapping[str, str], root: Path) -> Subject:
    """Check PREFIX, ACCOUNT and MODEL against the organisation's own file.

    Raises Misuse where one is missing, or where the prefix is another organisation's, and Finding
    for an account or a model that the file does not have.
    """
    organization = load_organization(root)
    prefix = required(environment, "PREFIX")
    if prefix != organization.prefix:
        raise Misuse("PREFIX", f"must be {organization.prefix}, as in the source", got=prefix)
    account = organization.account(required(environment, "ACCOUNT"))
    return Subject(organization, account, organization.model(required(environment, "MODEL")))


def required(environment: Mapping[str, str], name: str) -> str:
    """Return a variable of the environment; raises Misuse where it is missing or empty."""
    value = environment.get(name, "")
    if not value:
        raise Misuse(
            name,
            "must be set",
            got="nothing",
            hint="the pipeline and the project of the build set it; by hand, set it as they do",
        )
    return value
