"""Formulas over atoms, each made once: an and-graph with negation, and its clauses.

A formula is an integer; its negation is the negative. An atom is a formula without parts. What is
made of the same parts is the same integer, so that questions share what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

TRUE = 1
FALSE = -1

Clause = tuple[int, ...]


class Formulas:
    """A store of formulas that only grows."""

    def __init__(self) -> None:
        self._parts: dict[int, tuple[int, ...]] = {}
        self._made: dict[tuple[int, ...], int] = {}
        self._last = TRUE

    def atom(self) -> int:
        """Make a new atom."""
        self._last += 1
        return self._last

    def all_of(self, parts: Iterable[int]) -> int:
        """Return the conjunction; constants, doubles and contradictions are gone."""
        kept: set[int] = set()
        for part in parts:
            if part == FALSE or -part in kept:
                return FALSE
            if part != TRUE:
                kept.add(part)
        if not kept:
            return TRUE
        if len(kept) == 1:
            return kept.pop()
        key = tuple(sorted(kept))
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self.atom()
            self._parts[found] = key
        return found

    def any_of(self, parts: Iterable[int]) -> int:
        """Return the disjunction."""
        return -self.all_of(-part for part in parts)

    def parts(self, formula: int) -> tuple[int, ...] | None:
        """Return what a formula is the conjunction of, or None where it is an atom."""
        return self._parts.get(abs(formula))

    def clauses(self, roots: Iterable[int]) -> tuple[list[Clause], set[int]]:
        """Return clauses that define the formulas under these, and the atoms in them.

        Each formula is defined in the directions in which it is used only: an assignment that
        satisfies the clauses and the roots makes the roots true of its atoms.
        """
        made: list[Clause] = []
        atoms: set[int] = set()
        seen: set[int] = set()
        waiting = list(roots)
        while waiting:
            formula = waiting.pop()
            if formula in seen:
                continue
            seen.add(formula)
            parts = self._parts.get(abs(formula))
            if parts is None:
                atoms.add(abs(formula))
            elif formula > 0:
                made.extend((-formula, part) for part in parts)
                waiting.extend(parts)
            else:
                made.append((-formula, *(-part for part in parts)))
                waiting.extend(-part for part in parts)
        return made, atoms

    def value(self, formula: int, atoms: Callable[[int], bool], known: dict[int, bool]) -> bool:
        """Evaluate a formula; ``known`` remembers what was evaluated under the same atoms."""
        name = abs(formula)
        if name not in known:
            parts = self._parts.get(name)
            known[name] = (
                atoms(name) if parts is None else all(self.value(p, atoms, known) for p in parts)
            )
        return known[name] is (formula > 0)

    def reasons(self, root: int, atoms: Callable[[int], bool]) -> dict[int, bool]:
        """Return some atoms whose values alone make a true formula true.

        Of a disjunction one true part is enough; one that is needed anyway comes first.
        """
        known: dict[int, bool] = {TRUE: True}
        if not self.value(root, atoms, known):
            raise ValueError("a formula must be true to have reasons")
        needed: dict[int, bool] = {}
        done: set[int] = set()
        choices: list[int] = []
        waiting = [root]
        while waiting or choices:
            if waiting:
                formula = waiting.pop()
                if formula in done:
                    continue
                done.add(formula)
                parts = self._parts.get(abs(formula))
                if parts is None:
                    if abs(formula) != TRUE:
                        needed[abs(formula)] = formula > 0
                elif formula > 0:
                    waiting.extend(parts)
                else:
                    choices.append(formula)
                continue
            # Choices come last, so that they can rest on what is needed without them.
            waiting.append(self._cheapest(choices.pop(), done, known, atoms))
        return needed

    def _cheapest(
        self,
        formula: int,
        done: set[int],
        known: dict[int, bool],
        atoms: Callable[[int], bool],
    ) -> int:
        true = [-p for p in self._parts[-formula] if self.value(-p, atoms, known)]
        return min(true, key=lambda part: (part not in done, abs(part) in self._parts))


def renumbered(clauses: Iterable[Clause], numbers: dict[int, int]) -> list[str]:
    """Write clauses as DIMACS lines in which variables are counted from one."""
    lines: list[str] = []
    for clause in clauses:
        line = []
        for literal in clause:
            name = abs(literal)
            number = numbers.get(name)
            if number is None:
                number = numbers[name] = len(numbers) + 1
            line.append(str(number if literal > 0 else -number))
        lines.append(" ".join([*line, "0"]))
    return lines


def holds(clause: Clause, values: Mapping[int, bool]) -> bool:
    """Tell whether an assignment satisfies a clause."""
    return any(values.get(abs(literal)) is (literal > 0) for literal in clause)
