"""Tells why a request is decided as it is: statement by statement, condition by condition.

The order of layers is that of the decision; see ``policies.iam.evaluate``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from policies.iam.condition import Condition
from policies.iam.document import Policy, Statement
from policies.iam.evaluate import Decision, applies, binds, decide
from policies.iam.layers import Layer, Layers
from policies.iam.principal import Named
from policies.iam.request import Request


@dataclass(frozen=True)
class Weighed:
    """One statement beside a request: whether it applies, and if not, everything that keeps it."""

    layer: Layer
    statement: Statement
    applies: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class LayerSaid:
    """What the policies of one layer, or of one of its levels, said."""

    layer: Layer
    level: str
    denies: tuple[Weighed, ...]
    allows: tuple[Weighed, ...]
    others: int
    """How many statements do not speak of the action."""

    @property
    def lacks_allow(self) -> bool:
        """Tell whether nothing in the layer allows the request."""
        return not any(each.applies for each in self.allows)


@dataclass(frozen=True)
class Explanation:
    """A decision with what every statement had to do with it."""

    request: Request
    decision: Decision
    layers: tuple[LayerSaid, ...]

    @property
    def text(self) -> str:
        """The explanation as lines for people."""
        return "\n".join(_lines(self))


def explain(request: Request, layers: Layers) -> Explanation:
    """Decide a request, and tell what each statement said to it."""
    said = tuple(
        _said(request, layer, level, policies)
        for layer, level, policies in _levels(layers, request)
    )
    return Explanation(request, decide(request, layers), said)


def _levels(layers: Layers, request: Request) -> Iterator[tuple[Layer, str, tuple[Policy, ...]]]:
    for index, policies in enumerate(layers.resource_control, 1):
        yield Layer.RESOURCE_CONTROL, f"level {index}", policies
    if binds(Layer.SERVICE_CONTROL, request):
        for index, policies in enumerate(layers.service_control, 1):
            yield Layer.SERVICE_CONTROL, f"level {index}", policies
    single = (
        (Layer.ENDPOINT, layers.endpoint),
        (Layer.RESOURCE, layers.resource),
        (Layer.BOUNDARY, layers.boundary),
    )
    for layer, policy in single:
        if layer is Layer.BOUNDARY:
            yield Layer.IDENTITY, "", layers.identity
        if policy is not None:
            yield layer, "", (policy,)
    if layers.session is not None:
        yield Layer.SESSION, "", layers.session


def _said(request: Request, layer: Layer, level: str, policies: tuple[Policy, ...]) -> LayerSaid:
    denies = tuple(_weigh(request, layer, s) for p in policies for s in p.denying(request.action))
    allows = tuple(_weigh(request, layer, s) for p in policies for s in p.allowing(request.action))
    statements = sum(len(policy.statements) for policy in policies)
    return LayerSaid(layer, level, denies, allows, statements - len(denies) - len(allows))


def _weigh(request: Request, layer: Layer, statement: Statement) -> Weighed:
    meets = applies(statement, request) is not Named.NOT
    return Weighed(layer, statement, meets, () if meets else tuple(_obstacles(statement, request)))


def _obstacles(statement: Statement, request: Request) -> Iterator[str]:
    who = statement.principals
    if who is not None and who.names(request.principal) is Named.NOT:
        name = request.principal.identity_arn or request.principal.kind.name.lower()
        yield f"it does not name {name}"
    if statement.resources and not statement.names_resource(request.resource, request.values_of):
        yield f"it does not speak of {request.resource}"
    for condition in statement.conditions:
        if not condition.holds(request.values_of):
            yield _unmet(condition, request)


def _unmet(condition: Condition, request: Request) -> str:
    found = request.values_of(condition.key)
    if not found:
        return f"{condition.text} does not hold: the request does not carry {condition.key}"
    return f"{condition.text} does not hold: the request has {', '.join(found)}"


def _lines(explanation: Explanation) -> Iterator[str]:
    request, decision = explanation.request, explanation.decision
    name = request.principal.arn or request.principal.kind.name.lower()
    outcome = "allowed" if decision.allowed else "denied"
    yield f"{outcome}: {request.action} on {request.resource} by {name}"
    yield f"  {decision.reason}"
    for said in explanation.layers:
        level = f", {said.level}" if said.level else ""
        yield f"{said.layer.value}{level}:"
        for each in said.denies:
            yield from _of_statement(each, "denies", "does not deny")
        for each in said.allows:
            yield from _of_statement(each, "allows", "does not allow")
        if said.lacks_allow:
            yield "  nothing here allows the action"
        if said.others:
            yield f"  statements about other actions: {said.others}"


def _of_statement(weighed: Weighed, does: str, does_not: str) -> Iterator[str]:
    if weighed.applies:
        yield f"  {weighed.statement.address} {does}"
        return
    yield f"  {weighed.statement.address} {does_not}:"
    for reason in weighed.reasons:
        yield f"    {reason}"
