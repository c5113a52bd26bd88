"""What a formula forces its atoms to be, by unit propagation: most questions need no solver."""

from __future__ import annotations

from policies.iam.prover.formula import TRUE, Formulas


def forced(formulas: Formulas, root: int) -> dict[int, bool] | None:
    """Return the values that atoms must have for a formula to be true.

    None where it cannot be true. Atoms that may be either are not in it.
    """
    values: dict[int, bool] = {TRUE: True}
    refused: list[tuple[int, ...]] = []
    if not _assign(formulas, [root], values, refused):
        return None
    changed = True
    while changed:
        changed = False
        for parts in list(refused):
            left = _left(parts, values)
            if left is None:
                refused.remove(parts)
            elif not left:
                return None
            elif len(left) == 1:
                refused.remove(parts)
                changed = True
                if not _assign(formulas, [-left[0]], values, refused):
                    return None
    return {name: held for name, held in values.items() if formulas.parts(name) is None}


def _assign(
    formulas: Formulas,
    waiting: list[int],
    values: dict[int, bool],
    refused: list[tuple[int, ...]],
) -> bool:
    """Make formulas true with all that follows at once; False where that contradicts."""
    while waiting:
        formula = waiting.pop()
        name, held = abs(formula), formula > 0
        if name in values:
            if values[name] is not held:
                return False
            continue
        values[name] = held
        parts = formulas.parts(name)
        if parts is not None and held:
            waiting.extend(parts)
        elif parts is not None:
            refused.append(parts)
    return True


def _left(parts: tuple[int, ...], values: dict[int, bool]) -> list[int] | None:
    """Return the parts that are neither true nor false; None where one is false."""
    made = []
    for part in parts:
        found = values.get(abs(part))
        if found is None:
            made.append(part)
        elif found is not (part > 0):
            return None
    return made
