"""The function learns where it is from its own ARN, and what it serves from a parameter."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from pipelines.errors import EnvironmentFault, InvalidInput
from pipelines.ingestion import handler
from pipelines.ingestion.settings import Settings
from tests.pipelines.ingestion.events import WRITTEN, Noted, created

_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-features"


@dataclass
class Told:
    """A context of Lambda."""

    invoked_function_arn: str

    def get_remaining_time_in_millis(self) -> int:
        return 120_000


def _serving(monkeypatch: pytest.MonkeyPatch, parameters: list[dict[str, str]]) -> Noted:
    aws = Noted(answers={"get_parameters": {"Parameters": parameters}})
    aws.answers["start_pipeline_execution"] = {"PipelineExecutionArn": "arn:execution"}
    monkeypatch.setattr(handler, "_clients", lambda region: aws.clients)
    return aws


def test_settings_stand_in_a_parameter_named_after_the_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = _serving(monkeypatch, [{"Value": json.dumps(WRITTEN)}])
    answer = handler.handle(created("features/visits/incoming/may.csv"), Told(_ARN))
    assert answer == {"started": "arn:execution"}
    assert aws.calls[0] == ("get_parameters", {"Names": ["/acme-lab-features/settings"]})


def test_a_function_without_settings_or_arn_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = _serving(monkeypatch, [])
    with pytest.raises(EnvironmentFault, match="must exist as a parameter"):
        handler.handle(created("features/visits/incoming/may.csv"), Told(_ARN))
    assert aws.names == ["get_parameters"]
    with pytest.raises(EnvironmentFault, match="must know its own ARN"):
        handler.handle({}, Told("arn"))


def test_settings_without_a_mapping_of_feeds_are_refused() -> None:
    with pytest.raises(InvalidInput, match="settings feeds: must be a mapping"):
        Settings.read({**WRITTEN, "feeds": []})
