"""A trial from its order to an endpoint that runs exactly what was ordered.

A function of a pipeline's step has ten minutes, and a connection on which nothing is said for six
is lost; an endpoint may take longer. So one call starts, others wait a few minutes each, and the
last one raises where the endpoint is not at rest. Every call may be repeated.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html#step-type-lambda
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pipelines.errors import Finding, GatehouseError, InvalidInput
from pipelines.trials.content import content_of
from pipelines.trials.endpoint import GONE, Live, SageMaker
from pipelines.trials.settings import Settings
from pipelines.trials.version import approved_version

SERVING, REMOVED = "serving", "removed"
_IN_SERVICE, _FAILED, _DELETING = "InService", "Failed", "Deleting"
_POLL_SECONDS = 5.0


@dataclass(frozen=True)
class Order:
    """What is asked for: which model's trial, what of it, and by which version."""

    model: str
    wanted: str
    package_arn: str
    instance_type: str


@dataclass(frozen=True)
class Started:
    """What a start has begun: the names of what is meant to run, and of what ran before."""

    state: str
    endpoint: str
    configuration: str
    previous: str


@dataclass(frozen=True)
class Pace:
    """How a call waits: ``left`` gives the seconds that remain to it, ``sleep`` passes some."""

    left: Callable[[], float]
    sleep: Callable[[float], None]


def start(order: Order, settings: Settings, client: Any, pace: Pace) -> Started:
    """Begin to serve or to remove; raises Finding where that cannot be, and changes nothing then.

    ``client`` is boto3's of SageMaker.
    """
    sagemaker, endpoint = SageMaker(client), settings.endpoint(order.model)
    if order.wanted == REMOVED:
        return _removal(endpoint, sagemaker)
    if order.wanted != SERVING:
        raise InvalidInput("Wanted", f"must be {SERVING} or {REMOVED}", got=order.wanted)
    version = approved_version(client, order.package_arn, order.model, settings)
    content = content_of(order.model, version, order.instance_type, settings)
    live = sagemaker.live(endpoint)
    if live.status in (_FAILED, _DELETING):
        live = _buried(order.model, live, settings, sagemaker, pace)
    if live.status not in (_IN_SERVICE, GONE):
        raise Finding(endpoint, "must be at rest to be deployed", got=live.status)
    wanted = content.configuration_name
    if live.configuration == wanted:
        return Started(_IN_SERVICE, endpoint, wanted, "")
    try:
        sagemaker.make(content)
        if live.status == GONE:
            sagemaker.create(endpoint, wanted)
            return Started("Creating", endpoint, wanted, "")
        sagemaker.update(endpoint, wanted)
    except GatehouseError:
        _tidy(order.model, wanted, content.model_name, settings, sagemaker)
        raise
    return Started("Updating", endpoint, wanted, live.configuration)


def wait(
    model: str, begun: Started, settings: Settings, client: Any, pace: Pace, *, last: bool
) -> Started:
    """Wait until the endpoint is what a start has begun, or the time of this call is over.

    What nothing runs any more is removed then, and told no more. The `last` call raises where the
    time was over, and each of them where the endpoint is anything else than was meant: Finding.
    """
    sagemaker, endpoint = SageMaker(client), settings.endpoint(model)
    live = sagemaker.live(endpoint)
    while live.status not in (_IN_SERVICE, _FAILED, GONE) and pace.left() > 2 * _POLL_SECONDS:
        pace.sleep(_POLL_SECONDS)
        live = sagemaker.live(endpoint)
    if live.status not in (_IN_SERVICE, _FAILED, GONE):
        if last:
            raise Finding(endpoint, "must come to rest in time", got=live.status)
        return replace(begun, state=live.status)
    if begun.state in (_DELETING, GONE):
        _judge(endpoint, live, "")
        _tidy(model, begun.configuration, "", settings, sagemaker)
        return Started(live.status, endpoint, "", "")
    if live.status == _IN_SERVICE and live.configuration != begun.configuration:
        _tidy(model, begun.configuration, "", settings, sagemaker)
    _judge(endpoint, live, begun.configuration)
    _tidy(model, begun.previous, "", settings, sagemaker)
    return Started(live.status, endpoint, begun.configuration, "")


def _removal(endpoint: str, sagemaker: SageMaker) -> Started:
    live = sagemaker.live(endpoint)
    if live.status == GONE:
        return Started(GONE, endpoint, "", "")
    if live.status not in (_IN_SERVICE, _FAILED, _DELETING):
        raise Finding(endpoint, "must be at rest to be removed", got=live.status)
    if live.status != _DELETING:
        sagemaker.delete(endpoint)
    return Started(_DELETING, endpoint, live.configuration, "")


def _buried(model: str, live: Live, settings: Settings, sagemaker: SageMaker, pace: Pace) -> Live:
    """Remove an endpoint that failed, of which SageMaker allows nothing else, before another."""
    endpoint, old = settings.endpoint(model), live.configuration
    if live.status == _FAILED:
        sagemaker.delete(endpoint)
    while pace.left() > 2 * _POLL_SECONDS:
        found = sagemaker.live(endpoint)
        if found.status == GONE:
            _tidy(model, old, "", settings, sagemaker)
            return found
        pace.sleep(_POLL_SECONDS)
    return sagemaker.live(endpoint)


def _judge(endpoint: str, live: Live, configuration: str) -> None:
    """Compare what is live with what was meant: SageMaker undoes an update without an error."""
    reason = f": {live.reason}" if live.reason else ""
    if not configuration:
        if live.status != GONE:
            raise Finding(endpoint, "must be removed", got=f"{live.status}{reason}")
        return
    if live.status != _IN_SERVICE:
        raise Finding(endpoint, f"must run {configuration}", got=f"{live.status}{reason}")
    if live.configuration != configuration:
        undone = f"{live.configuration}, to which SageMaker has gone back{reason}"
        raise Finding(endpoint, f"must run {configuration}", got=undone)


def _tidy(
    model: str, configuration: str, served: str, settings: Settings, sagemaker: SageMaker
) -> None:
    """Remove a configuration that nothing runs, and its model: `served` where it has none yet."""
    if not configuration or not settings.is_of(configuration, model):
        return
    name = sagemaker.model_of(configuration) or served
    sagemaker.remove_configuration(configuration)
    live = sagemaker.live(settings.endpoint(model))
    still_used = live.configuration and sagemaker.model_of(live.configuration) == name
    if name and not still_used and settings.is_of(name, model):
        sagemaker.remove_model(name)
