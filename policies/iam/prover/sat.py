"""Z3 as a SAT solver, and as nothing else: clauses over numbered variables go in as DIMACS.

Terms built one by one in Python cost ten times what the same clauses cost as text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import z3

from policies.iam.prover.formula import Clause, renumbered


class GaveUp(Exception):
    """The solver ended without an answer."""


class Sat:
    """One problem, to which clauses can be added between answers."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._solver = z3.SolverFor("QF_FD")
        self._numbers: dict[int, int] = {}
        self.clauses = 0
        self.calls = 0
        self.add(clauses)

    def add(self, clauses: Iterable[Clause]) -> None:
        """Add clauses; a formula of several calls is the same variable in all of them."""
        lines = renumbered(clauses, self._numbers)
        self.clauses += len(lines)
        if lines:
            header = f"p cnf {len(self._numbers)} {len(lines)}\n"
            self._solver.from_string(header + "\n".join(lines) + "\n")

    def solve(self) -> Callable[[int], bool] | None:
        """Return an assignment that satisfies all clauses, or None where there is none.

        Raises GaveUp where the solver has no answer.
        """
        self.calls += 1
        answer = self._solver.check()
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            raise GaveUp(self._solver.reason_unknown())
        model = self._solver.model()
        numbers = self._numbers

        def value(formula: int) -> bool:
            number = numbers.get(formula)
            return number is not None and z3.is_true(model[_variable(number)])

        return value


@lru_cache(maxsize=100_000)
def _variable(number: int) -> Any:
    # DIMACS variables become symbols that are numbers, which z3 prints as k!1.
    return z3.Const(number, z3.BoolSort())
