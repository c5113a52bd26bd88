"""Rules of accounts/organization.yaml that a JSON schema cannot say."""

from __future__ import annotations

import re
from typing import Any

from pipelines.organization_approvals import check_approvals, check_promotes
from pipelines.organization_dashboards import check_dashboards
from pipelines.organization_features import check_features
from pipelines.organization_networks import check_networks
from pipelines.organization_triggers import check_triggers
from pipelines.organization_units import MAIN_UNIT
from pipelines.yaml_file import KeyPath, YamlFile, nearest

# What begins so is an experiment, and never promoted.
EXPERIMENT = "x-"
# Below this people bring their data; below a model's key its jobs write.
_RAW = "raw"
_KINDS = ("data-science", "staging", "production")
_LONGEST_ROLE = 64
# The data-science account's and one more: each has a provider of its own in the root.
_MOST_REGIONS = 2
# Guardrails admit roles of these purposes by a pattern on the end of their name.
_PURPOSES = (
    *("apply", "auditor", "bundle", "data-scientist", "deploy", "detective", "launch", "lead"),
    *("ml-engineer", "model-build", "pipeline", "plan", "platform-admin", "promotion", "release"),
    *("release-manager", "state", "test", "trail", "trigger", "verify"),
)
# The pattern that locks their look-alikes out of Studio is shorter: it takes gilead for a lead.
_LOCKED_OUT = (
    "apply",
    "deploy",
    "function",
    "lead",
    "ml-engineer",
    "promotion",
    "release",
    "trigger",
)


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


def check_rules(file: YamlFile) -> None:
    """Refuse a file that fits the schema and still describes no organisation."""
    check_ids(file)
    check_networks(file)
    check_forge(file)
    check_business_units(file)
    check_regions(file)
    check_belonging(file)
    check_role_names(file)
    check_reserved_names(file)
    check_triggers(file)
    check_features(file)
    accounts = file.value["accounts"]
    units = {name: unit_of(account) for name, account in accounts.items()}
    check_dashboards(file, units)
    check_approvals(file, units)


def check_ids(file: YamlFile) -> None:
    """Refuse two accounts with the same id, unless the whole file is about one account."""
    if file.value["organization"].get("single_account", False):
        _check_single_account(file)
        return
    owners: dict[str, str] = {file.value["organization"]["management_account_id"]: "management"}
    for name, account in file.value["accounts"].items():
        if account["id"] in owners:
            raise file.error(
                ("accounts", name, "id"),
                "must differ from the id of every other account",
                got=f"{account['id']}, the id of {owners[account['id']]}",
                hint="give each account the id that AWS Organizations shows for it; "
                "to try all of it in one account, set organization.single_account: true",
            )
        owners[account["id"]] = name


def _check_single_account(file: YamlFile) -> None:
    organization = file.value["organization"]
    units = sorted({unit_of(account) for account in file.value["accounts"].values()})
    if len(units) > 1:
        raise file.error(
            ("organization", "single_account"),
            "must not be true where there are several business units",
            got=", ".join(units),
            hint="units are kept apart by their accounts: try one of them",
        )
    first, (first_name, *_) = None, file.value["accounts"]
    for name, account in file.value["accounts"].items():
        found = (account["id"], account.get("region", organization["region"]))
        first = first or found
        for what, mine, others in (("id", found[0], first[0]), ("region", found[1], first[1])):
            if mine != others:
                raise file.error(
                    ("accounts", name, what),
                    f"must be the {what} of every other account in a single-account trial",
                    got=f"{mine}, where {first_name} has {others}",
                    hint="leave organization.single_account out where accounts differ",
                    at=("accounts", name),
                )
        if account["id"] == organization["management_account_id"]:
            raise file.error(
                ("accounts", name, "id"),
                "must not be the id of the management account",
                got=account["id"],
                hint="guardrails do not bind the management account: try it in a member account",
            )


def check_forge(file: YamlFile) -> None:
    """Refuse to let whoever may plan apply as well."""
    forge = file.value["forge"]
    if forge["plan_subject"] == forge["apply_subject"]:
        raise file.error(
            ("forge", "apply_subject"),
            "must differ from forge.plan_subject",
            got=f'"{forge["apply_subject"]}" for both',
            hint="let a protected environment apply, and pull requests only plan",
        )


def check_business_units(file: YamlFile) -> None:
    """Refuse anything but one data-science account and a target of each kind for each unit."""
    units: dict[str, dict[str, list[str]]] = {}
    for name, account in file.value["accounts"].items():
        unit = units.setdefault(unit_of(account), {kind: [] for kind in _KINDS})
        unit[account["kind"]].append(name)
    for unit_name, by_kind in units.items():
        found = by_kind["data-science"]
        if len(found) > 1:
            raise file.error(
                ("accounts",),
                f"must have exactly one account of kind data-science for business unit {unit_name}",
                got=", ".join(found),
                hint="name the other's business_unit, and targets for it",
                at=("accounts", found[-1], "kind"),
            )
        for kind, names in by_kind.items():
            if not names:
                raise file.error(
                    ("accounts",),
                    f"must have an account of kind {kind} for business unit {unit_name}",
                    got="none",
                    hint=f"an account without business_unit belongs to {MAIN_UNIT}",
                )


def check_regions(file: YamlFile) -> None:
    """Refuse a business unit in more regions than a promotion hands its artefacts over in."""
    first = file.value["organization"]["region"]
    regions: dict[str, list[str]] = {}
    for name, account in file.value["accounts"].items():
        found = regions.setdefault(unit_of(account), [])
        region = account.get("region", first)
        if region not in found:
            found.append(region)
        if len(found) > _MOST_REGIONS:
            raise file.error(
                ("accounts", name, "region"),
                f"must be one of at most two regions in business unit {unit_of(account)}",
                got=", ".join(found),
                hint="make a business unit of the accounts that are elsewhere",
            )


def unit_of(entry: dict[str, Any]) -> str:
    """Tell the business unit of an account or model."""
    return str(entry.get("business_unit", MAIN_UNIT))


def check_belonging(file: YamlFile) -> None:
    """Refuse people and models of no unit, and models whose owner is nobody of their unit."""
    people, models = file.value["people"], file.value["models"]
    units = sorted({unit_of(account) for account in file.value["accounts"].values()})
    groups = file.value.get("features", {}).get("groups", {})
    owned: dict[KeyPath, dict[str, Any]] = {("models",): models, ("features", "groups"): groups}
    for section, entries in {("people",): people, **owned}.items():
        for name, entry in entries.items():
            unit = entry.get("business_unit", MAIN_UNIT if section in owned else units[0])
            if unit not in units:
                guess = nearest(unit, units)
                raise file.error(
                    (*section, name, "business_unit"),
                    "must be the business unit of an account",
                    got=f'"{unit}"',
                    hint=f"did you mean {guess}?" if guess else f"accounts have {', '.join(units)}",
                    at=None if "business_unit" in entry else (*section, name),
                )
    for section, entries in owned.items():
        for name, entry in entries.items():
            _check_owner(file, (*section, name), entry, people)
    check_promotes(file)


def _check_owner(
    file: YamlFile, entry_path: KeyPath, entry: dict[str, Any], people: dict[str, Any]
) -> None:
    owner, path = entry["owner"], (*entry_path, "owner")
    what = "model" if entry_path[0] == "models" else "group"
    if owner not in people:
        guess = nearest(owner, list(people))
        raise file.error(
            path,
            "must be a key of people",
            got=f'"{owner}"',
            hint=f"did you mean {guess}?" if guess else f"people has {', '.join(people)}",
        )
    unit = people[owner].get("business_unit", unit_of(entry))
    if unit != unit_of(entry):
        raise file.error(
            path,
            f"must work in the {what}'s business unit, {unit_of(entry)}",
            got=f"{owner} of {unit}",
            hint="leave the business_unit of a person out who works in all of them",
        )


def check_role_names(file: YamlFile) -> None:
    """Refuse people whose Studio role would have a longer name than IAM allows."""
    prefix, people = file.value["organization"]["prefix"], file.value["people"]
    for account, settings in file.value["accounts"].items():
        for name, person in people.items():
            role = f"{prefix}-{account}-studio-{name}"
            at_home = person.get("business_unit", unit_of(settings)) == unit_of(settings)
            if settings["kind"] == "data-science" and at_home and len(role) > _LONGEST_ROLE:
                raise file.error(
                    ("people", name),
                    f"must be at most {_LONGEST_ROLE - len(role) + len(name)} characters long, "
                    f"so that role names end at {_LONGEST_ROLE}",
                    got=f"{role} of {len(role)}",
                    hint="shorten the name, organization.prefix or the account's key",
                )


def check_reserved_names(file: YamlFile) -> None:
    """Refuse names by which guardrails would take one role for another."""
    hint = "guardrails tell roles apart by their names; choose another"
    for name in file.value["accounts"]:
        if name == "organization" or name.endswith("-studio"):
            rule = "must not be organization, and not end with -studio"
            raise file.error(("accounts", name), rule, got=name, hint=hint)
    for name in file.value["people"]:
        ends = (p for p in _PURPOSES if f"-{name}".endswith(f"-{p}"))
        purpose = next(ends, None) or next((p for p in _LOCKED_OUT if name.endswith(p)), None)
        if purpose is not None:
            rule = f"must not end like the role {purpose}"
            raise file.error(("people", name), rule, got=name, hint=hint)
    for part in ("accounts", "models"):
        for name in file.value[part]:
            if f"{name}-".startswith(EXPERIMENT):
                hint = "experiments are told from everything else by x; choose another name"
                rule = f"must not be x or begin with {EXPERIMENT}"
                raise file.error((part, name), rule, got=name, hint=hint)
    for name in file.value["models"]:
        _check_model_name(file, name)


def _check_model_name(file: YamlFile, name: str) -> None:
    """Refuse a model whose names would be taken for those of an account, or of raw data."""
    path: KeyPath = ("models", name)
    if name == _RAW:
        hint = f"what people bring lies below {_RAW}/; choose another name"
        raise file.error(path, f"must not be {_RAW}", got=name, hint=hint)
    for account in file.value["accounts"]:
        if f"{name}-".startswith(f"{account}-"):
            hint = f"everything of the account {account} is called so; choose another name"
            rule = f"must not be or begin with the key of an account, {account}"
            raise file.error(path, rule, got=name, hint=hint)
