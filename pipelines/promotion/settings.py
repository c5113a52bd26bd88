"""What a build is told by its pipeline, read from the environment and checked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.build_settings import read_subject, required
from pipelines.errors import Finding, Misuse
from pipelines.naming import Naming
from pipelines.organization import Account, Organization
from pipelines.organization_models import Model
from pipelines.promotion.release import RELEASE_FILE, Release, load_release

_ARTIFACT = "CODEBUILD_SRC_DIR_"
_SIGNING_KEY = "RELEASE_SIGNING_KEY_ARN"


@dataclass(frozen=True)
class Settings:
    """One build: of which model, in which account, for which package and execution."""

    root: Path
    out: Path
    organization: Organization
    account: Account
    model: Model
    package_arn: str
    execution_id: str
    artifacts: Mapping[str, Path]
    # With which the Bundle build signs; only that build is told one.
    signing_key_arn: str | None = None

    @property
    def naming(self) -> Naming:
        """The names of the organisation."""
        return Naming(self.organization)

    @property
    def home(self) -> Account:
        """The account that built the model."""
        return self.organization.home_of(self.model)

    def artifact(self, name: str) -> Path:
        """Return the folder of what an earlier build handed over; raises Misuse without one."""
        if name not in self.artifacts:
            raise Misuse(
                f"{_ARTIFACT}{name}", "must name the folder of a build's output", got="nothing"
            )
        return self.artifacts[name]

    def release(self) -> Release:
        """Read the release that this execution carries, and only that."""
        release = load_release(self.artifact("Release") / RELEASE_FILE)
        for what, wanted, found in (
            ("model", self.model.name, release.model),
            ("package", self.package_arn, release.package_arn),
        ):
            if wanted != found:
                raise Finding(f"release {release.id}", f"must be of the {what} {wanted}", got=found)
        return release

    def signing_key(self) -> str:
        """Return the ARN of the key that signs releases; raises Misuse where none is told."""
        return required({_SIGNING_KEY: self.signing_key_arn or ""}, _SIGNING_KEY)

    def target(self) -> Account:
        """Return the account, if it is one that receives releases."""
        if not self.account.is_target:
            raise Misuse(
                "ACCOUNT",
                "must be an account that receives releases",
                got=f"{self.account.name} of kind {self.account.kind}",
            )
        return self.account


def read_settings(environment: Mapping[str, str], root: Path, out: Path) -> Settings:
    """Check what the pipeline told this build against the organisation's own file."""
    subject = read_subject(environment, root)
    organization, account, model = subject.organization, subject.account, subject.model
    if model.business_unit != account.business_unit:
        raise Misuse(
            "MODEL",
            f"must be of the account's business unit, {account.business_unit}",
            got=f"{model.name} of {model.business_unit}",
        )
    return Settings(
        root=root,
        out=out,
        organization=organization,
        account=account,
        model=model,
        package_arn=required(environment, "PACKAGE_ARN"),
        execution_id=required(environment, "PIPELINE_EXECUTION_ID"),
        artifacts={
            name.removeprefix(_ARTIFACT): Path(folder)
            for name, folder in environment.items()
            if name.startswith(_ARTIFACT) and folder
        },
        signing_key_arn=environment.get(_SIGNING_KEY) or None,
    )
