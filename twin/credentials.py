"""Keys of a principal, apart from the twin's own state: clients hold them without loading moto."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Credentials:
    """Keys of a principal; ``session_token`` and ``expires`` only for temporary ones."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    expires: datetime | None = None
