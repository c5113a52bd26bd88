"""What a release takes from the source beside its Python: Terraform, guardrails, definitions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipelines.canonical import sha256_of
from pipelines.definitions.source import read_source
from pipelines.definitions.upsert import COMPILED
from pipelines.errors import Finding
from pipelines.tree_digest import tree_digest

# The root that lays a release out, and the module that it calls: all that is applied.
TERRAFORM = ("terraform/release", "modules/inference-endpoint")
# What a person's own run has left there (providers, state, plans) is neither applied nor counted.
LEFT_BEHIND = (".terraform", "*.tfstate*", "*.tfplan", "*.tfvars*")


@dataclass(frozen=True)
class ReleasedSource:
    """Who wrote the source at hand, and the digests of what a release takes from it."""

    author: str
    terraform_sha256: str
    guardrails_sha256: str


def read_released_source(root: Path) -> ReleasedSource:
    """Read the unpacked source; raises InvalidInput where a part of it is missing."""
    source = read_source(root)
    return ReleasedSource(
        author=source.author,
        terraform_sha256=terraform_digest(root),
        guardrails_sha256=source.guardrails_sha256,
    )


def terraform_digest(root: Path) -> str:
    """Give the SHA-256 of what a release applies; raises InvalidInput where a part is missing."""
    return tree_digest(root, TERRAFORM, LEFT_BEHIND)


def definition_digest(root: Path, model: str) -> str:
    """Give the SHA-256 of the compiled definition of a model; raises Finding without one."""
    path = root / COMPILED / f"{model}.json"
    if not path.is_file():
        raise Finding(str(COMPILED / path.name), "must be part of the source", got="no such file")
    return sha256_of(path.read_bytes())
