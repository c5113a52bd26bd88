"""What a killed deployment left is taken over by its name; all else is left to Terraform."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from pipelines.promotion.adopt import adopt
from pipelines.promotion.terraform_messages import Change

MODEL, CONFIGURATION = "aws_sagemaker_model", "aws_sagemaker_endpoint_configuration"


class Serving:
    """SageMaker with some models and configurations."""

    def __init__(self, *there: str) -> None:
        self.there = set(there)

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


class State:
    """Terraform with a plan, and what it was told to import."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names
        self.imported: list[tuple[str, str]] = []

    def planned_names(self) -> dict[str, str]:
        """Tell the names that the plan gives."""
        return self._names

    def import_resource(self, address: str, identifier: str) -> None:
        """Note what is imported."""
        self.imported.append((address, identifier))


def adopted(serving: Serving, state: State, *changes: Change) -> bool:
    """Adopt with the fakes."""
    return adopt(serving, state, changes)  # type: ignore[arg-type]


def at(kind: str, name: str) -> str:
    """Address a model or a configuration in the release's root."""
    return f'module.endpoint.{kind}.this["{name}"]'


def test_what_is_to_be_created_and_exists_is_imported_and_its_predecessor_left_alone() -> None:
    models = [at(MODEL, "new"), at(MODEL, "old")]
    configurations = [at(CONFIGURATION, "new-3"), at(CONFIGURATION, "old-2")]
    state = State({models[0]: "new", configurations[0]: "new-3"})
    assert adopted(
        Serving("old", "new", "old-2", "new-3"),
        state,
        Change(models[0], MODEL, "create"),
        Change(models[1], MODEL, "delete"),
        Change(configurations[0], CONFIGURATION, "create"),
        Change(configurations[1], CONFIGURATION, "delete"),
    )
    assert state.imported == [(models[0], "new"), (configurations[0], "new-3")]


def test_what_does_not_exist_is_left_to_terraform() -> None:
    state = State({at(MODEL, "new"): "new", at(CONFIGURATION, "new-3"): "new-3"})
    changes = [
        Change(at(MODEL, "new"), MODEL, "create"),
        Change(at(CONFIGURATION, "new-3"), CONFIGURATION, "create"),
    ]
    assert not adopted(Serving("old"), state, *changes)
    assert state.imported == []


def test_what_changes_in_place_is_not_imported() -> None:
    state = State({at(MODEL, "same"): "same"})
    assert not adopted(Serving("same"), state, Change(at(MODEL, "same"), MODEL, "update"))
    assert state.imported == []


def test_what_exists_by_a_name_of_another_kind_is_not_taken_for_it() -> None:
    state = State({"aws_iam_role.x": "new"})
    assert not adopted(Serving("new"), state, Change("aws_iam_role.x", "aws_iam_role", "create"))
    assert state.imported == []
