"""Reads invariants from their files: closed by a schema, named once, with conditions that parse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.yaml_file import YamlFile, read_yaml_file
from pipelines.yaml_schema import check_schema
from policies.iam.condition import parse_conditions
from policies.iam.errors import MalformedPolicy
from policies.invariants.invariant import Administrators, Held, Invariant, Roles, What, Who

CLAIMS = Path(__file__).parent / "claims"
_WORDING = {
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "words in lower case with hyphens between them",
    "^[A-Z][A-Z0-9]*-[0-9]{2}$": "the id of a control, such as S3-06",
    r"^[A-Z].*\.$": "a sentence that ends with a full stop",
}


def read_invariants(folder: Path = CLAIMS) -> tuple[Invariant, ...]:
    """Read all invariants of a folder, by id.

    Raises InvalidInput where a file breaks the schema, a condition is none of IAM's, or two
    invariants have one id.
    """
    files = [read_yaml_file(path, f"{folder.name}/{path.name}") for path in _files(folder)]
    found: dict[str, Invariant] = {}
    for file in files:
        check_schema(file, _schema(), _WORDING)
        for name, given in file.value["invariants"].items():
            if name in found:
                raise file.error(("invariants", name), "must have an id of its own", got=name)
            found[name] = _invariant(file, name, given)
    return tuple(found[name] for name in sorted(found))


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.yaml"))


@cache
def _schema() -> Mapping[str, Any]:
    text = Path(__file__).with_name("invariants.schema.json").read_text("utf-8")
    loaded: Mapping[str, Any] = json.loads(text)
    return loaded


def _invariant(file: YamlFile, name: str, given: Mapping[str, Any]) -> Invariant:
    for member in ("when", "unless"):
        for index, block in enumerate(given.get(member, ())):
            _check_conditions(file, ("invariants", name, member, index), block)
    becomes = given.get("never_become")
    return Invariant(
        id=name,
        concern=file.value["concern"],
        sentence=given["sentence"],
        controls=tuple(given["controls"]),
        who=_who(given["who"]),
        held_by=tuple(Held(each) for each in given["held_by"]),
        never=_actions(file, name, given, "never"),
        can=_actions(file, name, given, "can"),
        but_actions=_actions(file, name, given, "but_actions"),
        what=_what(given.get("what", {})),
        when=tuple(given.get("when", ())),
        unless=tuple(given.get("unless", ())),
        only=tuple(given.get("only", ())),
        becomes=None if becomes is None else _roles(becomes),
        known={
            key.lower(): None if values is None else tuple(values)
            for key, values in given.get("known", {}).items()
        },
        even_if_named=given.get("even_if_named", False),
        because=given.get("because", ""),
    )


def _actions(file: YamlFile, name: str, given: Mapping[str, Any], member: str) -> tuple[str, ...]:
    lists: Mapping[str, Any] = file.value.get("lists", {})
    actions: list[str] = []
    for index, each in enumerate(given.get(member, ())):
        if each.startswith("@") and each[1:] not in lists:
            where = ("invariants", name, member, index)
            known = ", ".join(f"@{known}" for known in sorted(lists)) or "none"
            raise file.error(where, f"must be a list of the file ({known})", got=each)
        actions += lists[each[1:]] if each.startswith("@") else [each]
    return tuple(dict.fromkeys(actions))


def _check_conditions(file: YamlFile, where: tuple[str | int, ...], block: Any) -> None:
    try:
        parse_conditions("condition", block, variables=True)
    except MalformedPolicy as error:
        raise file.error(where, "must be a condition that IAM knows", got=str(error)) from error


def _who(given: Mapping[str, Any]) -> Who:
    roles, some = given.get("roles"), given.get("administrators")
    return Who(
        roles=None if roles is None else _roles(roles),
        administrators=None
        if some is None
        else Administrators(_list(some, "in"), _list(some, "beneath"), _list(some, "named")),
        root=_list(given, "root"),
        strangers=given.get("strangers", False),
        anonymous=given.get("anonymous", False),
        services=_list(given, "services"),
        tokens=given.get("tokens", False),
    )


def _roles(given: Mapping[str, Any]) -> Roles:
    return Roles(
        kinds=_list(given, "in"),
        purposes=_list(given, "purposes") or ("*",),
        boundaries=_list(given, "beneath"),
        excepted=_list(given, "but"),
        chains=given.get("chains", False),
    )


def _what(given: Mapping[str, Any]) -> What:
    return What(
        resource=given.get("resource", ""),
        purposes=_list(given, "purposes") or ("*",),
        kinds=_list(given, "in"),
        arns=_list(given, "arns"),
        excepted=_list(given, "but"),
        outside=given.get("outside", False),
        foreign=given.get("foreign", False),
        own=given.get("own", False),
    )


def _list(given: Mapping[str, Any], member: str) -> tuple[str, ...]:
    return tuple(given.get(member, ()))
