"""What a killed deployment left is taken over by its name, and what it replaces goes last."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from pipelines.promotion.adopt import Outlived, adopt, clear_away
from pipelines.promotion.terraform_messages import Change

MODEL, CONFIGURATION = "aws_sagemaker_model", "aws_sagemaker_endpoint_configuration"


class Serving:
    """SageMaker with some models and configurations."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)
        self.deleted: list[str] = []

    def _described(self, name: str) -> dict[str, Any]:
        if name not in self.there:
            error: Any = {"Error": {"Code": "ValidationException", "Message": "Could not find it"}}
            raise ClientError(error, "Describe")
        return {}

    def describe_endpoint(self, **request: Any) -> dict[str, Any]:
        """Describe no endpoint."""
        return self._described(request["EndpointName"])

    def describe_endpoint_config(self, **request: Any) -> dict[str, Any]:
        """Describe a configuration that is there."""
        return self._described(request["EndpointConfigName"])

    def describe_model(self, **request: Any) -> dict[str, Any]:
        """Describe a model that is there."""
        return self._described(request["ModelName"])

    def delete_endpoint_config(self, **request: Any) -> dict[str, Any]:
        """Note what is deleted."""
        self.deleted.append(request["EndpointConfigName"])
        return {}

    def delete_model(self, **request: Any) -> dict[str, Any]:
        """Note what is deleted."""
        self.deleted.append(request["ModelName"])
        return {}


class State:
    """Terraform with a plan, and what it was told to do with its state."""

    def __init__(self, **names: tuple[str | None, str | None]) -> None:
        self._names = names
        self.told: list[tuple[str, ...]] = []

    def names(self) -> dict[str, tuple[str | None, str | None]]:
        """Tell the names before and after."""
        return self._names

    def forget(self, address: str) -> None:
        """Note what is forgotten."""
        self.told.append(("forget", address))

    def import_resource(self, address: str, identifier: str) -> None:
        """Note what is imported."""
        self.told.append(("import", address, identifier))


def adopted(serving: Serving, state: State, *changes: Change) -> tuple[Outlived, ...] | None:
    """Adopt with the fakes."""
    return adopt(serving, state, changes)  # type: ignore[arg-type]


def test_what_is_to_be_created_and_exists_is_imported() -> None:
    state = State(model=(None, "new"))
    assert adopted(Serving("new"), state, Change("model", MODEL, "create")) == ()
    assert state.told == [("import", "model", "new")]


def test_a_successor_that_exists_takes_the_place_of_what_it_replaces() -> None:
    serving = Serving("old", "new", "old-configuration")
    state = State(model=("old", "new"), configuration=("old-configuration", "new-configuration"))
    outlived = adopted(
        serving,
        state,
        Change("model", MODEL, "replace"),
        Change("configuration", CONFIGURATION, "replace"),
    )
    assert outlived == (Outlived(MODEL, "old"),)
    assert state.told == [("forget", "model"), ("import", "model", "new")]


def test_what_does_not_exist_is_left_to_terraform() -> None:
    state = State(model=("old", "new"))
    assert adopted(Serving("old"), state, Change("model", MODEL, "replace")) is None
    assert state.told == []


def test_what_keeps_its_name_is_not_taken_for_its_own_successor() -> None:
    state = State(model=("same", "same"))
    assert adopted(Serving("same"), state, Change("model", MODEL, "replace")) is None
    assert state.told == []


def test_a_configuration_is_cleared_away_before_the_model_that_it_names() -> None:
    serving = Serving()
    clear_away(serving, [Outlived(MODEL, "old"), Outlived(CONFIGURATION, "old-configuration")])
    assert serving.deleted == ["old-configuration", "old"]
