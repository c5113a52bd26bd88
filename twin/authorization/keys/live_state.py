"""Looks into moto's live state without making anything there.

moto 5.2.5 makes a backend at the first look into an account and region, so that a request which
names many accounts would fill the memory; a region that it does not know is a KeyError.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EMPTY: Mapping[str, Any] = {}


def held(backends: Any, account: str, region: str) -> Any | None:
    """Return the backend of a place, or None where nothing was ever made."""
    by_region = dict.get(backends, account)
    return None if by_region is None else dict.get(by_region, region)


def shelf(backends: Any, account: str, region: str, name: str) -> Any:
    """Return a collection of the backend of a place, empty where nothing was ever made."""
    backend = held(backends, account, region)
    return _EMPTY if backend is None else getattr(backend, name)
