"""Who reaches what: each role, each sensitive action, each account, and what has changed."""

from __future__ import annotations

from policies.reach.asking import Answer, Asking, ask
from policies.reach.matrix import Cell, difference, difference_table, reach_of, reach_table
from policies.reach.words import read_keys, text_of, told

__all__ = [
    "Answer",
    "Asking",
    "Cell",
    "ask",
    "difference",
    "difference_table",
    "reach_of",
    "reach_table",
    "read_keys",
    "text_of",
    "told",
]
