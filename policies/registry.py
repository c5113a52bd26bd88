"""The registry of controls: what must hold, how much it matters, who verifies it, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.yaml_file import YamlFile, nearest, read_yaml_file
from pipelines.yaml_schema import check_schema

REGISTRY = Path(__file__).with_name("controls.yaml")
_NAME = "policies/controls.yaml"
_WORDING = {
    "^[A-Z][A-Z0-9]*-[0-9]{2}$": "must be a family and two digits, such as S3-06",
    "^[A-Z].{15,}\\.$": "must be a sentence with a full stop",
    "^(CKV2?_(AWS|MLS)_[1-9][0-9]*|(check|lint|invariant|network|tool):[a-z0-9]+(-[a-z0-9]+)*)$": (
        "must be a verifier, such as CKV_AWS_7 or check:policies-known"
    ),
}


class Severity(StrEnum):
    """What follows if only this control fails; the head of the registry has the rule."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """A number that is higher the worse it is."""
        return 3 - list(Severity).index(self)


class Stage(StrEnum):
    """The kinds of root that a control may apply to."""

    BOOTSTRAP = "bootstrap"
    DATA_SCIENCE = "data-science"
    STAGING = "staging"
    PRODUCTION = "production"
    RELEASE = "release"
    ORGANIZATION = "organization"


@dataclass(frozen=True)
class Framework:
    """A publication that controls are taken from."""

    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Origin:
    """Items of a framework behind a control; ``published`` tells whether it says so itself."""

    framework: Framework
    items: tuple[str, ...]
    published: bool


@dataclass(frozen=True)
class Control:
    """One thing that must hold, with everybody who verifies it."""

    id: str
    sentence: str
    severity: Severity
    verifiers: tuple[str, ...]
    stages: tuple[Stage, ...]
    sources: tuple[Origin, ...]
    line: int = 0

    @property
    def family(self) -> str:
        """The letters of the id, such as SMD."""
        return self.id.split("-")[0]


def read_controls(path: Path = REGISTRY, name: str = _NAME) -> tuple[Control, ...]:
    """Read the registry, in the order in which it is written.

    Raises InvalidInput where the file does not keep to its schema, has an id twice or names a
    framework that it does not describe.
    """
    file = read_yaml_file(path, name)
    check_schema(file, _schema(), _WORDING)
    frameworks = {
        key: Framework(key, each["title"], each["url"])
        for key, each in file.value["frameworks"].items()
    }
    controls = tuple(
        _control(file, index, entry, frameworks)
        for index, entry in enumerate(file.value["controls"])
    )
    _check_once(file, controls)
    return controls


def controls_by_verifier(controls: Sequence[Control]) -> Mapping[str, tuple[Control, ...]]:
    """Tell for each verifier which controls it judges."""
    judged: dict[str, tuple[Control, ...]] = {}
    for control in controls:
        for verifier in control.verifiers:
            judged[verifier] = (*judged.get(verifier, ()), control)
    return judged


def stages_of(root: str, kind: str) -> frozenset[Stage]:
    """Tell which stages a root belongs to; ``kind`` is the kind of its account.

    Roots such as bootstrap/staging and release/staging belong to two: what is asked of an account
    of this kind, and what is asked of such roots.
    """
    known = set(Stage)
    return frozenset(Stage(each) for each in (root.split("/")[0], kind) if each in known)


def _control(
    file: YamlFile, index: int, entry: Mapping[str, Any], frameworks: Mapping[str, Framework]
) -> Control:
    sources = []
    for place, each in enumerate(entry["sources"]):
        framework = frameworks.get(each["from"])
        if framework is None:
            meant = nearest(each["from"], sorted(frameworks))
            raise file.error(
                ("controls", index, "sources", place, "from"),
                "must be a framework that this file describes",
                got=each["from"],
                hint=f"did you mean {meant}?" if meant else None,
            )
        sources.append(Origin(framework, tuple(each["items"]), each["mapping"] == "published"))
    return Control(
        id=entry["id"],
        sentence=entry["requires"],
        severity=Severity(entry["severity"]),
        verifiers=tuple(entry["verifiers"]),
        stages=tuple(Stage(each) for each in entry["stages"]),
        sources=tuple(sources),
        line=file.line(("controls", index)),
    )


def _check_once(file: YamlFile, controls: Sequence[Control]) -> None:
    seen: dict[str, int] = {}
    for index, each in enumerate(controls):
        if each.id in seen:
            raise file.error(
                ("controls", index, "id"),
                "must be the id of one control only",
                got=f"{each.id}, which line {seen[each.id]} has too",
            )
        seen[each.id] = each.line


def _schema() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(
        REGISTRY.with_name("controls.schema.json").read_text("utf-8")
    )
    return document


def main() -> int:
    """Write the page about controls anew, below the folder that the command runs in."""
    from policies.registry_page import PAGE, registry_page

    try:
        text = registry_page(read_controls())
    except InvalidInput as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
