"""What the API would not take is refused before a definition is put in place."""

from __future__ import annotations

import copy

import pytest

from pipelines.definitions.binder import bind
from pipelines.definitions.shapes import check_shapes
from pipelines.errors import InvalidInput
from tests.pipelines.definitions.compiling import values_for
from tests.pipelines.definitions.test_compiled import NAMES, definition_of


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("ProcessingResources", "ClusterConfig", "InstanceCount"), "1", "step Prepare: must be a"),
        (("NetworkConfig", "Isolation"), True, "step Prepare: must be a valid request of Create"),
        (("AppSpecification", "ImageUri"), None, "step Prepare: must be a valid request of Create"),
    ],
)
def test_arguments_that_the_api_does_not_take_are_refused(
    path: tuple[str, ...], value: object, sentence: str
) -> None:
    definition = definition_of(NAMES[0])
    bound = copy.deepcopy(bind(definition, values_for(definition), "x"))
    part = bound["Steps"][0]["Arguments"]
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(InvalidInput) as refusal:
        check_shapes(bound, "x.json")
    assert str(refusal.value).startswith(f"x.json {sentence}")


def test_a_step_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(InvalidInput, match="x step Guess: must be of a type among Condition, Fail"):
        check_shapes({"Steps": [{"Name": "Guess", "Type": "Guess", "Arguments": {}}]}, "x")
