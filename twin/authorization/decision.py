"""Decides a request: what it asks for itself, and what the service asks for because of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from policies.iam import Decision, Layers, MalformedPolicy, Principal, Request, decide
from twin.authorization import refusals
from twin.authorization.asked import Asked, UnknownAction
from twin.authorization.dependents import Dependent, dependents
from twin.authorization.dependents.passed_roles import refuse_unknown
from twin.authorization.keys.undecidable import undecidable
from twin.call import Call
from twin.errors import ServiceError
from twin.network import Route, Unreachable

if TYPE_CHECKING:
    from twin.twin import Twin

_log = logging.getLogger(__name__)
Keys = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Weighed:
    """One action on one resource, and what was decided about it.

    ``service`` is the service that asked, in its caller's name or as itself; None where the
    request itself did. ``keys`` are the condition keys that it was decided by.
    """

    asked: Asked
    decision: Decision
    keys: Keys
    service: str | None = None


@dataclass(frozen=True)
class Ruling:
    """Whether a request may be made.

    ``error`` is the answer where it may not. ``decisions`` are all that were taken, those of the
    request itself first; ``unknown`` says what was not known of it, ``unreachable`` why no way
    leads to the service.
    """

    error: ServiceError | None = None
    decisions: tuple[Weighed, ...] = ()
    route: Route = field(default_factory=Route)
    unknown: str | None = None
    unreachable: str | None = None

    @property
    def allowed(self) -> bool:
        """Tell whether the request may be made."""
        return self.error is None


@dataclass(frozen=True)
class Judges:
    """Where an answer comes from: what is asked, on which way, in which circumstances, by what."""

    asked: Callable[[Twin, Call], tuple[Asked, ...]]
    route: Callable[[Twin, Call], Route]
    keys: Callable[[Twin, Call, Asked, Route], Keys]
    layers: Callable[[Twin, Call, Asked, Route], Layers]
    principal_of: Callable[..., Principal]
    dependents: Callable[[Twin, Call], tuple[Dependent, ...]] = dependents


@cache
def in_force() -> Judges:
    """Return those that decide by the live state of a twin."""
    from twin.authorization.actions import asked
    from twin.authorization.keys import keys
    from twin.authorization.live import layers, principal_of
    from twin.network import route

    return Judges(asked, route, keys, layers, principal_of)


def authorise(twin: Twin, call: Call) -> Ruling:
    """Decide a request by the policies that are in force in the twin.

    A failure to decide refuses, whatever it comes from.
    """
    try:
        with twin.turn:
            return rule(in_force(), twin, call)
    except Exception as error:
        _log.exception("%s.%s was not decided", call.service, call.operation)
        why = f"{type(error).__name__}: {error}"
        return Ruling(ServiceError("InternalFailure", why, 501), unknown=why)


def rule(judges: Judges, twin: Twin, call: Call) -> Ruling:
    """Decide a request, and everything that the service would ask for because of it.

    What is not known of a request refuses it. All is decided also where the first refuses: who
    mends a role wants to know of everything that it lacks.
    """
    if _asks_itself(call):
        return Ruling()
    try:
        way = judges.route(twin, call)
    except Unreachable as error:
        failure = ServiceError("Unreachable", str(error), 503)
        return Ruling(failure, unreachable=str(error))
    try:
        asks = judges.asked(twin, call)
        refuse_unknown(call, (one.action for one in asks))
        own = tuple(_weighed(judges, twin, call, one, way) for one in asks)
        others = tuple(_others(judges, twin, call, way))
    except UnknownAction as error:
        return Ruling(refusals.unknown(call, error), route=way, unknown=str(error))
    except MalformedPolicy as error:
        # A policy that cannot be read allows nothing.
        unread = UnknownAction(call.service, call.operation, str(error))
        return Ruling(refusals.unknown(call, unread), route=way, unknown=str(error))
    decisions = (*own, *(weighed for weighed, _ in others))
    return Ruling(_error(call, own, others), decisions, way)


def _asks_itself(call: Call) -> bool:
    """A service that reads what it holds itself makes no request on AWS."""
    caller = call.caller
    return caller.is_service and caller.arn.partition(".")[0] == call.service


def _weighed(
    judges: Judges, twin: Twin, call: Call, asked: Asked, way: Route, more: Keys | None = None
) -> Weighed:
    keys = judges.keys(twin, call, asked, way)
    if more:
        keys = {**keys, **more}
    principal = judges.principal_of(call.caller)
    request = Request(principal, asked.action, asked.resource, asked.owner, keys)
    layers = judges.layers(twin, call, asked, way)
    depends = undecidable(layers, asked)
    if depends is not None:
        raise UnknownAction(call.service, call.operation, str(depends))
    return Weighed(asked, decide(request, layers), keys)


def _others(
    judges: Judges, twin: Twin, call: Call, way: Route
) -> Iterator[tuple[Weighed, ServiceError | None]]:
    # The policy of an endpoint decides what passes it, and no more: services speak with each
    # other over AWS's own network.
    inside, within = Route(), replace(way, endpoint_policy=None)
    for one in judges.dependents(twin, call):
        behind = inside if one.call.position.service else within
        asks = judges.asked(twin, one.call) if one.asked is None else (one.asked,)
        for ask in asks:
            weighed = _weighed(judges, twin, one.call, ask, behind, one.keys)
            yield replace(weighed, service=_service_of(one.call)), one.error


def _service_of(call: Call) -> str | None:
    caller = call.caller
    return caller.arn if caller.is_service else (caller.called_via or (None,))[-1]


def _error(
    call: Call, own: tuple[Weighed, ...], others: tuple[tuple[Weighed, ServiceError | None], ...]
) -> ServiceError | None:
    for weighed in own:
        if not weighed.decision.allowed:
            return refusals.refusal(call, weighed.asked, weighed.decision)
    for weighed, error in others:
        if not weighed.decision.allowed:
            return error or refusals.refusal(call, weighed.asked, weighed.decision)
    return None
