"""Roles, policies, identity providers and keys."""

from __future__ import annotations

from collections.abc import Iterator

from botocore.exceptions import ClientError

from scripts.inventory.item import Item
from scripts.inventory.listing import Listing, ask_all
from scripts.inventory.scope import Clients, Scope, pages
from scripts.inventory.tagged import tagged_arns

_NAMED = (
    Listing("role", "iam", "list_roles", "Roles", "RoleName", "Arn"),
    Listing(
        "policy",
        "iam",
        "list_policies",
        "Policies",
        "PolicyName",
        "Arn",
        request={"Scope": "Local"},
    ),
)


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List who may act here, and the keys."""
    yield from ask_all(_NAMED, clients, scope)
    yield from _providers(clients, scope)
    yield from _keys(clients, scope)


def _providers(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List identity providers by their tags: each is named after an issuer, whoever made it."""
    client = clients("iam")
    for found in client.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        arn = str(found["Arn"])
        told = client.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
        tags = {tag["Key"]: tag["Value"] for tag in told.get("Tags", [])}
        if dict(scope.tags).items() <= tags.items():
            name = arn.partition("/")[2]
            yield Item("identity provider", name, arn=arn, is_bootstrap=True)


def _keys(clients: Clients, scope: Scope) -> Iterator[Item]:
    client = clients("kms")
    aliases: dict[str, str] = {}
    for page in pages(client, "list_aliases"):
        for found in page["Aliases"]:
            name = str(found["AliasName"])
            if found.get("TargetKeyId") and scope.owns(name):
                aliases[str(found["TargetKeyId"])] = name
                yield Item(
                    "key alias",
                    name,
                    arn=str(found["AliasArn"]),
                    is_bootstrap=scope.is_bootstrap(name),
                )
    tagged = {arn.rpartition("/")[2] for arn in tagged_arns(clients, scope) if ":kms:" in arn}
    for key in sorted({*aliases, *tagged}):
        try:
            told = client.describe_key(KeyId=key)["KeyMetadata"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                continue
            raise
        name = aliases.get(key, key)
        is_ending = told["KeyState"] in ("PendingDeletion", "PendingReplicaDeletion")
        until = told.get("DeletionDate")
        note = f"AWS deletes it on {until:%Y-%m-%d}" if is_ending and until else ""
        yield Item(
            "key",
            name,
            arn=str(told["Arn"]),
            note=note,
            is_ending=is_ending,
            is_bootstrap=scope.is_bootstrap(name),
        )
