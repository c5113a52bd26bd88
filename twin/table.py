"""Records of one resource type, by account and region, safe to use from several threads."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from typing import Any

Record = dict[str, Any]


class Table:
    """Named records of one account and region. What goes in and out is copied."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[str, Record] = {}

    def get(self, name: str) -> Record | None:
        """Return a copy of the record, or None."""
        with self._lock:
            return copy.deepcopy(self._records.get(name))

    def put(self, name: str, record: Record) -> None:
        """Store a record under its name."""
        with self._lock:
            self._records[name] = copy.deepcopy(record)

    def add(self, name: str, record: Record) -> bool:
        """Store a record if the name is free; tell whether it was."""
        with self._lock:
            if name in self._records:
                return False
            self._records[name] = copy.deepcopy(record)
            return True

    def change(self, name: str, change: Callable[[Record], None]) -> Record | None:
        """Change a record in place under the lock and return a copy of the result."""
        with self._lock:
            record = self._records.get(name)
            if record is None:
                return None
            change(record)
            return copy.deepcopy(record)

    def pop(self, name: str) -> Record | None:
        """Remove a record and return it."""
        with self._lock:
            return self._records.pop(name, None)

    def clear(self) -> None:
        """Remove all records."""
        with self._lock:
            self._records.clear()

    def items(self) -> list[tuple[str, Record]]:
        """Return copies of all records in the order in which they were stored."""
        with self._lock:
            return [(name, copy.deepcopy(record)) for name, record in self._records.items()]

    def values(self) -> list[Record]:
        """Return copies of all records in the order in which they were stored."""
        return [record for _, record in self.items()]

    def __iter__(self) -> Iterator[str]:
        with self._lock:
            return iter(list(self._records))

    def __contains__(self, name: object) -> bool:
        with self._lock:
            return name in self._records

    def __len__(self) -> int:
        with self._lock:
            return len(self._records)


class Tables:
    """All tables of a twin, each made at its first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[tuple[str, str, str], Table] = {}

    def of(self, kind: str, account_id: str, region: str) -> Table:
        """Return the table of one resource type (``sagemaker/Endpoint``) in a place."""
        with self._lock:
            return self._tables.setdefault((kind, account_id, region), Table())

    def everywhere(self, kind: str) -> list[tuple[str, str, Table]]:
        """Return (account, region, table) of a resource type in all places."""
        with self._lock:
            return [(a, r, table) for (k, a, r), table in self._tables.items() if k == kind]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._tables.clear()
