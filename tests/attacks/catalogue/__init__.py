"""All attacks, by what they are after."""

from __future__ import annotations

from tests.attacks.attack import Attacks
from tests.attacks.catalogue import promotion
from tests.attacks.catalogue.audit import AUDIT
from tests.attacks.catalogue.data import DATA
from tests.attacks.catalogue.detection import DETECTION
from tests.attacks.catalogue.features import FEATURES
from tests.attacks.catalogue.identities import IDENTITIES
from tests.attacks.catalogue.jobs import JOBS
from tests.attacks.catalogue.keys import KEYS
from tests.attacks.catalogue.network import NETWORK
from tests.attacks.catalogue.roles import ROLES
from tests.attacks.catalogue.stores import STORES
from tests.attacks.catalogue.studio import STUDIO

ATTACKS = Attacks()
for _part in (
    AUDIT,
    DETECTION,
    IDENTITIES,
    ROLES,
    STUDIO,
    DATA,
    STORES,
    KEYS,
    JOBS,
    FEATURES,
    NETWORK,
):
    ATTACKS.include(_part)
for _registered in (promotion,):
    _registered.register(ATTACKS)
