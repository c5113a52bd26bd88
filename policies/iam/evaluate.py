"""Decides a request as AWS does, and says which statements decided it.

The order follows https://docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_evaluation-logic_policy-eval-denyallow.html: an explicit deny anywhere ends
it; control policies and the endpoint must allow; then the resource's and the principal's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies.iam.document import Policy, Statement
from policies.iam.layers import Layer, Layers, Resource
from policies.iam.principal import Kind, Named
from policies.iam.request import Request


@dataclass(frozen=True)
class Decision:
    """Whether a request is allowed, and why.

    ``layer`` is where a refusal came from; ``explicit`` tells a Deny from the lack of an Allow;
    ``statements`` are those that decided: the Deny, or every Allow that was needed.
    """

    allowed: bool
    explicit: bool
    layer: Layer | None
    statements: tuple[Statement, ...]

    @property
    def reason(self) -> str:
        """The reason in the words that AWS uses for a refusal."""
        named = ", ".join(statement.address for statement in self.statements)
        if self.allowed:
            return f"allowed by {named}"
        layer = self.layer.value if self.layer else "policy"
        article = "an" if layer[0] in "aeiou" else "a"
        if self.explicit:
            return f"with an explicit deny in {article} {layer} ({named})"
        return f"because no {layer} allows the action"


def decide(request: Request, layers: Layers) -> Decision:
    """Decide a request by the policies that bear on it."""
    denied = _explicit_deny(request, layers)
    if denied is not None:
        return denied
    found: list[Statement] = []
    for layer, levels in _gates(request, layers):
        for level in levels:
            allow = _first_allow(level, request)
            if allow is None:
                return Decision(False, False, layer, ())
            found.append(allow)
    return _own(request, layers, found)


def _explicit_deny(request: Request, layers: Layers) -> Decision | None:
    for layer, policy in layers.all():
        if not binds(layer, request):
            continue
        for statement in policy.denying(request.action):
            if applies(statement, request) is not Named.NOT:
                return Decision(False, True, layer, (statement,))
    return None


def _gates(
    request: Request, layers: Layers
) -> Iterable[tuple[Layer, Iterable[tuple[Policy, ...]]]]:
    yield Layer.RESOURCE_CONTROL, layers.resource_control
    if binds(Layer.SERVICE_CONTROL, request):
        yield Layer.SERVICE_CONTROL, layers.service_control
    if layers.endpoint is not None:
        yield Layer.ENDPOINT, ((layers.endpoint,),)


def binds(layer: Layer, request: Request) -> bool:
    """Tell whether the policies of a layer bind whoever makes a request.

    Services, and those who have no account yet, are nobody's members: service control policies
    do not bind them.
    """
    if layer is not Layer.SERVICE_CONTROL:
        return True
    return request.principal.kind in (Kind.ROLE, Kind.USER, Kind.ROOT)


def _own(request: Request, layers: Layers, found: list[Statement]) -> Decision:
    named, by_resource = _resource_allow(request, layers.resource)
    if request.principal.kind in (Kind.SERVICE, Kind.FEDERATED, Kind.ANONYMOUS):
        return _ended(Layer.RESOURCE, [*found, by_resource] if by_resource else None)
    must = request.is_cross_account or layers.resource_counts is Resource.DECISIVE
    if must and by_resource is None:
        return Decision(False, False, Layer.RESOURCE, ())
    if request.principal.kind is Kind.ROOT:
        # What its own account gives the root user needs no policy.
        return _ended(Layer.RESOURCE, [*found, *filter(None, (by_resource,))])
    if not request.is_cross_account and by_resource is not None:
        if named is Named.SESSION or (
            # A user's boundary does not limit what a resource gives the user by name.
            named is Named.IDENTITY
            and request.principal.kind is Kind.USER
            and layers.session is None
        ):
            return _ended(Layer.RESOURCE, [*found, by_resource])
        if named is Named.IDENTITY:
            return _limited(request, layers, [*found, by_resource])
    by_identity = _first_allow(layers.identity, request)
    if by_identity is None:
        return Decision(False, False, Layer.IDENTITY, ())
    needed = [*found, *filter(None, (by_resource if must else None,)), by_identity]
    return _limited(request, layers, needed)


def _limited(request: Request, layers: Layers, found: list[Statement]) -> Decision:
    """Decide by what limits a principal: its boundary, and the policies of its session."""
    if layers.boundary is not None:
        allow = _first_allow((layers.boundary,), request)
        if allow is None:
            return Decision(False, False, Layer.BOUNDARY, ())
        found.append(allow)
    if layers.session is not None:
        allow = _first_allow(layers.session, request)
        if allow is None:
            return Decision(False, False, Layer.SESSION, ())
        found.append(allow)
    return _ended(None, found)


def _ended(layer: Layer | None, found: list[Statement] | None) -> Decision:
    if found is None:
        return Decision(False, False, layer, ())
    return Decision(True, False, None, tuple(found))


def _resource_allow(request: Request, policy: Policy | None) -> tuple[Named, Statement | None]:
    """Return the allow of the resource's policy that names the principal most closely."""
    best: tuple[Named, Statement | None] = (Named.NOT, None)
    for statement in policy.allowing(request.action) if policy else ():
        named = applies(statement, request)
        if named is not Named.NOT and (best[1] is None or named.value > best[0].value):
            best = named, statement
    return best


def _first_allow(policies: Iterable[Policy], request: Request) -> Statement | None:
    for policy in policies:
        for statement in policy.allowing(request.action):
            if applies(statement, request) is not Named.NOT:
                return statement
    return None


def applies(statement: Statement, request: Request) -> Named:
    """Tell whether a statement that speaks of the action applies, and how it names the principal.

    A statement without principals, as policies of identities have it, names the identity.
    """
    named = Named.IDENTITY
    if statement.principals is not None:
        named = statement.principals.names(request.principal)
        if named is Named.NOT:
            return Named.NOT
    if statement.resources and not statement.names_resource(request.resource, request.values_of):
        return Named.NOT
    for condition in statement.conditions:
        if not condition.holds(request.values_of):
            return Named.NOT
    return named
