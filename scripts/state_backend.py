"""Where Terraform keeps state: the bucket that an account's set-up made, the same on any AWS."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.naming import Naming

# Beside the root: only until an account has a bucket.
LOCAL: Mapping[str, Any] = {"local": {"path": "terraform.tfstate"}}


def account_state(naming: Naming, account: str, endpoint: str | None) -> Mapping[str, Any]:
    """Give the backend of an account's own root."""
    return _bucket(naming, account, f"accounts/{account}", endpoint)


def setup_state(
    naming: Naming, account: str, endpoint: str | None, person: str
) -> Mapping[str, Any]:
    """Give the backend of an account's set-up: its state is kept by a role of its own."""
    backend = _bucket(naming, account, f"bootstrap/{account}", endpoint)
    role = {"role_arn": naming.state_role_arn(account), "source_identity": person}
    backend["s3"]["assume_role"] = role
    return backend


def setup_state_key(account: str) -> str:
    """Name the object that holds the state of an account's set-up."""
    return f"bootstrap/{account}/terraform.tfstate"


def _bucket(naming: Naming, account: str, folder: str, endpoint: str | None) -> dict[str, Any]:
    found = naming.organization.account(account)
    arguments: dict[str, Any] = {
        "bucket": naming.state_bucket_name(account),
        "key": f"{folder}/terraform.tfstate",
        "region": found.region,
        "encrypt": True,
        "kms_key_id": naming.state_key_alias_arn(account),
        "use_lockfile": True,
        "allowed_account_ids": [found.id],
    }
    if endpoint is not None:
        # Where AWS is found elsewhere, it is found there by the backend too.
        arguments |= {
            "endpoints": dict.fromkeys(("iam", "s3", "sts"), endpoint),
            "use_path_style": True,
            "skip_metadata_api_check": True,
        }
    return {"s3": arguments}
