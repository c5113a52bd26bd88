"""All attacks, by what they are after."""

from __future__ import annotations

from tests.attacks.attack import Attacks
from tests.attacks.catalogue import audit, promotion
from tests.attacks.catalogue.data import DATA
from tests.attacks.catalogue.keys import KEYS
from tests.attacks.catalogue.stores import STORES

ATTACKS = Attacks()
for _part in (DATA, STORES, KEYS):
    ATTACKS.include(_part)
for _registered in (promotion, audit):
    _registered.register(ATTACKS)
