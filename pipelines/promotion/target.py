"""What a target account tells about itself: the parameters that its root has published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pipelines.aws_call import aws_call
from pipelines.errors import EnvironmentFault, Finding
from pipelines.naming import Naming
from pipelines.organization import Account
from pipelines.organization_models import Promotes
from pipelines.promotion.release import ImageReference

# What one GetParameters takes.
_AT_ONCE = 10
_PATHS = (
    "network/subnet-ids",
    "network/workload-security-group-ids",
    "keys/models-arn",
    "keys/capture-arn",
    "keys/evidence-arn",
    "buckets/models",
    "buckets/capture",
    "buckets/evidence",
    "buckets/releases",
    "roles/serving-arn",
    "images/model-repository-url",
)


class ParameterClient(Protocol):
    """The operation of the `ssm` client that is used here."""

    def get_parameters(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Target:
    """An account that receives releases, with what a release needs to know of it."""

    account: Account
    subnet_ids: tuple[str, ...]
    security_group_ids: tuple[str, ...]
    models_key_arn: str
    capture_key_arn: str
    evidence_key_arn: str
    models_bucket: str
    capture_bucket: str
    evidence_bucket: str
    releases_bucket: str
    serving_role_arn: str
    repository: str

    def image(self, digest: str) -> ImageReference:
        """Name an image of the account's own repository."""
        return ImageReference(self.account.id, self.account.region, self.repository, digest)

    def archive_uri(self, model: str, sha256: str) -> str:
        """Tell where an archive lies in the account's own store."""
        return f"s3://{self.models_bucket}/approved/{model}/{sha256}/model.tar.gz"


def read_target(ssm: ParameterClient, naming: Naming, account: Account) -> Target:
    """Read the parameters of an account; refuse values that belong to another one."""
    found = _parameters(ssm, naming.parameter_root(account.name))
    target = Target(
        account=account,
        subnet_ids=tuple(found["network/subnet-ids"].split(",")),
        security_group_ids=tuple(found["network/workload-security-group-ids"].split(",")),
        models_key_arn=found["keys/models-arn"],
        capture_key_arn=found["keys/capture-arn"],
        evidence_key_arn=found["keys/evidence-arn"],
        models_bucket=found["buckets/models"],
        capture_bucket=found["buckets/capture"],
        evidence_bucket=found["buckets/evidence"],
        releases_bucket=found["buckets/releases"],
        serving_role_arn=found["roles/serving-arn"],
        repository=naming.repository_name(account.name, "model"),
    )
    _check(naming, account, found)
    return target


def read_way(ssm: ParameterClient, naming: Naming, account: Account, model: str) -> Promotes:
    """Tell whether an account takes models or code of a model, by its own word.

    Its root publishes the word where it lays out what training takes; the source at hand, which
    another account has published, is not asked.
    """
    name = f"{naming.parameter_root(account.name)}/models/{model}/promotes"
    with aws_call(name, "must be a parameter that can be asked for"):
        found = ssm.get_parameters(Names=[name])["Parameters"]
    values = {one["Value"] for one in found}
    if values - {Promotes.CODE}:
        raise Finding(name, f"must be {Promotes.CODE} or absent", got=", ".join(sorted(values)))
    return Promotes.CODE if values else Promotes.MODEL


def _parameters(ssm: ParameterClient, root: str) -> Mapping[str, str]:
    names = [f"{root}/{path}" for path in _PATHS]
    found: dict[str, str] = {}
    for start in range(0, len(names), _AT_ONCE):
        with aws_call(root, "must hold the parameters of this account"):
            answer = ssm.get_parameters(Names=names[start : start + _AT_ONCE])
        found |= {
            one["Name"].removeprefix(f"{root}/"): one["Value"] for one in answer["Parameters"]
        }
    for path in _PATHS:
        if not found.get(path):
            raise EnvironmentFault(
                f"{root}/{path}",
                "must be a parameter of this account",
                got="nothing",
                hint="apply the account's root first",
            )
    return found


def _check(naming: Naming, account: Account, found: Mapping[str, str]) -> None:
    root = naming.parameter_root(account.name)
    repository = naming.repository_name(account.name, "model")
    image = ImageReference(account.id, account.region, repository, "")
    wanted = {
        f"buckets/{purpose}": naming.bucket_name(account.name, purpose)
        for purpose in ("models", "capture", "evidence", "releases")
    }
    wanted["roles/serving-arn"] = naming.role_arn(account.name, "serving")
    wanted["images/model-repository-url"] = image.uri.removesuffix("@")
    for path, value in wanted.items():
        if found[path] != value:
            raise Finding(f"{root}/{path}", f"must be {value}", got=found[path])
    for purpose in ("models", "capture", "evidence"):
        path = f"keys/{purpose}-arn"
        parts = found[path].split(":")
        if parts[3:5] != [account.region, account.id]:
            raise Finding(
                f"{root}/{path}",
                f"must be a key of account {account.id} in {account.region}",
                got=found[path],
            )
