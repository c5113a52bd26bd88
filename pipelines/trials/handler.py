"""The function's entry: reads its settings, makes clients and starts a trial or waits for one.

What goes wrong is raised, so that the step fails and its reason is the sentence that says why.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from pipelines.errors import InvalidInput
from pipelines.function import Context, Function
from pipelines.trials.deployment import Order, Pace, Started, start, wait
from pipelines.trials.settings import Settings

_log = logging.getLogger(__name__)
# SageMaker loses a step's connection on which nothing is said for about six minutes.
_LONGEST_SECONDS = 240.0
_MARGIN_SECONDS = 15.0
# An output of a step is a text that is not empty.
_NOTHING = "-"


def handle(event: Mapping[str, Any], context: Context) -> dict[str, str]:
    """Do what a step of the pipeline asks for: ``action`` is start or wait; raises GatehouseError.

    Answers ``state``, ``endpoint``, ``configuration`` and ``previous``, each a text.
    """
    logging.getLogger().setLevel(logging.INFO)
    function = Function.of(context.invoked_function_arn)
    clients = _clients(function.region)
    settings = Settings.of(function.settings(clients["ssm"]))
    answer = answer_to(event, settings, clients["sagemaker"], _pace(context))
    _log.info("%s", answer)
    return answer


def answer_to(
    event: Mapping[str, Any], settings: Settings, client: Any, pace: Pace
) -> dict[str, str]:
    """Start or wait, and tell it as the pipeline's outputs; ``client`` is boto3's of SageMaker."""
    action, model = _text(event, "action"), _text(event, "model")
    if action == "start":
        order = Order(
            model,
            _text(event, "wanted"),
            _text(event, "package_arn"),
            _text(event, "instance_type"),
        )
        return _told(start(order, settings, client, pace))
    if action != "wait":
        raise InvalidInput("action", "must be start or wait", got=action)
    begun = Started(
        _text(event, "state"),
        settings.endpoint(model),
        _text(event, "configuration").removeprefix(_NOTHING),
        _text(event, "previous").removeprefix(_NOTHING),
    )
    return _told(wait(model, begun, settings, client, pace, last=bool(event.get("last"))))


def _told(started: Started) -> dict[str, str]:
    return {
        "state": started.state,
        "endpoint": started.endpoint,
        "configuration": started.configuration or _NOTHING,
        "previous": started.previous or _NOTHING,
    }


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(name, "must be a text of the event", got=repr(value))
    return value


def _pace(context: Context) -> Pace:
    began = time.monotonic()

    def left() -> float:
        own = _LONGEST_SECONDS - (time.monotonic() - began)
        return min(own, context.get_remaining_time_in_millis() / 1000 - _MARGIN_SECONDS)

    return Pace(left, time.sleep)


@lru_cache(maxsize=1)
def _clients(region: str) -> Mapping[str, Any]:
    """Make the clients once: an execution environment serves many calls."""
    config = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 4})
    return {
        name: boto3.client(name, region_name=region, config=config) for name in ("sagemaker", "ssm")
    }
