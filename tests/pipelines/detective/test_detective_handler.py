"""The function's entry: its own ARN, and its settings in a parameter."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.detective.handler import read_settings
from pipelines.errors import EnvironmentFault
from pipelines.function import Function

_ARN = "arn:aws:lambda:eu-west-1:111111111111:function:acme-lab-detective"


class _Parameters:
    def __init__(self, **held: str) -> None:
        self._held = held

    def get_parameters(self, *, Names: list[str]) -> dict[str, Any]:
        return {"Parameters": [{"Value": self._held[n]} for n in Names if n in self._held]}


@pytest.mark.parametrize("arn", [_ARN, f"{_ARN}:7"])
def test_a_function_knows_itself_by_its_arn(arn: str) -> None:
    assert Function.of(arn) == Function("acme-lab-detective", "111111111111", "eu-west-1")


def test_settings_stand_in_a_parameter_named_after_the_function() -> None:
    value = json.dumps({"subnet_parameters": ["/acme/lab/subnets"], "topic_arn": "arn:aws:sns:t"})
    settings = read_settings(
        Function.of(_ARN), _Parameters(**{"/acme-lab-detective/settings": value})
    )

    assert settings.subnet_parameters == ("/acme/lab/subnets",)
    assert (settings.account_id, settings.region) == ("111111111111", "eu-west-1")


def test_without_settings_the_function_fails_loudly() -> None:
    with pytest.raises(EnvironmentFault, match="must exist as a parameter"):
        read_settings(Function.of(_ARN), _Parameters())
