"""Ask a work group in SQL and show what it answers, as `features query` and `forecast query` do."""

from __future__ import annotations

from scripts.commands.context import Desk
from scripts.questions import Questions, one_select
from scripts.waiting import patience_for

_LONGEST_SECONDS = 300.0
_MOST_CELLS = 10


def ask(at: Desk, work_group: str, sql: str, most: int, *, as_json: bool) -> None:
    """Ask and show at most so many rows: as a table, or field by field where it is too wide."""
    question = one_select(sql)
    at.voice.say(f"asking {work_group}")
    patience = patience_for(local=at.access.is_local, seconds=_LONGEST_SECONDS)
    answer = Questions(at.access, at.region, work_group).ask(question, patience, most)
    rows = answer.records()
    if as_json or len(answer.columns) <= _MOST_CELLS:
        at.voice.rows(answer.columns, rows, as_json=as_json)
    else:
        for row in rows:
            at.voice.fields(row, as_json=False)
    at.voice.say(f"{len(rows)} rows, {answer.scanned} bytes read")
