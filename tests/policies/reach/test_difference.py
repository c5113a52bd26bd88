"""What a change gives and takes is told, and nothing else."""

from __future__ import annotations

from policies.reach import Cell, difference, difference_table, reach_table

BEFORE = (
    Cell("data-science lead", "approve a version", "data-science", "allowed"),
    Cell("data-science lead", "read data", "data-science", "never"),
    Cell("data-science lead", "read models", "data-science", "only through an endpoint"),
)


def test_what_is_gained_lost_and_changed_is_told_with_its_conditions() -> None:
    after = (
        Cell("data-science lead", "approve a version", "data-science", "never"),
        Cell("data-science lead", "read data", "data-science", "only through an endpoint"),
        Cell("data-science lead", "read models", "data-science", "allowed"),
    )
    told = [(verb, cell.action, cell.how) for verb, cell in difference(BEFORE, after)]
    assert told == [
        ("lost", "approve a version", "allowed"),
        ("gained", "read data", "only through an endpoint"),
        ("changed", "read models", "allowed (was only through an endpoint)"),
    ]


def test_nothing_is_told_where_nothing_changed_whatever_the_order() -> None:
    assert difference(BEFORE, tuple(reversed(BEFORE))) == ()
    assert difference_table(BEFORE, BEFORE)["rows"] == []


def test_a_role_that_is_new_gains_what_it_reaches() -> None:
    (told,) = difference((), (BEFORE[0],))
    assert told == ("gained", BEFORE[0])


def test_the_table_leaves_out_what_is_never_reached() -> None:
    assert [row[1] for row in reach_table(BEFORE)["rows"]] == ["approve a version", "read models"]
