"""Walks one plan: what it makes or keeps, in which module, from which line of which file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.model.facts import Problem
from policies.model.terraform_files import Block, Folder, TerraformFiles, folder_of
from policies.model.values import mapping, rows, text
from policies.verdict import Source

_STEP = re.compile(r'([\w-]+)((?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?)(?:\.|$)')
_HINT = "make the plan again: terraform show -json PLAN"


@dataclass(frozen=True)
class Place:
    """A module of a plan: its calls by name and key, its configuration and its folder."""

    calls: tuple[tuple[str, str], ...]
    configuration: Mapping[str, Any]
    folder: str | None
    files: Folder
    declared: Mapping[str, Mapping[str, Any]]

    @property
    def prefix(self) -> str:
        """What stands in front of the addresses of its resources."""
        return "".join(f"module.{name}{key}." for name, key in self.calls)


@dataclass(frozen=True)
class Instance:
    """One resource as the plan has it; ``key`` is its index, such as ``["a"]``."""

    address: str
    type: str
    name: str
    key: str
    place: Place
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    configuration: Mapping[str, Any]
    source: Source
    written: frozenset[str] | None = None
    """The arguments that somebody wrote, or None where that cannot be told."""

    def may_come(self, attribute: str) -> bool:
        """Tell whether a value is still to come; what nobody set is AWS's to fill in."""
        if not self.unknown.get(attribute):
            return False
        return self.written is None or attribute in self.written


@dataclass(frozen=True)
class RootPlan:
    """The plan of one root."""

    root: str
    account: str
    instances: Mapping[str, Instance]
    places: Mapping[tuple[tuple[str, str], ...], Place]
    problems: tuple[Problem, ...] = field(default=())
    outputs: Mapping[str, Any] = field(default_factory=dict)


class PlanReader:
    """Reads one plan."""

    def __init__(
        self, root: str, folder: str, plan: Mapping[str, Any], files: TerraformFiles
    ) -> None:
        self.root, self.problems = root, list[Problem]()
        self._files, self._plan = files, plan
        self._places: dict[tuple[tuple[str, str], ...], Place] = {}
        configuration = mapping(mapping(plan, "configuration"), "root_module")
        self._places[()] = _place((), configuration, folder, files.folder(folder))

    def read(self, account: str) -> RootPlan:
        """Read all that the plan makes or keeps, by address."""
        found = {each.address: each for each in self._instances()}
        ordered = {address: found[address] for address in sorted(found)}
        outputs = mapping(mapping(self._plan, "planned_values"), "outputs")
        return RootPlan(
            self.root, account, ordered, dict(self._places), tuple(self.problems), outputs
        )

    def _instances(self) -> Iterator[Instance]:
        changes = self._plan.get("resource_changes")
        if not isinstance(changes, list):
            self._refuse(self.root, "must list resource_changes", type(changes).__name__)
            changes = []
        if self._plan.get("errored") is True or self._plan.get("complete") is False:
            self._refuse(self.root, "must be a plan that came to its end", "one that did not")
        seen: set[str] = set()
        for index, change in enumerate(changes):
            made = self._instance(index, change)
            if made is None:
                continue
            if made.address in seen:
                self._refuse(made.address, "must stand once in the plan", "two of them")
            seen.add(made.address)
            yield made

    def _instance(self, index: int, entry: Any) -> Instance | None:
        where = f"resource_changes[{index}]"
        if not isinstance(entry, Mapping):
            self._refuse(where, "must be an object", type(entry).__name__)
            return None
        address, type_, name = text(entry, "address"), text(entry, "type"), text(entry, "name")
        if not address or not type_ or not name:
            self._refuse(address or where, "must have address, type and name", "less")
            return None
        if entry.get("mode") != "managed":
            return None
        change = mapping(entry, "change")
        if not self._stays(address, change):
            return None
        values = change.get("after")
        if not isinstance(values, Mapping):
            self._refuse(address, "must have its values after the change", type(values).__name__)
            values = {}
        return self._made(entry, address, type_, name, values, mapping(change, "after_unknown"))

    def _stays(self, address: str, change: Mapping[str, Any]) -> bool:
        actions = change.get("actions")
        if not isinstance(actions, list) or not actions:
            self._refuse(address, "must have the actions of its change", repr(actions))
            return True
        if actions == ["forget"]:
            self._refuse(address, "must be deleted or kept by Terraform", "forgotten, and there")
        return actions not in (["delete"], ["forget"])

    def _made(
        self,
        entry: Mapping[str, Any],
        address: str,
        type_: str,
        name: str,
        values: Mapping[str, Any],
        unknown: Mapping[str, Any],
    ) -> Instance:
        calls = self._calls(text(entry, "module_address"))
        place = self._place(calls)
        key = address[len(f"{place.prefix}{type_}.{name}") :]
        local = f"{type_}.{name}"
        declared = place.declared.get(local)
        if declared is None:
            self._refuse(address, "must be declared in the plan's configuration", "no such block")
        block = place.files.find("resource", type_, name)
        source = Source(self.root, address, block.file if block else "", block.line if block else 0)
        written = self._written(declared, block)
        return Instance(
            address, type_, name, key, place, values, unknown, declared or {}, source, written
        )

    def _written(
        self, declared: Mapping[str, Any] | None, block: Block | None
    ) -> frozenset[str] | None:
        # A plan tells nothing of `dynamic` blocks; only the file does.
        if not declared or (block is None and self._files.given):
            return None
        return frozenset(mapping(declared, "expressions")) | (block.dynamic if block else set())

    def _calls(self, module: str) -> tuple[tuple[str, str], ...]:
        steps = [(found[1], found[2]) for found in _STEP.finditer(module)]
        return tuple(steps[1::2])

    def _place(self, calls: tuple[tuple[str, str], ...]) -> Place:
        if calls not in self._places:
            self._places[calls] = self._called(self._place(calls[:-1]), calls)
        return self._places[calls]

    def _called(self, parent: Place, calls: tuple[tuple[str, str], ...]) -> Place:
        call = mapping(mapping(parent.configuration, "module_calls"), calls[-1][0])
        source = text(call, "source")
        folder = None if parent.folder is None else folder_of(parent.folder, source)
        files = self._files.folder(folder) if folder else Folder({}, {})
        return _place(calls, mapping(call, "module"), folder, files)

    def _refuse(self, address: str, must_hold: str, got: str) -> None:
        source = Source(self.root, address)
        self.problems.append(Problem("plans-read", False, source, must_hold, got, _HINT))


def _place(
    calls: tuple[tuple[str, str], ...],
    configuration: Mapping[str, Any],
    folder: str | None,
    files: Folder,
) -> Place:
    declared = {text(each, "address"): each for each in rows(configuration, "resources")}
    return Place(calls, configuration, folder, files, declared)
