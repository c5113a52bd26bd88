"""Nothing goes wrong under load: no decision, no update, no record."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.twin.concurrency.asking import Clients, Judge
from tests.twin.concurrency.crowd import Crowd
from tests.twin.concurrency.grounds import Grounds
from tests.twin.engines.laboratory import laboratory
from tests.twins import ORGANIZATION, UNITS


def _act(folder: Path, threads: int, rounds: int) -> None:
    with laboratory(folder, organization_id=ORGANIZATION, units=UNITS) as lab:
        grounds = Grounds(lab)
        clients = Clients(grounds)
        crowd = Crowd(grounds, clients, threads, rounds)
        outcomes = crowd.act()
        clients.close()

        judge = Judge(grounds)
        answers = [judge.answers(outcome) for outcome in outcomes]
        wrong = [
            o for o, allowed in zip(outcomes, answers, strict=True) if o.allowed not in allowed
        ]
        assert wrong == []
        # A check that takes either answer would say nothing; allowed and refused are many.
        assert sum(len(allowed) == 1 for allowed in answers) > 0.6 * len(answers)
        told = Counter(outcome.allowed for outcome in outcomes)
        assert min(told[True], told[False]) > 0.1 * len(outcomes)
        turns = [s.turns for a in grounds.accounts.values() for s in a.switches.values()]
        assert min(turns) >= 1
        for ledger in crowd.ledgers.values():
            ledger.require_all(grounds, rounds)
    ids = [outcome.request_id for outcome in outcomes]
    ids += [made for ledger in crowd.ledgers.values() for made in ledger.accepted.request_ids]
    recorded = Counter(
        json.loads(line)["requestID"] for line in (folder / "audit.jsonl").read_text().splitlines()
    )
    assert [made for made in ids if recorded[made] != 1] == []
    assert set(recorded.values()) == {1}


@pytest.mark.slow
def test_nothing_is_lost_or_wrongly_decided_while_thirty_clients_act(tmp_path: Path) -> None:
    _act(tmp_path, threads=10, rounds=4)


@pytest.mark.long
def test_nothing_is_lost_or_wrongly_decided_in_thousands_of_requests(tmp_path: Path) -> None:
    _act(tmp_path, threads=12, rounds=40)
