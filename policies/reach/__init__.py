"""Who reaches what: each role, each sensitive action, each account, and what has changed."""

from __future__ import annotations

from policies.reach.matrix import Cell, difference, difference_table, reach_of, reach_table

__all__ = ["Cell", "difference", "difference_table", "reach_of", "reach_table"]
