"""Check a bound definition against the API: each step's arguments against the operation's shape.

The published JSON schema of pipeline definitions is out of date; the service models that botocore
carries are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator

from pipelines.errors import InvalidInput

# The operation that each type of step calls, and the name that the service adds by itself.
_OPERATIONS = {
    "Model": ("CreateModel", "ModelName"),
    "Processing": ("CreateProcessingJob", "ProcessingJobName"),
    "RegisterModel": ("CreateModelPackage", None),
    "Training": ("CreateTrainingJob", "TrainingJobName"),
    "Transform": ("CreateTransformJob", "TransformJobName"),
    "Tuning": ("CreateHyperParameterTuningJob", "HyperParameterTuningJobName"),
}
# Types of steps that call no operation.
_WITHOUT = frozenset({"Condition", "Fail", "Lambda"})
_FUNCTION = re.compile(
    r"arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}", re.ASCII
)
_SAMPLES: Mapping[str, Any] = {
    "boolean": True,
    "double": 1.0,
    "float": 1.0,
    "integer": 1,
    "long": 1,
}


def check_shapes(definition: Mapping[str, Any], name: str) -> None:
    """Refuse arguments that the API would refuse; `name` is what errors call the definition."""
    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))
    for step in steps_of(definition):
        address = f"{name} step {step.get('Name')}"
        kind = step.get("Type")
        if kind in _WITHOUT:
            _check_function(step, address)
            continue
        if kind not in _OPERATIONS:
            known = ", ".join(sorted({*_OPERATIONS, *_WITHOUT}))
            raise InvalidInput(address, f"must be of a type among {known}", got=repr(kind))
        operation, given_name = _OPERATIONS[kind]
        shape = model.operation_model(operation).input_shape
        arguments = dict(_sampled(step["Arguments"], shape))
        if given_name:
            arguments[given_name] = "given-by-the-service"
        report = ParamValidator().validate(arguments, shape)
        if report.has_errors():
            first = report.generate_report().splitlines()[0]
            raise InvalidInput(address, f"must be a valid request of {operation}", got=first)


def _check_function(step: Mapping[str, Any], address: str) -> None:
    """A step that calls a function names it by its ARN."""
    arn = step.get("FunctionArn")
    if step["Type"] == "Lambda" and not (isinstance(arn, str) and _FUNCTION.fullmatch(arn)):
        raise InvalidInput(address, "must name its function by ARN", got=repr(arn))


def steps_of(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every step, those inside conditions too."""
    pending = list(definition["Steps"])
    while pending:
        step = pending.pop(0)
        yield step
        arguments = step["Arguments"]
        if step["Type"] == "Condition":
            pending += [*arguments.get("IfSteps", []), *arguments.get("ElseSteps", [])]


def is_variable(value: object) -> bool:
    """Tell whether the service computes a value when the pipeline runs."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and all(key == "Get" or str(key).startswith("Std:") for key in value)
    )


def _sampled(value: Any, shape: Shape | None) -> Any:
    """Put a sample of the right type where the service will compute a value."""
    if is_variable(value):
        if shape is None:
            return value
        least = int(shape.metadata.get("min", 1))
        return _SAMPLES.get(shape.type_name, "x" * max(1, least))
    if isinstance(value, dict):
        members = getattr(shape, "members", {})
        inner = getattr(shape, "value", None)
        return {key: _sampled(item, members.get(key, inner)) for key, item in value.items()}
    if isinstance(value, list):
        return [_sampled(item, getattr(shape, "member", None)) for item in value]
    return value
