"""What each persona can and cannot do, decided over every policy of the plans together."""

from __future__ import annotations

import pytest

from tests.roots.persona_requests import outcome
from tests.roots.persona_tables import Table, markdown, read_tables, recorded
from tests.roots.plans import RootPlan

pytestmark = [pytest.mark.terraform, pytest.mark.slow]

_TABLES = read_tables()
_CASES = [(table, root) for table in _TABLES for root in table.roots]


@pytest.mark.parametrize(
    ("table", "root"), _CASES, ids=[f"{table.name}-{root}" for table, root in _CASES]
)
def test_a_persona_can_do_its_work_and_nothing_else(
    table: Table, root: str, request: pytest.FixtureRequest
) -> None:
    plan: RootPlan = request.getfixturevalue(root.replace("-", "_"))
    wrong = [
        f"{table.title} {'must' if row.allowed else 'must not'} {row.does}: {row.action} on "
        f"{row.resource}: {decision.reason}"
        for row in table.rows
        if (decision := outcome(plan, root, table, row, guarded=True)).allowed is not row.allowed
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("table", "root"), _CASES, ids=[f"{table.name}-{root}" for table, root in _CASES]
)
def test_a_persona_is_refused_without_guardrails_too(
    table: Table, root: str, request: pytest.FixtureRequest
) -> None:
    plan: RootPlan = request.getfixturevalue(root.replace("-", "_"))
    wrong = [
        f"{table.title} must not {row.does}: {row.action} on {row.resource}"
        for row in table.rows
        if not row.allowed and outcome(plan, root, table, row, guarded=False).allowed
    ]
    assert not wrong, "\n".join(wrong)


def test_every_table_tells_what_somebody_may_not_do() -> None:
    for table in _TABLES:
        assert {row.allowed for row in table.rows} == {True, False}, table.name


def test_people_read_the_same_tables() -> None:
    assert recorded() == markdown()
