"""A lineage as a drawing: a box for each link, below and right of what it leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.lineage.facts import Node, Standing

# In user units; 360 are as wide as the narrowest screen that is looked at.
_WIDTH, _HEIGHT, _STEP, _INDENT = 360, 40, 50, 16
# Of bold text at 12 units a letter is about this wide; a name may be longer than its box.
_LETTER = 6.9
_MARKS = {
    Standing.VERIFIED: "✓",
    Standing.TOLD: "·",
    Standing.UNKNOWN: "?",
    Standing.MISMATCH: "≠",
}


@dataclass(frozen=True)
class Box:
    """One link: where it lies, what stands in it, and the way to it from what it leads to."""

    left: int
    top: int
    width: int
    height: int
    title: str
    whole: str
    line: str
    standing: str
    way: str


@dataclass(frozen=True)
class Drawing:
    """All boxes and the size of the sheet."""

    width: int
    height: int
    boxes: tuple[Box, ...]


def draw(tree: Node) -> Drawing:
    """Lay the links out, one below the other."""
    boxes: list[Box] = []
    for number, (node, depth, parent) in enumerate(_links(tree, 0, -1, [0])):
        boxes.append(_box(node, depth, number, parent))
    return Drawing(_WIDTH, len(boxes) * _STEP - (_STEP - _HEIGHT) + 4, tuple(boxes))


def _links(
    node: Node, depth: int, parent: int, counter: list[int]
) -> Iterator[tuple[Node, int, int]]:
    own = counter[0]
    counter[0] += 1
    yield node, depth, parent
    for child in node.children:
        yield from _links(child, depth + 1, own, counter)


def _box(node: Node, depth: int, number: int, parent: int) -> Box:
    left, top = 2 + depth * _INDENT, 2 + number * _STEP
    width = _WIDTH - left - 2
    start, middle = left - _INDENT // 2, top + _HEIGHT // 2
    way = ""
    if parent >= 0:
        way = f"M{start} {2 + parent * _STEP + _HEIGHT}V{middle}H{left}"
    letters = int((width - 20) / _LETTER)
    title = node.title
    if len(title) > letters:
        title = title[: letters - 1] + "…"
    name = node.standing.name.lower()
    return Box(left, top, width, _HEIGHT, title, node.title, told(node), name, way)


def told(node: Node) -> str:
    """Count the facts of a link by their standing, the gravest first."""
    found = Counter(fact.standing for fact in node.facts)
    parts = [
        f"{_MARKS[standing]} {found[standing]} {standing.value}"
        for standing in reversed(Standing)
        if found[standing]
    ]
    return ", ".join(parts)
