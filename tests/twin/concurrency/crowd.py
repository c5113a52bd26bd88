"""The threads of a load: ten and more of each account that ask, and one that changes policies."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.twin.concurrency.asking import Asker, Clients, Outcome
from tests.twin.concurrency.grounds import Account, Grounds
from tests.twin.concurrency.ledgers import Ledger

# Threads change places this often, so that whatever is done in two steps is soon done in between.
_TURN_OF_A_THREAD = 0.0002
# A policy changes after so many answers of its account's threads: few are asked during a change.
_ANSWERS = 25
_PATIENCE = 120.0


@contextmanager
def hurried() -> Iterator[None]:
    """Let threads take turns quickly."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_OF_A_THREAD)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class _Progress:
    """Counts answers, and lets somebody wait for some more of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._over = False

    def one_more(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def more(self) -> bool:
        """Wait for further answers; False when there will be none."""
        with self._changed:
            wanted = self._count + _ANSWERS
            arrived = self._changed.wait_for(lambda: self._over or self._count >= wanted, _PATIENCE)
            assert arrived, f"{_ANSWERS} answers must come within {_PATIENCE} s"
            return not self._over


class Crowd:
    """Clients of three accounts that all act at the same time."""

    def __init__(self, grounds: Grounds, clients: Clients, threads: int, rounds: int) -> None:
        self._grounds = grounds
        self._clients = clients
        self._threads = threads
        self._rounds = rounds
        self.ledgers = {a.id: Ledger(a, clients) for a in grounds.accounts.values()}

    def act(self) -> list[Outcome]:
        """Do everything, and return how each request ended whose answer policies change."""
        accounts = list(self._grounds.accounts.values())
        with hurried(), ThreadPoolExecutor(len(accounts)) as pool:
            return list(itertools.chain.from_iterable(pool.map(self._act_in, accounts)))

    def _act_in(self, account: Account) -> list[Outcome]:
        progress = _Progress()
        with ThreadPoolExecutor(self._threads + 1) as pool:
            changes = pool.submit(self._change, account, progress)
            asking = [
                pool.submit(self._ask, account, number, progress) for number in range(self._threads)
            ]
            try:
                found = [outcome for future in asking for outcome in future.result()]
            finally:
                progress.end()
            changes.result()
        return found

    def _ask(self, account: Account, number: int, progress: _Progress) -> list[Outcome]:
        # Each thread has a sequence of its own, to be had again.
        asker = Asker(self._grounds, self._clients, account.id, int(account.id) + number)
        found = []
        for round_number in range(self._rounds):
            for _ in range(8):
                found.append(asker.ask())
                progress.one_more()
            self.ledgers[account.id].write(f"thread-{number}", round_number)
        return found

    def _change(self, account: Account, progress: _Progress) -> None:
        for switch in itertools.cycle(account.switches.values()):
            if not progress.more():
                return
            switch.turn()
