"""The models of an organisation: whose they are, and how they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipelines.organization_triggers import Triggers
from pipelines.organization_units import MAIN_UNIT


class Answers(StrEnum):
    """How a model answers: row by row at an endpoint, or in batches after its approval."""

    ENDPOINT = "endpoint"
    BATCH = "batch"


class Promotes(StrEnum):
    """What reaches the targets: the model as it was trained, or the code that each trains anew."""

    MODEL = "model"
    CODE = "code"


@dataclass(frozen=True)
class Model:
    """A model that a business unit builds, and promotes or lets answer in batches."""

    name: str
    description: str
    owner: str
    business_unit: str
    triggers: Triggers
    answers: Answers = Answers.ENDPOINT
    promotes: Promotes = Promotes.MODEL


def read_model(name: str, entry: Mapping[str, Any]) -> Model:
    """Read the entry of a model, as the schema allows it."""
    answers = Answers(entry.get("answers", Answers.ENDPOINT))
    promotes = Promotes(entry.get("promotes", Promotes.MODEL))
    read = {"triggers": Triggers.of(entry), "answers": answers, "promotes": promotes}
    return Model(name, **{"business_unit": MAIN_UNIT, **entry, **read})
