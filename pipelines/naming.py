"""Every name that one part of the platform must know of another, as modules/naming derives it."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.errors import Misuse
from pipelines.organization import Account, Organization, Persona

_DATA_SCIENCE_ROLES = (
    *(persona.value for persona in Persona),
    *("bundle", "model-build", "pipeline", "processing"),
    *("promotion", "promotion-trigger", "studio", "training"),
)
_TARGET_ROLES = ("consumer", "deploy", "release", "serving", "test", "verify")
_DATA_SCIENCE_BUCKETS = ("artifacts", "data", "logs", "models", "source")
_TARGET_BUCKETS = ("capture", "evidence", "logs", "models", "releases")
_DATA_SCIENCE_KEYS = ("artifacts", "data", "logs", "models", "studio")
_TARGET_KEYS = ("capture", "evidence", "logs", "models")
_DATA_SCIENCE_PROJECTS = ("bundle", "model-build")
_TARGET_PROJECTS = ("deploy", "test", "verify")
REPOSITORY_PURPOSES = ("build", "model")


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
        return self._role_arn(account, self.organization.sign_in_role)

    def bucket_name(self, account: str, purpose: str) -> str:
        """Name a bucket."""
        found = self.organization.account(account)
        _require(purpose, bucket_purposes(found), "buckets", account)
        return f"{self.account_prefix(account)}-{purpose}-{found.id}"

    def key_alias(self, account: str, purpose: str) -> str:
        """Name a key, with the alias/ prefix."""
        found = self.organization.account(account)
        _require(purpose, key_purposes(found), "keys", account)
        return f"alias/{self.account_prefix(account)}-{purpose}"

    def key_alias_arn(self, account: str, purpose: str) -> str:
        """Give the ARN of a key's alias."""
        found = self.organization.account(account)
        alias = self.key_alias(account, purpose)
        return f"arn:{partition_of(found.region)}:kms:{found.region}:{found.id}:{alias}"

    def project_name(self, account: str, purpose: str) -> str:
        """Name a build project."""
        found = self.organization.account(account)
        _require(purpose, project_purposes(found), "build projects", account)
        return f"{self.account_prefix(account)}-{purpose}"

    def repository_name(self, purpose: str) -> str:
        """Name an image repository; it is the same in every account."""
        _require(purpose, REPOSITORY_PURPOSES, "repositories", "every account")
        return f"{self.organization.prefix}/{purpose}"

    def endpoint_name(self, account: str, model: str) -> str:
        """Name the endpoint of a model in a target account."""
        if not self.organization.account(account).is_target:
            raise Misuse(account, "must be an account that receives releases to have an endpoint")
        return f"{self.account_prefix(account)}-{self.organization.model(model).name}"

    def model_package_group(self, model: str) -> str:
        """Name the registry group of a model."""
        return f"{self.organization.prefix}-{self.organization.model(model).name}"

    def sagemaker_pipeline(self, model: str) -> str:
        """Name the training pipeline of a model."""
        return f"{self.organization.prefix}-{self.organization.model(model).name}"

    def promotion_pipeline(self, model: str) -> str:
        """Name the pipeline that promotes a model."""
        return f"{self.organization.prefix}-{self.organization.model(model).name}-promotion"

    @property
    def parameter_root(self) -> str:
        """The path under which an account publishes its facts as SSM parameters."""
        return f"/{self.organization.prefix}"

    def state_bucket_name(self, account: str) -> str:
        """Name the bucket that keeps the Terraform state of an account."""
        found = self.organization.account(account)
        return f"{self.account_prefix(account)}-tfstate-{found.id}"

    def state_key_alias_arn(self, account: str) -> str:
        """Give the ARN of the alias of the key that encrypts an account's Terraform state."""
        found = self.organization.account(account)
        alias = f"alias/{self.account_prefix(account)}-tfstate"
        return f"arn:{partition_of(found.region)}:kms:{found.region}:{found.id}:{alias}"

    def _role_arn(self, account: str, role: str) -> str:
        found = self.organization.account(account)
        return f"arn:{partition_of(found.region)}:iam::{found.id}:role/{role}"


def partition_of(region: str) -> str:
    """Tell the AWS partition that a region belongs to."""
    for start, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(start):
            return partition
    return "aws"


def role_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has roles for."""
    return _TARGET_ROLES if account.is_target else _DATA_SCIENCE_ROLES


def bucket_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has buckets for."""
    return _TARGET_BUCKETS if account.is_target else _DATA_SCIENCE_BUCKETS


def key_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has keys for."""
    return _TARGET_KEYS if account.is_target else _DATA_SCIENCE_KEYS


def project_purposes(account: Account) -> tuple[str, ...]:
    """List what an account has build projects for."""
    return _TARGET_PROJECTS if account.is_target else _DATA_SCIENCE_PROJECTS


def _require(purpose: str, known: tuple[str, ...], what: str, account: str) -> None:
    if purpose not in known:
        raise Misuse(account, f"must have {what} for the purpose asked for", got=purpose)
