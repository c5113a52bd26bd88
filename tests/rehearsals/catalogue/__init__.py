"""All rehearsals, by what goes wrong; each group ends with a promotion to which nothing happens."""

from __future__ import annotations

from tests.rehearsals.catalogue.approvals import APPROVALS
from tests.rehearsals.catalogue.artefacts import ARTEFACTS
from tests.rehearsals.catalogue.calls import CALLS
from tests.rehearsals.catalogue.gates import GATES
from tests.rehearsals.catalogue.grants import GRANTS
from tests.rehearsals.catalogue.kills import KILLS
from tests.rehearsals.catalogue.losses import LOSSES
from tests.rehearsals.catalogue.order import ORDER
from tests.rehearsals.catalogue.people import PEOPLE
from tests.rehearsals.catalogue.rollouts import ROLLOUTS
from tests.rehearsals.catalogue.stops import STOPS
from tests.rehearsals.rehearsal import RELEASED, End, Rehearsal, Seen
from tests.rehearsals.rehearsing import Rehearsing

GROUPS = (APPROVALS, PEOPLE, GATES, ARTEFACTS, STOPS, ORDER, LOSSES, KILLS, ROLLOUTS, GRANTS, CALLS)


def _nothing_happens(at: Rehearsing) -> Seen:
    at.forget()
    seen = at.send_into("Production")
    at.check_nothing_left()
    return seen


REHEARSALS: list[Rehearsal] = []
for _group in GROUPS:
    _group.add(
        f"after-{_group.group}-the-next-promotion-succeeds",
        "Nothing: what was broken is whole again.",
        End(RELEASED),
        _nothing_happens,
    )
    REHEARSALS += _group.all().values()
