"""Proves that no request which matches a question is allowed, or finds one that is."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from policies.iam.principal import Kind
from policies.iam.prover.actions import Actions, Candidate
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.claims import assumptions
from policies.iam.prover.context import Context, Keys
from policies.iam.prover.formula import FALSE, TRUE, Formulas
from policies.iam.prover.layered import allowed, worth_asking
from policies.iam.prover.propagation import forced
from policies.iam.prover.question import Outcome, Proof, Question, Reference, Statistics
from policies.iam.prover.search import Found, Search, Undecided
from policies.iam.prover.theory import Theory
from policies.iam.prover.weighing import Weighing


class Prover:
    """Answers questions, and remembers what it encoded for the next ones.

    A policy is recognised as the object that it is: give the same objects again.
    """

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.formulas = Formulas()
        self.atoms = Atoms(self.formulas)
        self.theory = Theory()
        self.keys = Keys(self.atoms, reference)
        self.actions = Actions(reference)
        self.weighing = Weighing(self.atoms, reference)
        self._possible: dict[int, bool] = {}

    def never(self, question: Question) -> Proof:
        """Prove that no request that matches is allowed, or give one that is."""
        return _Run(self, question).answer()

    def named(self, question: Question, context: Context) -> Iterator[Candidate]:
        """Give the actions that a question names and that act on its resources."""
        for name in self.actions.named(question):
            found = self.actions.candidate(name, question, context)
            if found is not None:
                yield found

    def allowed(self, question: Question, context: Context) -> Iterator[Candidate]:
        """Give those of the named actions that no layer plainly leaves out, one of each kind."""
        names = worth_asking(
            question, self.actions.named(question), self.weighing.names, self.actions.is_known
        )
        policies = tuple([policy for _, policy in question.layers.all()])
        if question.beyond is not None:
            policies += tuple([policy for _, policy in question.beyond.all()])
        seen: set[tuple[object, ...]] = set()
        for name in names:
            found = self.actions.candidate(name, question, context)
            if found is None:
                continue
            keys = None if found.facts is None else found.facts.keys
            made = (self.weighing.alike(policies, name), found.resource, keys)
            if made not in seen:
                seen.add(made)
                yield found

    def unknown(self, question: Question, context: Context) -> Iterator[Candidate]:
        """Give what stands for the actions that a question matches and nobody knows."""
        found = self.actions.unknown(question, context)
        if found is not None:
            yield found

    def formula(self, question: Question, candidate: Candidate) -> int:
        """Return the formula that a request for an action matches the question and is allowed."""
        symbolic = question.any_session and question.principal.kind is Kind.ROLE
        session = self.actions.session if symbolic else None
        weigh = self.weighing.of(
            question, candidate.action, candidate.key, candidate.resource, session
        )
        made = allowed(question, weigh, self.formulas)
        if made == FALSE:
            return FALSE
        if question.beyond is not None:
            before = allowed(replace(question, layers=question.beyond), weigh, self.formulas)
            made = self.formulas.all_of((made, -before))
        return self.formulas.all_of((made, self.where(question, candidate)))

    def where(self, question: Question, candidate: Candidate) -> int:
        """Return the formula of a question's own constraint."""
        if question.where is None:
            return TRUE
        return self.weighing.encoder.constraint(question.where, candidate.key)

    def is_possible(self, root: int) -> bool:
        """Tell whether a formula might be true, as far as that is told without the solver."""
        found = self._possible.get(root)
        if found is None:
            values = forced(self.formulas, root)
            found = values is not None and self.theory.agrees(values, self.atoms.meaning)
            self._possible[root] = found
        return found

    def search(self, question: Question, roots: dict[int, Candidate]) -> Search:
        """Begin a search for a request that makes one of some formulas true."""
        return Search(question, roots, self.formulas, self.atoms, self.theory, self.reference)


def prove_never(question: Question, reference: Reference, prover: Prover | None = None) -> Proof:
    """Prove that no request that matches a question is allowed, or give one that is.

    Give the same ``prover`` to many questions, so that they share what was encoded.
    """
    return (prover or Prover(reference)).never(question)


class _Run:
    """One question being answered."""

    def __init__(self, prover: Prover, question: Question) -> None:
        self._prover = prover
        self._question = question
        self._began = time.perf_counter()
        self._context = Context(prover.keys, question)
        self._searches: list[Search] = []
        self._candidates: list[Candidate] = []
        self._roots = 0
        self._used: set[int] = set()

    def answer(self) -> Proof:
        try:
            # Actions that are known come first: their requests are easier to believe.
            for kind in (self._prover.allowed, self._prover.unknown):
                found = self._search(kind(self._question, self._context))
                if found is not None:
                    return self._ended(Outcome.REFUTED, found.decision.reason, found)
            vacuous = self._vacuous()
        except Undecided as why:
            return self._ended(Outcome.UNDECIDED, str(why))
        if vacuous:
            return self._ended(Outcome.VACUOUS, vacuous)
        return self._ended(Outcome.PROVED, "no request that matches is allowed")

    def _search(self, candidates: Iterable[Candidate]) -> Found | None:
        roots: dict[int, Candidate] = {}
        for candidate in candidates:
            self._candidates.append(candidate)
            root = self._prover.formula(self._question, candidate)
            if root != FALSE:
                roots.setdefault(root, candidate)
        self._roots += len(roots)
        left = {root: of for root, of in roots.items() if self._prover.is_possible(root)}
        self._used |= self._prover.formulas.clauses(roots.keys() - left.keys())[1]
        return self._begin(left).run() if left else None

    def _begin(self, roots: dict[int, Candidate]) -> Search:
        search = self._prover.search(self._question, roots)
        self._searches.append(search)
        return search

    # Whether there is anything to prove.

    def _vacuous(self) -> str:
        unmatched = self._prover.actions.unmatched(self._question)
        if unmatched:
            return f"no action that is known matches {', '.join(unmatched)}"
        return "" if self._matches() else "no request matches the question"

    def _matches(self) -> bool:
        """Tell whether some request matches the question, allowed or not."""
        # A question that only actions match which nobody knows is more likely a slip: they do
        # not count.
        seen: set[int] = set()
        for candidate in self._prover.named(self._question, self._context):
            where = self._prover.where(self._question, candidate)
            if where == FALSE or where in seen:
                continue
            seen.add(where)
            if where == TRUE or self._begin({where: candidate}).is_possible():
                return True
        return False

    def _ended(self, outcome: Outcome, reason: str, found: Found | None = None) -> Proof:
        used = self._used.union(*(search.atoms for search in self._searches))
        return Proof(
            outcome,
            reason,
            counterexample=found.request if found else None,
            statements=found.decision.statements if found else (),
            assumptions=assumptions(self._question, self._candidates, self._prover.atoms, used),
            statistics=Statistics(
                actions=len(self._candidates),
                formulas=self._roots,
                atoms=len(used),
                clauses=sum(search.clauses for search in self._searches),
                solver_calls=sum(search.calls for search in self._searches),
                lemmas=self._prover.theory.lemmas,
                replays=sum(search.replays for search in self._searches),
                seconds=time.perf_counter() - self._began,
            ),
        )
