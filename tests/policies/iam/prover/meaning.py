"""What the atoms of a formula mean for a concrete request: the formula's value without a solver."""

from __future__ import annotations

from collections.abc import Callable

from policies.iam import Request
from policies.iam.prover.actions import Candidate
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.automaton import matches
from policies.iam.prover.formula import TRUE
from policies.iam.prover.language import Variable, glob, resolved
from policies.iam.prover.subject import (
    RESOURCE,
    SESSION,
    Carried,
    Comparison,
    Opaque,
    Predicate,
    Relation,
    Subject,
    in_domain,
)


def truth(atoms: Atoms, request: Request) -> Callable[[int], bool]:
    """Return the value of each atom for a request; what is opaque has none."""

    def value(atom: int) -> bool:
        said = atoms.meaning[atom]
        if isinstance(said, Carried):
            return bool(request.values_of(said.subject.name))
        found = [_accepts(said.predicate, text, request) for text in _values(said.subject, request)]
        return said.wanted in found

    return value


def admits(candidate: Candidate, request: Request) -> bool:
    """Tell whether a request is one that the axioms of a candidate allow for."""
    if not in_domain(candidate.resource, request.resource):
        return False
    for key in candidate.keys.values():
        values = request.values_of(key.name) or ()
        if key.carried in (TRUE, -TRUE) and bool(values) is not (key.carried == TRUE):
            return False
        if not key.subject.many and len(values) > 1:
            return False
        if not all(in_domain(key.subject, value) for value in values):
            return False
    return True


class Unknown(Exception):
    """The formula has an atom that is not encoded."""


def _values(subject: Subject, request: Request) -> tuple[str, ...]:
    if subject.name == RESOURCE:
        return (request.resource,)
    if subject.name == SESSION:
        return (request.principal.arn.rpartition("/")[2],)
    return tuple(request.values_of(subject.name) or ())


def _accepts(predicate: Predicate, text: str, request: Request) -> bool:
    if isinstance(predicate, Comparison):
        return predicate.accepts(text)
    if isinstance(predicate, Opaque):
        raise Unknown(predicate.why)
    if isinstance(predicate, Relation):
        found = resolved(predicate.parts, lambda variable: _value_of(variable, request))
        made = None if found is None else glob(found, predicate.manner)
        return made is not None and matches(text, frozenset((made,)))
    return matches(text, predicate)


def _value_of(variable: Variable, request: Request) -> str | None:
    values = request.values_of(variable.key)
    return values[0] if values is not None and len(values) == 1 else variable.default
