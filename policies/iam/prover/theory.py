"""Tells which truth values of atoms go together, and learns a clause from those that do not.

A subject that the request does not carry still has a value here, of which nothing can be seen.
What is learned holds for every question, so it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policies.iam.prover.automaton import TooHard
from policies.iam.prover.formula import Clause
from policies.iam.prover.subject import Opaque, Predicate, Relation, Says, Subject
from policies.iam.prover.values import find

Literal = tuple[int, Says, bool]
"""An atom's formula, what it says, and whether it is to hold."""


class Theory:
    """What is known of values: which demands can be met, and what was learned from others."""

    def __init__(self) -> None:
        self._learned: dict[int, list[Clause]] = {}
        self._values: dict[tuple[object, ...], tuple[str, ...] | None] = {}

    def values(self, subject: Subject, demands: Iterable[Literal]) -> tuple[str, ...] | None:
        """Return values of a subject that meet the demands, or None where none do.

        Relations and what is opaque are not looked at. Raises TooHard where it cannot be told.
        """
        told = [(d[1].predicate, d[1].wanted, d[2]) for d in demands]
        told = [one for one in told if not isinstance(one[0], Relation | Opaque)]
        key = (subject, frozenset(told))
        if key not in self._values:
            self._values[key] = _several(subject, told) if subject.many else _one(subject, told)
        return self._values[key]

    def conflict(self, subject: Subject, demands: list[Literal]) -> Clause | None:
        """Return a clause that some of the demands break, as few as may be, or None.

        None where the demands can be met. Raises TooHard where it cannot be told.
        """
        if self.values(subject, demands) is not None:
            return None
        core = [d for d in demands if not isinstance(d[1].predicate, Relation | Opaque)]
        for demand in list(core):
            fewer = [d for d in core if d is not demand]
            try:
                if self.values(subject, fewer) is None:
                    core = fewer
            except TooHard:
                continue
        clause = tuple(sorted(-name if held else name for name, _, held in core))
        self.learn(clause)
        return clause

    def agrees(self, values: Mapping[int, bool], atoms: Mapping[int, object]) -> bool:
        """Tell whether values of atoms may go together; where it is too hard to tell, they may."""
        for subject, demands in by_subject(values, atoms).items():
            try:
                if self.values(subject, demands) is None:
                    return False
            except TooHard:
                continue
        return True

    def learn(self, clause: Clause) -> None:
        """Remember a clause that holds whatever is asked."""
        known = self._learned.setdefault(min(map(abs, clause), default=0), [])
        if clause not in known:
            known.append(clause)

    def about(self, atoms: set[int]) -> Iterator[Clause]:
        """Give what was learned of these atoms alone."""
        for atom in sorted(atoms & self._learned.keys()):
            for clause in self._learned[atom]:
                if all(abs(literal) in atoms for literal in clause):
                    yield clause

    @property
    def lemmas(self) -> int:
        """How many clauses were learned."""
        return sum(map(len, self._learned.values()))


def by_subject(
    needed: Mapping[int, bool], atoms: Mapping[int, object]
) -> dict[Subject, list[Literal]]:
    """Sort what is needed by what it speaks of."""
    made: dict[Subject, list[Literal]] = {}
    for name, held in needed.items():
        said = atoms.get(name)
        if isinstance(said, Says):
            made.setdefault(said.subject, []).append((name, said, held))
    return made


def _one(subject: Subject, told: list[tuple[Predicate, bool, bool]]) -> tuple[str, ...] | None:
    yes = frozenset(predicate for predicate, wanted, held in told if held is wanted)
    no = frozenset(predicate for predicate, wanted, held in told if held is not wanted)
    found = None if yes & no else find(subject, yes, no)
    return None if found is None else (found,)


def _several(subject: Subject, told: list[tuple[Predicate, bool, bool]]) -> tuple[str, ...] | None:
    # Of every value holds what no value may break: the atoms that are to be false.
    yes = frozenset(predicate for predicate, wanted, held in told if not held and not wanted)
    no = frozenset(predicate for predicate, wanted, held in told if not held and wanted)
    made: list[str] = []
    some = [({predicate}, wanted) for predicate, wanted, held in told if held]
    nothing: set[Predicate] = set()
    for predicate, wanted in some or [(nothing, True)]:
        more_yes, more_no = (yes | predicate, no) if wanted else (yes, no | predicate)
        found = None if more_yes & more_no else find(subject, more_yes, more_no)
        if found is None:
            return None
        if found not in made:
            made.append(found)
    return tuple(made)
