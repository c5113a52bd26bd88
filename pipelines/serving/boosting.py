"""The one door to xgboost."""

from __future__ import annotations

import sys
from typing import Any


def xgboost() -> Any:
    """Import xgboost without scikit-learn.

    xgboost imports scikit-learn only to offer wrappers that nobody here uses, and that import
    takes four fifths of the whole: too long for an endpoint that has to answer its first ping.
    """
    absent = "sklearn" not in sys.modules
    if absent:
        sys.modules["sklearn"] = None  # type: ignore[assignment]  # Python's own way to say "not there"
    try:
        import xgboost as module
    finally:
        if absent:
            del sys.modules["sklearn"]
    return module
