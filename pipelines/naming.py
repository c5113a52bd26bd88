"""Every name that one part of the platform must know of another, as modules/naming derives it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import Misuse
from pipelines.organization import Account, AccountKind, Forge, Organization, Persona
from pipelines.organization_models import Answers, Model
from pipelines.purposes import (
    DATA_SCIENCE_KEYS,
    REPOSITORY_PURPOSES,
    STAGING_KEYS,
    TARGET_KEYS,
    bucket_purposes,
    project_purposes,
    role_purposes,
)

# The most that any role of a class may do, whatever its own policy says.
BOUNDARY_CLASSES = ("delivery", "persona", "service", "workload")
# Below the parameters of a target: which keys sign releases, tests and decisions.
TRUSTED_KEYS = "release/trusted-keys"
STUDIO_PERSONAS = (Persona.DATA_SCIENTIST, Persona.LEAD, Persona.ML_ENGINEER)


@dataclass(frozen=True)
class Naming:
    """The names of an organisation; each method refuses what has no name."""

    organization: Organization

    def account_prefix(self, account: str) -> str:
        """Name the first part of everything in an account."""
        return f"{self.organization.prefix}-{self.organization.account(account).name}"

    def role_name(self, account: str, purpose: str) -> str:
        """Name a role; its purpose is its name."""
        found = self.organization.account(account)
        _require(purpose, role_purposes(found), "roles", account)
        return f"{self.account_prefix(account)}-{purpose}"

    def role_arn(self, account: str, purpose: str) -> str:
        """Give the ARN of a role."""
        return self._role_arn(account, self.role_name(account, purpose))

    def sign_in_role_arn(self, account: str) -> str:
        """Give the ARN of the role through which people arrive in an account."""
        return self._role_arn(account, self.organization.account(account).sign_in_role)

    def bucket_name(self, account: str, purpose: str) -> str:
        """Name a bucket."""
        found = self.organization.account(account)
        _require(purpose, bucket_purposes(found), "buckets", account)
        return f"{self.account_prefix(account)}-{purpose}-{found.id}"

    def key_alias(self, account: str, purpose: str) -> str:
        """Name a key, with the alias/ prefix."""
        found = self.organization.account(account)
        _require(purpose, self.key_purposes(found), "keys", account)
        return f"alias/{self.account_prefix(account)}-{purpose}"

    def key_alias_arn(self, account: str, purpose: str) -> str:
        """Give the ARN of a key's alias."""
        found = self.organization.account(account)
        alias = self.key_alias(account, purpose)
        return f"arn:{partition_of(found.region)}:kms:{found.region}:{found.id}:{alias}"

    def key_purposes(self, account: Account) -> tuple[str, ...]:
        """List what an account has keys for; each release manager signs with one of their own."""
        if account.is_target:
            return STAGING_KEYS if account.kind is AccountKind.STAGING else TARGET_KEYS
        unit = account.business_unit
        managers = self.organization.people_with(Persona.RELEASE_MANAGER, unit)
        return (*DATA_SCIENCE_KEYS, *(approval_key(person.name) for person in managers))

    def trusted_keys_parameter(self, account: str) -> str:
        """Name the SSM parameter of a target that holds the keys whose signatures it believes."""
        found = self.organization.account(account)
        if not found.is_target:
            raise Misuse(account, "must be an account that receives releases to hold trusted keys")
        return f"{self.parameter_root(account)}/{TRUSTED_KEYS}"

    def project_name(self, account: str, purpose: str) -> str:
        """Name a build project."""
        found = self.organization.account(account)
        _require(purpose, project_purposes(found), "build projects", account)
        return f"{self.account_prefix(account)}-{purpose}"

    def repository_name(self, account: str, purpose: str) -> str:
        """Name an image repository."""
        _require(purpose, REPOSITORY_PURPOSES, "repositories", account)
        return f"{self.account_prefix(account)}/{purpose}"

    def boundary_name(self, account: str, boundary: str) -> str:
        """Name the permissions boundary of a class of roles."""
        _require(boundary, BOUNDARY_CLASSES, "boundaries", account)
        return f"{self.account_prefix(account)}-boundary-{boundary}"

    def boundary_arn(self, account: str, boundary: str) -> str:
        """Give the ARN of a permissions boundary."""
        return self._iam_arn(account, f"policy/{self.boundary_name(account, boundary)}")

    def studio_role_name(self, account: str, person: str) -> str:
        """Name the role with which a person works in the Studio of a data-science account."""
        found = self.organization.person(person)
        _require(found.name, self.studio_people(account), "Studio roles", account)
        return f"{self.account_prefix(account)}-studio-{found.name}"

    def studio_role_arn(self, account: str, person: str) -> str:
        """Give the ARN of a person's Studio role."""
        return self._role_arn(account, self.studio_role_name(account, person))

    def studio_people(self, account: str) -> tuple[str, ...]:
        """List who works in the Studio of an account."""
        found = self.organization.account(account)
        if found.is_target:
            return ()
        people = self.organization.people_of(found.business_unit)
        return tuple(name for name in sorted(people) if people[name].persona in STUDIO_PERSONAS)

    def artifact_stores(self, account: str) -> dict[str, tuple[str, str]]:
        """Give bucket and key alias that hand the artefacts of a unit over, by region."""
        found = self.organization.account(account)
        home = self.organization.home_of(found)
        regions = {target.region for target in self.organization.targets_of(found)}
        prefix, partition = self.account_prefix(home.name), partition_of(home.region)
        stores = {
            home.region: (
                self.bucket_name(home.name, "artifacts"),
                self.key_alias_arn(home.name, "artifacts"),
            )
        }
        for region in sorted(regions - {home.region}):
            alias = f"alias/{prefix}-artifacts-{region}"
            stores[region] = (
                f"{prefix}-{region}-{home.id}",
                f"arn:{partition}:kms:{region}:{home.id}:{alias}",
            )
        return stores

    def package_domain_name(self, account: str) -> str:
        """Name the package domain of an account's business unit."""
        home = self.organization.home_of(self.organization.account(account))
        return f"{self.account_prefix(home.name)}-packages"

    def endpoint_name(self, account: str, model: str) -> str:
        """Name the endpoint of a model in a target account."""
        place, found = self.organization.account(account), self.organization.model(model)
        if not place.is_target:
            raise Misuse(account, "must be an account that receives releases to have an endpoint")
        if place.business_unit != found.business_unit:
            raise Misuse(
                account,
                f"must be of business unit {found.business_unit} to have an endpoint of {model}",
                got=place.business_unit,
            )
        return f"{self.account_prefix(account)}-{found.name}"

    def model_package_group(self, model: str) -> str:
        """Name the registry group of a model."""
        return f"{self.organization.prefix}-{self.organization.model(model).name}"

    def sagemaker_pipeline(self, model: str) -> str:
        """Name the training pipeline of a model."""
        return f"{self.organization.prefix}-{self.organization.model(model).name}"

    def trial(self, model: str) -> str:
        """Name the trial of a model: its endpoint, and the pipeline that deploys it."""
        found = self._model_that(Answers.ENDPOINT, model, "a trial")
        return f"{self.organization.prefix}-x-{found.name}"

    def branch(self, model: str, name: str) -> str:
        """Name the pipeline and the registry group of an experiment branch of a model."""
        return f"{self.branch_prefix}{self.organization.model(model).name}--{name}"

    @property
    def branch_prefix(self) -> str:
        """Tell how the names of experiment branches begin; no name of a model or product does."""
        return f"{self.organization.prefix}-x--"

    def promotion_pipeline(self, model: str) -> str:
        """Name the pipeline that promotes a model; one that answers in batches has none."""
        return self._model_pipeline(model, Answers.ENDPOINT, "promotion")

    def rollback_pipeline(self, model: str) -> str:
        """Name the pipeline that takes production back to an earlier release of a model."""
        return self._model_pipeline(model, Answers.ENDPOINT, "rollback")

    def forecast_pipeline(self, model: str) -> str:
        """Name the pipeline that lets an approved version of a model forecast."""
        return self._model_pipeline(model, Answers.BATCH, "forecast")

    def forecasts_name(self, account: str) -> str:
        """Name the work group in which forecasts of an account are asked for."""
        return f"{self.account_prefix(account)}-forecasts"

    def features_name(self, account: str) -> str:
        """Name what everything of feature groups in an account begins with."""
        return self.role_name(account, "features")

    def feature_group(self, group: str) -> str:
        """Name a feature group as AWS knows it, and the pipeline that fills it."""
        found = self.organization.feature_group(group)
        home = self.organization.home(found.business_unit)
        return f"{self.features_name(home.name)}-{found.name}"

    def parameter_root(self, account: str) -> str:
        """Give the path under which an account publishes its facts as SSM parameters."""
        return f"/{self.organization.prefix}/{self.organization.account(account).name}"

    def forge(self, account: str) -> Forge:
        """Tell who may plan and apply an account, with its key in the subjects."""
        name, forge = self.organization.account(account).name, self.organization.forge
        return Forge(
            issuer=forge.issuer,
            plan_subject=forge.plan_subject.replace("{account}", name),
            apply_subject=forge.apply_subject.replace("{account}", name),
        )

    def state_bucket_name(self, account: str) -> str:
        """Name the bucket that keeps the Terraform state of an account."""
        found = self.organization.account(account)
        return f"{self.account_prefix(account)}-tfstate-{found.id}"

    def state_role_arn(self, account: str) -> str:
        """Give the ARN of the role that keeps the state of an account's set-up."""
        return self._role_arn(account, f"{self.account_prefix(account)}-state")

    def state_key_alias(self, account: str) -> str:
        """Name the key that encrypts an account's Terraform state, with the alias/ prefix."""
        return f"alias/{self.account_prefix(account)}-tfstate"

    def state_key_alias_arn(self, account: str) -> str:
        """Give the ARN of the alias of the key that encrypts an account's Terraform state."""
        found = self.organization.account(account)
        alias = self.state_key_alias(account)
        return f"arn:{partition_of(found.region)}:kms:{found.region}:{found.id}:{alias}"

    def _model_pipeline(self, model: str, answers: Answers, what: str) -> str:
        found = self._model_that(answers, model, f"a {what} pipeline")
        return f"{self.organization.prefix}-{found.name}-{what}"

    def _model_that(self, answers: Answers, model: str, has: str) -> Model:
        found = self.organization.model(model)
        if found.answers is not answers:
            raise Misuse(
                f"model {model}",
                f"must have answers: {answers} in organization.yaml to have {has}",
                got=found.answers,
            )
        return found

    def _role_arn(self, account: str, role: str) -> str:
        return self._iam_arn(account, f"role/{role}")

    def _iam_arn(self, account: str, resource: str) -> str:
        found = self.organization.account(account)
        return f"arn:{partition_of(found.region)}:iam::{found.id}:{resource}"


def partition_of(region: str) -> str:
    """Tell the AWS partition that a region belongs to."""
    for start, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(start):
            return partition
    return "aws"


def approval_key(person: str) -> str:
    """Tell what the key is for with which a release manager signs decisions."""
    return f"approval-{person}"


def _require(purpose: str, known: tuple[str, ...], what: str, account: str) -> None:
    if purpose not in known:
        raise Misuse(account, f"must have {what} for the purpose asked for", got=purpose)
