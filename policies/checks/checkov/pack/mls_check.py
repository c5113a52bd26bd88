"""What all checks of this pack share: a resource read alike from HCL and plan, and its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck


@dataclass(frozen=True)
class Fault:
    """What an argument must be and is not; ``path`` is its place, such as vpc_config[0].subnets."""

    path: str
    must_hold: str
    got: object = None

    def __str__(self) -> str:
        return f"{self.path}: {self.must_hold}, got {_spelt(self.got)}"


@dataclass(frozen=True)
class Block:
    """A resource or a block of it, with plain values: no argument is None, no list is empty."""

    values: dict[str, Any]
    path: str = ""
    read: set[str] = field(default_factory=set)
    """The paths that a rule has looked at, of the whole resource; those of blocks end in []."""

    def get(self, name: str) -> Any:
        """Return the value of an argument; None where it is not set."""
        self.read.add(f"{self.path}{name}")
        value = self.values.get(name)
        return None if value in ("", [], {}) else value

    def blocks(self, *names: str) -> Iterator[Block]:
        """Give the blocks at the end of a path of block names; none where one is missing."""
        if not names:
            yield self
            return
        self.read.add(f"{self.path}{names[0]}[]")
        found = self.values.get(names[0])
        for index, each in enumerate(found if isinstance(found, list) else []):
            if isinstance(each, dict):
                inner = Block(each, f"{self.path}{names[0]}[{index}].", self.read)
                yield from inner.blocks(*names[1:])

    def only(self, *names: str) -> Block:
        """Return the first block at a path, or an empty one in its place."""
        path = self.path + "".join(f"{name}[0]." for name in names)
        empty = Block({}, path, self.read)
        return next(self.blocks(*names), empty)

    def fault(self, name: str, must_hold: str) -> Fault:
        """Say that an argument of this block is not as it must be."""
        return Fault(f"{self.path}{name}", must_hold, self.values.get(name))


Rule = Callable[[Block], Iterator[Fault]]


class MlsCheck(BaseResourceCheck):
    """A check of this pack: a rule that gives what is wrong with one resource."""

    def __init__(self, number: int, name: str, types: Sequence[str], rule: Rule) -> None:
        self.rule = rule
        super().__init__(
            name=name,
            id=f"CKV_MLS_{number}",
            categories=[CheckCategories.GENERAL_SECURITY],
            supported_resources=types,
        )

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        """Judge one resource; its faults stand in the record's details.

        What the rule has read stands in the evaluated keys, so that whoever reads the record can
        tell a verdict on what is not known.
        """
        resource = Block(_plain(conf))
        faults = list(self.rule(resource))
        self.evaluated_keys = [fault.path for fault in faults] or sorted(resource.read)
        self.details = [str(fault) for fault in faults]
        return CheckResult.FAILED if faults else CheckResult.PASSED


@dataclass
class Pack:
    """Collects the checks of one file: `@pack.check(1, "Title", "aws_thing")` on each rule."""

    checks: list[MlsCheck] = field(default_factory=list)

    def check(self, number: int, name: str, *types: str) -> Callable[[Rule], Rule]:
        """Make a check of a rule, which registers it with checkov."""

        def register(rule: Rule) -> Rule:
            self.checks.append(MlsCheck(number, name, types, rule))
            return rule

        return register


def _plain(conf: dict[str, Any]) -> dict[str, Any]:
    values = {key: _unwrapped(value) for key, value in conf.items() if not key.startswith("__")}
    return {key: value for key, value in values.items() if value not in (None, [], {}, [[]])}


def _unwrapped(value: Any) -> Any:
    # checkov wraps each argument into a list and leaves blocks as lists of mappings.
    if isinstance(value, dict):
        return _plain(value)
    if not isinstance(value, list):
        return value
    if len(value) == 1 and not isinstance(value[0], dict):
        return _unwrapped(value[0]) if not isinstance(value[0], list) else _members(value[0])
    return _members(value)


def _members(values: list[Any]) -> list[Any]:
    return [_plain(each) if isinstance(each, dict) else each for each in values]


def _spelt(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if len(str(value)) <= 120 else f"{str(value)[:117]}..."


# checkov-digest: 3045022076377a0f3d6429666ce0e3980b5f116150f5e0ccfdab0b6989293fb416e3afff022100a0fb601a7476aa350003cba6661112805664b0dcb5d478025c72eae78b112c30
