"""The atoms of formulas: each thing that may be said of a subject is one formula, made once."""

from __future__ import annotations

from policies.iam.prover.formula import FALSE, TRUE, Formulas
from policies.iam.prover.language import Variable, glob, widened
from policies.iam.prover.subject import (
    Atom,
    Carried,
    Predicate,
    Relation,
    Says,
    Subject,
    certain,
    possible,
)


class Atoms:
    """A store of atoms that only grows; what is true or false of every value is no atom."""

    def __init__(self, formulas: Formulas) -> None:
        self.formulas = formulas
        self.meaning: dict[int, Atom] = {}
        """What each atom says."""
        self._made: dict[Atom, int] = {}

    def carried(self, subject: Subject) -> int:
        """Return the formula that a request carries a key."""
        return self._atom(Carried(subject))

    def says(self, subject: Subject, predicate: Predicate, *, wanted: bool = True) -> int:
        """Return the formula that a value satisfies a predicate, or that some value does not."""
        atom = Says(subject, predicate, wanted)
        found = self._made.get(atom)
        if found is None:
            found = self._made[atom] = self._said(atom)
        return found

    def related(self, subject: Subject, relation: Relation, carried: dict[str, int]) -> int:
        """Return the formula that a value matches a pattern with unknown variables.

        ``carried`` says for each variable's key whether the request carries it. Beside an atom
        that nothing restrains, the pattern must match with its variables widened, and variables
        without default must be there.
        """
        wide = glob(widened(relation.parts), relation.manner)
        if wide is None:
            return FALSE
        needed = [
            carried[part.key]
            for part in relation.parts
            if isinstance(part, Variable) and part.default is None
        ]
        pattern = self.says(subject, frozenset((wide,)))
        return self.formulas.all_of((pattern, *needed, self.says(subject, relation)))

    def _said(self, atom: Says) -> int:
        predicate = atom.predicate
        if isinstance(predicate, frozenset):
            if not possible(atom.subject, predicate):
                return FALSE if atom.wanted else TRUE
            if certain(atom.subject, predicate):
                return TRUE if atom.wanted else FALSE
        return self._new(atom)

    def _atom(self, atom: Atom) -> int:
        found = self._made.get(atom)
        return self._new(atom) if found is None else found

    def _new(self, atom: Atom) -> int:
        found = self._made[atom] = self.formulas.atom()
        self.meaning[found] = atom
        return found
