"""The function learns where it is from its own ARN, and what it serves from a parameter."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pipelines.errors import EnvironmentFault
from pipelines.ingestion.handler import handle, read_settings
from tests.pipelines.ingestion.events import SETTINGS, TEXT, Noted


@dataclass
class Told:
    """A context of Lambda."""

    invoked_function_arn: str


def test_settings_stand_in_a_parameter_named_after_the_function() -> None:
    aws = Noted(answers={"get_parameters": {"Parameters": [{"Value": TEXT}]}})
    assert read_settings("acme-lab-features", aws) == SETTINGS
    assert aws.calls == [("get_parameters", {"Names": ["/acme-lab-features/settings"]})]


def test_a_function_without_settings_or_arn_does_nothing() -> None:
    with pytest.raises(EnvironmentFault, match="must exist as a parameter"):
        read_settings("acme-lab-features", Noted(answers={"get_parameters": {"Parameters": []}}))
    with pytest.raises(EnvironmentFault, match="must know its own ARN"):
        handle({}, Told("arn"))
