"""A lineage as text: a tree of links and facts, each with its standing and who says so."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from scripts.lineage.facts import UNREAD, Fact, Node, Standing

WIDTH = 100
_WORD = max(len(word) for word in Standing) + 1


def tree_lines(tree: Node) -> Iterator[str]:
    """Give the lines of a tree, each at most WIDTH columns wide."""
    yield from _node(tree, "", "", last=True)


def _node(node: Node, before: str, branch: str, *, last: bool) -> Iterator[str]:
    yield from _wrapped(node.title, before + branch, before + (" " * len(branch)))
    below = before + ("" if not branch else "   " if last else "│  ")
    margin = below + ("│  " if node.children else "   ")
    for fact in node.facts:
        yield from _fact(fact, margin)
    for number, child in enumerate(node.children, start=1):
        end = number == len(node.children)
        yield from _node(child, below, "└─ " if end else "├─ ", last=end)


def _fact(fact: Fact, margin: str) -> Iterator[str]:
    start = f"{margin}{fact.standing.value:<{_WORD}}"
    indent = margin + " " * _WORD
    line, told = f"{fact.name}: {fact.value or UNREAD}", said(fact)
    if len(start) + len(line) + len(told) + 3 <= WIDTH:
        yield f"{start}{line}" + (f" ({told})" if told else "")
        return
    yield from _wrapped(line, start, f"{indent}  ")
    yield from _wrapped(f"({told})", f"{indent}  ", f"{indent}  ")


def said(fact: Fact) -> str:
    """Tell who says it, who could not be read, and what else is to be said."""
    if len(fact.voices) > 1:
        words = list(fact.voices)
    else:
        words = ["by " + ", ".join(fact.sources)] if fact.sources else []
    if fact.silent:
        words.append("not read: " + ", ".join(fact.silent))
    if fact.note:
        words.append(fact.note)
    return "; ".join(words)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=True,
        break_on_hyphens=False,
    )
