"""Keeps the run out of every account that is not a sandbox: asks before anything is made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from tests.conformance.place import PREFIX, TAG, Connect

ORGANIZATION = Path(__file__).parents[2] / "accounts" / "organization.yaml"
_LOOKS = (
    ("iam", "list_roles", "Roles", "RoleName"),
    ("iam", "list_users", "Users", "UserName"),
    ("s3", "list_buckets", "Buckets", "Name"),
    ("kms", "list_aliases", "Aliases", "AliasName"),
)


class RefusedError(Exception):
    """The run must not touch an account; nothing was made in it."""


def platform(file: Path = ORGANIZATION) -> tuple[str, frozenset[str]]:
    """Return the platform's prefix and all accounts that the checkout knows."""
    described = yaml.safe_load(file.read_text("utf-8"))
    accounts = {str(each["id"]) for each in described["accounts"].values()}
    organization = described["organization"]
    return str(organization["prefix"]), frozenset(
        (*accounts, str(organization["management_account_id"]))
    )


def admit(connect: Connect, allowed: Collection[str], platforms: tuple[str, frozenset[str]]) -> str:
    """Return the account that is acted in, when it may be.

    Raises RefusedError for an account that was not typed in, is one of the platform's, manages an
    organisation, has anything of the platform in it, leftovers of a run, or cannot be looked at.
    """
    prefix, known = platforms
    account_id = str(connect("sts").get_caller_identity()["Account"])
    if account_id not in allowed:
        raise RefusedError(f"{account_id}: must be one of those typed in, {sorted(allowed)}")
    if account_id in known:
        raise RefusedError(f"{account_id}: must be none of accounts/organization.yaml")
    try:
        if _manages(connect, account_id):
            raise RefusedError(f"{account_id}: must not manage an organisation")
        found = sorted({*_named(connect, prefix), *_tagged(connect, prefix)})
        left = sorted({*_named(connect, PREFIX.rstrip("-"))})
    except ClientError as error:
        raise RefusedError(f"{account_id}: must let itself be looked at, got {error}") from error
    if found:
        raise RefusedError(f"{account_id}: must have nothing of the platform, got {found[:5]}")
    if left:
        raise RefusedError(f"{account_id}: delete what an earlier run left first: {left[:5]}")
    return account_id


def _manages(connect: Connect, account_id: str) -> bool:
    try:
        found = connect("organizations").describe_organization()["Organization"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "AWSOrganizationsNotInUseException":
            return False
        raise
    return bool(found["MasterAccountId"] == account_id)


def _named(connect: Connect, prefix: str) -> Iterator[str]:
    """List what begins with a prefix; an alias has a word of its own before its name."""
    for service, operation, member, name in _LOOKS:
        for page in connect(service).get_paginator(operation).paginate():
            for each in page.get(member, []):
                if str(each[name]).removeprefix("alias/").startswith(f"{prefix}-"):
                    yield str(each[name])


def _tagged(connect: Connect, prefix: str) -> Iterator[str]:
    """List what carries the platform's tag, or this suite's."""
    tagging = connect("resourcegroupstaggingapi").get_paginator("get_resources")
    for wanted in ({"Key": "project", "Values": [prefix]}, _of_this_suite()):
        for page in tagging.paginate(TagFilters=[wanted]):
            for each in page["ResourceTagMappingList"]:
                if not _is_dying_key(connect, each["ResourceARN"]):
                    yield str(each["ResourceARN"])


def _of_this_suite() -> Mapping[str, Any]:
    return {"Key": TAG["Key"], "Values": [TAG["Value"]]}


def _is_dying_key(connect: Connect, arn: str) -> bool:
    """Tell whether something is a key of an earlier run, which waits for its deletion."""
    if ":kms:" not in arn:
        return False
    state = connect("kms").describe_key(KeyId=arn)["KeyMetadata"]["KeyState"]
    return bool(state == "PendingDeletion")
