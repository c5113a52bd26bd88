"""Rules of accounts/organization.yaml that a JSON schema cannot say."""

from __future__ import annotations

import ipaddress
import itertools
import re
from typing import Any

from pipelines.yaml_file import KeyPath, YamlFile, nearest

_KINDS = ("data-science", "staging", "production")


def check_ids_are_quoted(file: YamlFile) -> None:
    """Refuse account ids without quotes, before anything else reads them."""
    for path in _id_paths(file.value):
        bare = file.plain_scalars.get(path)
        if bare is None or not re.fullmatch(r"[0-9][0-9_.e+]*", bare):
            continue
        octal = bare.startswith("0") and re.fullmatch("[0-7]+", bare)
        raise file.error(
            path,
            "must be 12 digits in quotes",
            got=f"the bare number {bare}" + (", which YAML reads as octal" if octal else ""),
            hint=f'write "{bare}": YAML readers change bare numbers'
            if re.fullmatch("[0-9]{12}", bare)
            else "write the twelve digits of the account id in quotes",
        )


def _id_paths(value: Any) -> list[KeyPath]:
    paths: list[KeyPath] = [("organization", "management_account_id")]
    accounts = value.get("accounts") if isinstance(value, dict) else None
    if isinstance(accounts, dict):
        paths += [("accounts", name, "id") for name in accounts]
    return paths


def check_ids_differ(file: YamlFile) -> None:
    """Refuse two accounts with the same id."""
    owners: dict[str, str] = {file.value["organization"]["management_account_id"]: "management"}
    for name, account in file.value["accounts"].items():
        if account["id"] in owners:
            raise file.error(
                ("accounts", name, "id"),
                "must differ from the id of every other account",
                got=f"{account['id']}, the id of {owners[account['id']]}",
                hint="give each account the id that AWS Organizations shows for it",
            )
        owners[account["id"]] = name


def check_networks(file: YamlFile) -> None:
    """Refuse blocks that are no network address or overlap one another."""
    networks: dict[str, ipaddress.IPv4Network] = {}
    for name, account in file.value["accounts"].items():
        path: KeyPath = ("accounts", name, "network", "cidr")
        networks[name] = _network(file, path, account["network"]["cidr"])
    for (first, one), (second, other) in itertools.combinations(networks.items(), 2):
        if one.overlaps(other):
            raise file.error(
                ("accounts", second, "network", "cidr"),
                "must not overlap the network of another account",
                got=f"{other}, which overlaps {one} of {first}",
                hint="choose a block of its own for each account, so that they can be peered",
            )


def _network(file: YamlFile, path: KeyPath, text: str) -> ipaddress.IPv4Network:
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        raise file.error(path, "must be an IPv4 block such as 10.16.0.0/16", got=text) from error
    if str(network) != text:
        raise file.error(
            path,
            "must be the address of the network itself",
            got=text,
            hint=f"the network that holds this address is {network}",
        )
    return network


def check_kinds(file: YamlFile) -> None:
    """Refuse anything but one data-science account and a target of each kind."""
    by_kind: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for name, account in file.value["accounts"].items():
        by_kind[account["kind"]].append(name)
    found = by_kind["data-science"]
    if len(found) != 1:
        raise file.error(
            ("accounts",),
            "must have exactly one account of kind data-science",
            got=", ".join(found) or "none",
            at=("accounts", found[-1], "kind") if found else None,
        )
    for kind, names in by_kind.items():
        if not names:
            raise file.error(
                ("accounts",), f"must have at least one account of kind {kind}", got="none"
            )


def check_owners(file: YamlFile) -> None:
    """Refuse a model whose owner is nobody."""
    people = file.value["people"]
    for name, model in file.value["models"].items():
        if model["owner"] not in people:
            guess = nearest(model["owner"], list(people))
            raise file.error(
                ("models", name, "owner"),
                "must be a key of people",
                got=f'"{model["owner"]}"',
                hint=f"did you mean {guess}?" if guess else f"people has {', '.join(people)}",
            )
