"""Filters warnings of libraries for a moment, one thread at a time.

Python keeps one list of filters for all threads: of two that change it at once, one puts back what
the other has made of it.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

_CHANGING = threading.Lock()


@contextmanager
def filtered(
    action: Literal["error", "ignore"], message: str, category: type[Warning]
) -> Iterator[None]:
    """Let warnings whose text begins like a pattern pass for nothing, or for errors."""
    with _CHANGING, warnings.catch_warnings():
        warnings.filterwarnings(action, message, category)
        yield
