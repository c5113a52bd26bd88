"""What a case is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conformance.place import Place

Attempt = Callable[[], Any]
"""What is tried: refused with a ClientError, or true where the expectation is that it holds."""

Case = Callable[[Place], Attempt]
"""Makes what is needed in a place and returns the attempt."""
