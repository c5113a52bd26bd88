"""What starts the training of a model without a person, as accounts/organization.yaml names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.yaml_file import YamlFile

_DAY, _WEEKDAY = 2, 4


@dataclass(frozen=True)
class Triggers:
    """`object` is a prefix below that of the model's data; `schedule` is EventBridge's, in UTC."""

    push: bool = False
    schedule: str | None = None
    object: str | None = None

    def __bool__(self) -> bool:
        return self.push or self.schedule is not None or self.object is not None

    @classmethod
    def of(cls, model: Mapping[str, Any]) -> Triggers:
        """Read what a model names; the schema has been checked."""
        named = model.get("triggers", {})
        prefix = named.get("object", {}).get("prefix")
        return cls(push=named.get("push", False), schedule=named.get("schedule"), object=prefix)


def check_triggers(file: YamlFile) -> None:
    """Refuse schedules that EventBridge refuses, and triggers that start nothing."""
    for name, model in file.value["models"].items():
        if "triggers" not in model:
            continue
        triggers, path = Triggers.of(model), ("models", name, "triggers")
        if not triggers:
            hint = "leave triggers out where training starts on demand only"
            raise file.error(path, "must name what starts training", got="push: false", hint=hint)
        fields = (triggers.schedule or "").removeprefix("cron(").removesuffix(")").split()
        if not (triggers.schedule or "").startswith("cron("):
            continue
        if (fields[_DAY] == "?") == (fields[_WEEKDAY] == "?"):
            raise file.error(
                (*path, "schedule"),
                "must have ? for exactly one of day-of-month and day-of-week",
                got=str(triggers.schedule),
                hint="cron(0 3 ? * MON *) is every Monday at three, cron(0 3 1 * ? *) every first",
            )
