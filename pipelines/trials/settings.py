"""Where trials are: the names that they bear, and the infrastructure that they get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Names end at 63 characters; a hyphen and twelve digits of a digest need 13 of them.
_LONGEST_STEM = 50
_SHOWN_DIGITS = 12


@dataclass(frozen=True)
class Settings:
    """What the account gives a trial; nobody who starts one chooses any of it."""

    bucket: str
    capture_bucket: str
    capture_key_arn: str
    key_arn: str
    prefix: str
    repository_url: str
    role_arn: str
    security_group_ids: tuple[str, ...]
    subnet_ids: tuple[str, ...]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Settings:
        """Read the function's settings."""
        return cls(
            bucket=str(document["bucket"]),
            capture_bucket=str(document["capture"]["bucket"]),
            capture_key_arn=str(document["capture"]["key_arn"]),
            key_arn=str(document["key_arn"]),
            prefix=str(document["prefix"]),
            repository_url=str(document["repository_url"]),
            role_arn=str(document["role_arn"]),
            security_group_ids=tuple(document["security_group_ids"]),
            subnet_ids=tuple(document["subnet_ids"]),
        )

    def group(self, model: str) -> str:
        """Name the registry group of a model."""
        return f"{self.prefix}-{model}"

    def endpoint(self, model: str) -> str:
        """Name the trial of a model; nothing of such a name is promoted."""
        return f"{self.prefix}-x-{model}"

    def named(self, model: str, digest: str) -> str:
        """Name what has this content, in full hexadecimal, by the model and its first digits."""
        return f"{self.endpoint(model)[:_LONGEST_STEM]}-{digest[:_SHOWN_DIGITS]}"

    def is_of(self, name: str, model: str) -> bool:
        """Tell whether something bears a name that stands for a content of this model's trial."""
        stem, _, digits = name.rpartition("-")
        return stem == self.endpoint(model)[:_LONGEST_STEM] and len(digits) == _SHOWN_DIGITS
