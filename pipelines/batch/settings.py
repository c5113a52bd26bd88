"""What a batch's build is told, read from the environment and checked once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.build_settings import read_subject, required
from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Account, Organization
from pipelines.organization_models import Answers, Model

# What stands for the data that the version was trained with.
REGISTERED = "registered"
# What stands for the latest version that is approved.
LATEST = "latest-approved"
# Below it, by model, people put newer hours; no model is called so.
HOURS = "raw/_hours"
_LIST = re.compile(r"[a-z]+-[0-9a-f]+(,[a-z]+-[0-9a-f]+)*")


@dataclass(frozen=True)
class Network:
    """Where jobs run."""

    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """One build: of which model, which version and series, and what protects its job."""

    root: Path
    organization: Organization
    account: Account
    model: Model
    package_arn: str
    execution_id: str
    series_uri: str
    key_arn: str
    network: Network

    @property
    def naming(self) -> Naming:
        """The names of the organisation."""
        return Naming(self.organization)


def read_settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Check what the pipeline told this build against the organisation's own file."""
    subject = read_subject(environment, root)
    organization, account, model = subject.organization, subject.account, subject.model
    if model.answers is not Answers.BATCH:
        raise Misuse(
            f"model {model.name}",
            "must answer in batches",
            got=model.answers,
            hint=f"say answers: batch at models.{model.name} of accounts/organization.yaml",
        )
    home = organization.home_of(model)
    if account != home:
        raise Misuse("ACCOUNT", f"must be {home.name}, which builds the model", got=account.name)
    return Settings(
        root=root,
        organization=organization,
        account=account,
        model=model,
        package_arn=required(environment, "PACKAGE_ARN"),
        execution_id=required(environment, "PIPELINE_EXECUTION_ID"),
        series_uri=required(environment, "SERIES_URI"),
        key_arn=required(environment, "DATA_KEY_ARN"),
        network=Network(
            subnet_ids=_listed(environment, "SUBNET_IDS"),
            security_group_ids=_listed(environment, "SECURITY_GROUP_IDS"),
        ),
    )


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    value = required(environment, name)
    if not _LIST.fullmatch(value):
        raise Misuse(name, "must be identifiers with commas between them", got=value)
    return tuple(value.split(","))
