"""Searches a request that makes a formula true: solver, theory and evaluator in turn.

The solver proposes truth values of atoms. The theory accepts them, or answers with a clause that
they break. What is accepted becomes a request, and the evaluator has the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.iam.evaluate import Decision, decide
from policies.iam.prover.actions import Candidate
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.automaton import TooHard
from policies.iam.prover.constraint import satisfied
from policies.iam.prover.formula import FALSE, TRUE, Clause, Formulas
from policies.iam.prover.language import literal, wildcard
from policies.iam.prover.question import Question, Reference
from policies.iam.prover.requests import Maker, Unmet
from policies.iam.prover.sat import GaveUp, Sat
from policies.iam.prover.subject import Says, Subject
from policies.iam.prover.theory import Literal, Theory, by_subject
from policies.iam.request import Request

MOST_CALLS = 2_000
MOST_REPLAYS = 20
MOST_REFINEMENTS = 25
"""How many values are tried for the variables of patterns."""


Proposed = tuple[int, Candidate, dict[int, bool], dict[Subject, list[Literal]]]
"""A formula, what it is about, and the atoms that make it true, also by subject."""


class Undecided(Exception):
    """The search ended without an answer; the text says why."""


@dataclass(frozen=True)
class Found:
    """A request that the evaluator allows."""

    request: Request
    decision: Decision


class Search:
    """A search for a request that makes one of some formulas true."""

    def __init__(
        self,
        question: Question,
        roots: dict[int, Candidate],
        formulas: Formulas,
        atoms: Atoms,
        theory: Theory,
        reference: Reference,
    ) -> None:
        self._question = question
        self._roots = roots
        self._formulas = formulas
        self._atoms = atoms
        self._theory = theory
        self._reference = reference
        clauses, self.atoms = formulas.clauses(roots)
        # The formula that is always true is a variable like others to the solver.
        self._sat = Sat([(TRUE,), *clauses, tuple(roots), *theory.about(self.atoms)])
        self._watched: set[int] = set()
        self._excluded: dict[Subject, list[Literal]] = {}
        self._refinements = 0
        self.replays = 0

    @property
    def clauses(self) -> int:
        """How many clauses the solver was given."""
        return self._sat.clauses

    @property
    def calls(self) -> int:
        """How often the solver was asked."""
        return self._sat.calls

    def run(self) -> Found | None:
        """Return an allowed request, or None where there is none.

        Raises Undecided where neither can be told.
        """
        refused = ""
        while self._sat.calls < MOST_CALLS:
            try:
                model = self._sat.solve()
                if model is None:
                    if refused:
                        raise Undecided(refused)
                    return None
                lemmas, found = self._propose(model)
            except GaveUp as error:
                raise Undecided(f"the solver gave up: {error}") from error
            except TooHard as error:
                raise Undecided("patterns are too hard to tell apart") from error
            if isinstance(found, Found):
                return found
            refused = found or refused
            if self.replays >= MOST_REPLAYS:
                raise Undecided(refused)
            self._sat.add(lemmas)
        raise Undecided(f"no answer after {MOST_CALLS} assignments")

    def is_possible(self) -> bool:
        """Tell whether some request makes a formula true, whatever the policies say.

        Raises Undecided where it cannot be told.
        """
        while self._sat.calls < MOST_CALLS:
            try:
                model = self._sat.solve()
                if model is None:
                    return False
                lemmas = self._lemmas(model)[1]
            except GaveUp as error:
                raise Undecided(f"the solver gave up: {error}") from error
            except TooHard as error:
                raise Undecided("patterns are too hard to tell apart") from error
            if not lemmas:
                return True
            self._sat.add(lemmas)
        raise Undecided(f"no answer after {MOST_CALLS} assignments")

    def _propose(self, model: Callable[[int], bool]) -> tuple[list[Clause], Found | str]:
        """Return a request that is allowed; or clauses that rule the assignment out, and why."""
        proposed, lemmas = self._lemmas(model)
        if lemmas:
            return lemmas, ""
        root, candidate, needed, demands = proposed
        try:
            request = Maker(self._question, candidate, demands, needed, self._theory).make()
        except Unmet as unmet:
            return [self._refine(unmet, demands)], ""
        if isinstance(candidate.action, Subject) and self._reference.action(request.action):
            return [self._exclude(candidate.action, request.action)], ""
        return self._replay(request, root, needed)

    def _lemmas(self, model: Callable[[int], bool]) -> tuple[Proposed, list[Clause]]:
        """Return what an assignment needs to make a formula true, and clauses that it breaks."""
        root, candidate = self._chosen(model)
        needed = self._formulas.reasons(root, model)
        needed |= {atom: model(atom) for atom in self._watched}
        demands = by_subject(needed, self._atoms.meaning)
        for subject, excluded in self._excluded.items():
            demands[subject] = [*demands.get(subject, []), *excluded]
        lemmas = [self._theory.conflict(subject, made) for subject, made in demands.items()]
        broken = [lemma for lemma in lemmas if lemma is not None]
        return (root, candidate, needed, demands), broken

    def _chosen(self, model: Callable[[int], bool]) -> tuple[int, Candidate]:
        known = {1: True}
        for root, candidate in self._roots.items():
            if self._formulas.value(root, model, known):
                return root, candidate
        raise Undecided("the solver's assignment makes no formula true")

    def _replay(
        self, request: Request, root: int, needed: dict[int, bool]
    ) -> tuple[list[Clause], Found | str]:
        self.replays += 1
        decision = decide(request, self._question.layers)
        if decision.allowed and self._matches(request):
            return [], Found(request, decision)
        # Formula and evaluator disagree, which what is not encoded can do: this is no proof.
        blocked = (-root, *(-atom if held else atom for atom, held in needed.items()))
        why = decision.reason if not decision.allowed else "it does not satisfy the question"
        return [blocked], f"{request.action} on {request.resource} was refused on replay: {why}"

    def _matches(self, request: Request) -> bool:
        where, beyond = self._question.where, self._question.beyond
        if where is not None and not satisfied(where, request):
            return False
        return beyond is None or not decide(request, beyond).allowed

    def _refine(self, unmet: Unmet, demands: dict[Subject, list[Literal]]) -> Clause:
        """Rule out the values of variables that a pattern's demand cannot be met with."""
        self._refinements += 1
        if self._refinements > MOST_REFINEMENTS:
            raise Undecided(f"no values found for the variables of a pattern: {unmet}")
        equal = []
        for subject, value in unmet.given:
            atom = self._atoms.says(subject, frozenset((literal(value),)))
            equal.append(-atom)
            self._watched |= {abs(atom)} & self._atoms.meaning.keys()
        mine = demands[unmet.literal[1].subject]
        clause = (*equal, *(-atom if held else atom for atom, _, held in mine))
        return tuple(part for part in clause if part != FALSE)

    def _exclude(self, subject: Subject, name: str) -> Clause:
        """Rule out that an unknown action has the name of a known one."""
        language = frozenset((wildcard(name, ignore_case=True),))
        atom = self._atoms.says(subject, language)
        self._excluded.setdefault(subject, []).append((atom, Says(subject, language), False))
        return (-atom,)
