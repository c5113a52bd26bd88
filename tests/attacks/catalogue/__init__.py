"""All attacks, by what they are after."""

from __future__ import annotations

from tests.attacks.attack import Attacks
from tests.attacks.catalogue import audit, promotion
from tests.attacks.catalogue.data import DATA
from tests.attacks.catalogue.features import FEATURES
from tests.attacks.catalogue.jobs import JOBS
from tests.attacks.catalogue.keys import KEYS
from tests.attacks.catalogue.network import NETWORK
from tests.attacks.catalogue.stores import STORES

ATTACKS = Attacks()
for _part in (DATA, STORES, KEYS, JOBS, FEATURES, NETWORK):
    ATTACKS.include(_part)
for _registered in (promotion, audit, detection):
    _registered.register(ATTACKS)
