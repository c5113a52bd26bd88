"""All attacks, by what they are after."""

from __future__ import annotations

from tests.attacks.attack import Attacks
from tests.attacks.catalogue import audit, data, keys, promotion, stores

ATTACKS = Attacks()
for _part in (data, stores, keys, promotion, audit):
    _part.register(ATTACKS)
