"""All attacks, by what they are after."""

from __future__ import annotations

from tests.attacks.attack import Attacks
from tests.attacks.catalogue.audit import AUDIT
from tests.attacks.catalogue.branches import BRANCHES
from tests.attacks.catalogue.building import BUILDING
from tests.attacks.catalogue.data import DATA
from tests.attacks.catalogue.deputies import DEPUTIES
from tests.attacks.catalogue.detection import DETECTION
from tests.attacks.catalogue.features import FEATURES
from tests.attacks.catalogue.identities import IDENTITIES
from tests.attacks.catalogue.jobs import JOBS
from tests.attacks.catalogue.keys import KEYS
from tests.attacks.catalogue.network import NETWORK
from tests.attacks.catalogue.promotion import PROMOTION
from tests.attacks.catalogue.releases import RELEASES
from tests.attacks.catalogue.roles import ROLES
from tests.attacks.catalogue.signing import SIGNING
from tests.attacks.catalogue.stores import STORES
from tests.attacks.catalogue.studio import STUDIO

ATTACKS = Attacks()
for _part in (
    *(DATA, STORES, KEYS, JOBS, FEATURES, NETWORK),
    *(PROMOTION, BUILDING, BRANCHES, RELEASES, IDENTITIES, ROLES),
    *(STUDIO, AUDIT, DETECTION, DEPUTIES, SIGNING),
):
    ATTACKS.include(_part)
