"""Which operations of a service moto answers, read from its response and backend classes."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType

from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

# moto calls its folder otherwise than botocore calls the service.
_FOLDERS = {"lambda": "awslambda"}
# moto finds these by path and method, so that its methods are not called like operations.
BY_PATH = frozenset({"s3", "s3control"})


def moto_operations(service: str) -> frozenset[str] | None:
    """Return the operations that moto has a method for; None where it cannot be told.

    moto's dispatcher looks a method up by the operation's name in lower case with underscores:
    https://docs.getmoto.org/en/latest/docs/contributing/development_tips/new_methods.html
    """
    if service in BY_PATH:
        return None
    folder = _FOLDERS.get(service, service.replace("-", ""))
    try:
        module = importlib.import_module(f"moto.{folder}.responses")
    except ModuleNotFoundError:
        return frozenset()
    methods = {name for made in _classes(module) for name in dir(made)}
    operations = get_service_model(service).operation_names
    return frozenset(each for each in operations if camelcase_to_underscores(each) in methods)


def _classes(module: ModuleType) -> list[type]:
    made = [each for _, each in inspect.getmembers(module, inspect.isclass)]
    return [
        each
        for each in made
        if issubclass(each, BaseResponse)
        and each is not BaseResponse
        and each.__module__ == module.__name__
    ]
