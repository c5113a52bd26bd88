"""Which hyperparameters a single run may choose, and within which bounds.

A run that could choose any would be another model than the described one; what is not listed here
nobody can override, and the training itself refuses what lies outside, whoever started it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.tuning import as_kind, broken_bound
from pipelines.yaml_file import KeyPath, YamlFile, nearest

if TYPE_CHECKING:  # a description holds what a run may choose
    from pipelines.models.description import Hyperparameters, ModelDescription

SECTION = "per_run"


@dataclass(frozen=True)
class Choice:
    """One hyperparameter, from where to where a run may choose it; whole numbers stay whole."""

    name: str
    least: int | float
    most: int | float

    @property
    def parameter(self) -> str:
        """Name the parameter of the pipeline: learning_rate is LearningRate."""
        return "".join(word.capitalize() for word in self.name.split("_"))

    @property
    def whole(self) -> bool:
        """Tell whether only whole numbers make sense."""
        return isinstance(self.least, int)

    def read(self, text: str) -> int | float:
        """Read a number within the bounds; raises InvalidInput for any other text."""
        try:
            value = int(text) if self.whole else float(text)
        except ValueError:
            value = None
        if value is None or not isfinite(value) or not self.least <= value <= self.most:
            kind = "whole number" if self.whole else "number"
            rule = f"must be a {kind} from {self.least} to {self.most}"
            hint = f"the model's description says how far, in its section {SECTION}"
            raise InvalidInput(f"hyperparameter {self.name}", rule, got=repr(text), hint=hint)
        return value


def read_per_run(
    document: Mapping[str, Any] | None, hyperparameters: Hyperparameters
) -> tuple[Choice, ...]:
    """Read the section of a description; `hyperparameters` tells which of them are whole."""
    kinds = {name: type(value) for name, value in asdict(hyperparameters).items()}
    return tuple(
        Choice(name, as_kind(kinds[name], given["min"]), as_kind(kinds[name], given["max"]))
        for name, given in sorted((document or {}).items())
    )


def check_per_run(
    file: YamlFile, model: ModelDescription, bounds: Mapping[str, Mapping[str, Any]]
) -> None:
    """Refuse bounds that a hyperparameter cannot have, or that the described value breaks."""
    described = asdict(model.hyperparameters)
    for one in model.per_run:
        path: KeyPath = (SECTION, one.name)
        for end, value in (("min", one.least), ("max", one.most)):
            rule = broken_bound(value, bounds[one.name])
            if rule:
                raise file.error((*path, end), rule, got=str(value), hint=f"see {one.name} itself")
        if not one.least <= described[one.name] <= one.most:
            raise file.error(
                path,
                f"must hold what the description says without it, {described[one.name]}",
                got=f"{one.least} to {one.most}",
            )


def chosen(model: ModelDescription, settings: list[str]) -> dict[str, str]:
    """Turn `learning_rate=0.05` into parameters of a run; raises Misuse for what may not be set."""
    known, found = {one.name: one for one in model.per_run}, dict[str, str]()
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals or name not in known:
            guess = nearest(name, list(known))
            may = f"NAME=VALUE with a name of {', '.join(known)}" if known else "left out"
            raise Misuse(
                "--set",
                f"must be {may}",
                got=repr(setting),
                hint=f"did you mean {guess}?"
                if guess
                else f"what a run may choose stands in the section {SECTION} of the description",
            )
        if known[name].parameter in found:
            raise Misuse("--set", f"must tell {name} once", got="twice")
        found[known[name].parameter] = repr(known[name].read(text))
    return found


def check_given(model: ModelDescription, given: Mapping[str, str], *, searched: bool) -> None:
    """Refuse hyperparameters of a job that the description lets nobody choose.

    A job of a search may have what the search's own ranges hold. Raises InvalidInput.
    """
    described = asdict(model.hyperparameters) | {"seed": model.seed}
    choices = {one.name: one for one in model.per_run}
    ranges = {one.name: one for one in (model.tuning.ranges if model.tuning else ())}
    for name, text in given.items():
        if name not in described or _is(text, described[name]):
            continue
        if searched and name in ranges and _within(text, ranges[name].least, ranges[name].most):
            continue
        if name not in choices:
            raise InvalidInput(
                f"hyperparameter {name}",
                f"must be {described[name]}, as the description says",
                got=repr(text),
                hint=f"what a run may choose stands in the section {SECTION} of the description",
            )
        choices[name].read(text)


def _is(text: str, value: float) -> bool:
    return _within(text, value, value)


def _within(text: str, least: float, most: float) -> bool:
    try:
        return least <= float(text) <= most
    except ValueError:
        return False
