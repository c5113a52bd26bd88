"""What layers of policies decide together, as one formula.

The specification is ``policies.iam.evaluate.decide``: deny anywhere, control policies and
endpoint, then what the resource and the principal allow, within boundary and session policy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policies.iam.document import Policy
from policies.iam.layers import Layers, Resource
from policies.iam.principal import Kind
from policies.iam.prover.formula import FALSE, TRUE, Formulas
from policies.iam.prover.naming import Applies
from policies.iam.prover.question import Question


@dataclass(frozen=True)
class Weighed:
    """What one policy does to an action: when it denies, and when it allows whom."""

    denies: int
    allows: Applies
    allows_any: int


Weigh = Callable[[Policy], Weighed]
"""Gives the formulas of a policy for one action."""


def allowed(question: Question, weigh: Weigh, formulas: Formulas) -> int:
    """Return the formula that a request is allowed.

    What is cheap and often false comes first: most actions are allowed by nobody.
    """
    made = _own(question, weigh, formulas)
    if made == FALSE:
        return FALSE
    layers = question.layers
    for level in _gates(question):
        gate = formulas.any_of(weigh(policy).allows_any for policy in level)
        made = formulas.all_of((made, gate))
        if made == FALSE:
            return FALSE
    bound = _is_member(question)
    skipped = set() if bound else {id(p) for level in layers.service_control for p in level}
    denials = (-weigh(policy).denies for _, policy in layers.all() if id(policy) not in skipped)
    return formulas.all_of((made, *denials))


def worth_asking(
    question: Question,
    names: Iterable[str],
    allowed_by: Callable[[Policy], frozenset[str] | None],
    is_known: Callable[[str], bool],
) -> list[str]:
    """Leave out the actions that some layer allows nobody; ``names`` are in order.

    ``allowed_by`` gives the known actions that a policy allows, or None for all.
    """
    layers, kind = question.layers, question.principal.kind
    own = [*layers.identity, *([] if layers.resource is None else [layers.resource])]
    groups: list[Iterable[Policy]] = [*_gates(question)]
    if kind is not Kind.ROOT:
        groups.append(own)
    limits = [found for group in groups if (found := _joined(group, allowed_by)) is not None]
    return [name for name in names if all(name in limit for limit in limits) or not is_known(name)]


def _joined(
    policies: Iterable[Policy], allowed_by: Callable[[Policy], frozenset[str] | None]
) -> frozenset[str] | None:
    found = [allowed_by(policy) for policy in policies]
    if None in found:
        return None
    return frozenset().union(*(names for names in found if names is not None))


def _is_member(question: Question) -> bool:
    return question.principal.kind in (Kind.ROLE, Kind.USER, Kind.ROOT)


def _gates(question: Question) -> Iterable[Iterable[Policy]]:
    layers = question.layers
    yield from layers.resource_control
    if _is_member(question):
        yield from layers.service_control
    if layers.endpoint is not None:
        yield (layers.endpoint,)


def _own(question: Question, weigh: Weigh, formulas: Formulas) -> int:
    layers, kind = question.layers, question.principal.kind
    same = question.principal.account == question.owner
    by_resource = Applies() if layers.resource is None else weigh(layers.resource).allows
    any_resource = formulas.any_of((by_resource.account, by_resource.identity, by_resource.session))
    if kind in (Kind.SERVICE, Kind.FEDERATED, Kind.ANONYMOUS):
        return any_resource
    decisive = layers.resource_counts is Resource.DECISIVE
    must = any_resource if decisive or not same else TRUE
    # What its own account gives the root user needs no policy.
    if must == FALSE or kind is Kind.ROOT:
        return must
    limits = _limits(layers, weigh, formulas)
    by_identity = formulas.any_of(weigh(policy).allows_any for policy in layers.identity)
    ways = [formulas.all_of((by_identity, limits))]
    if same:
        # Named as a session, or as everybody: past boundary and session policy.
        ways.append(by_resource.session)
        past = kind is Kind.USER and layers.session is None
        ways.append(
            by_resource.identity if past else formulas.all_of((by_resource.identity, limits))
        )
    return formulas.all_of((must, formulas.any_of(ways)))


def _limits(layers: Layers, weigh: Weigh, formulas: Formulas) -> int:
    made = TRUE
    if layers.boundary is not None:
        made = weigh(layers.boundary).allows_any
    if layers.session is not None:
        given = formulas.any_of(weigh(policy).allows_any for policy in layers.session)
        made = formulas.all_of((made, given))
    return made
