"""Several promotions at a time: each carries its own version, and none overtakes another."""

from __future__ import annotations

from tests.journeys.stage import until
from tests.rehearsals.rehearsal import RELEASED, Rehearsals, Seen
from tests.rehearsals.rehearsing import Rehearsing

ORDER = Rehearsals("order")


@ORDER.ends(RELEASED)
def a_newer_version_that_is_approved_in_between_changes_nothing(at: Rehearsing) -> Seen:
    """Another version is approved while a release waits at the gate."""
    version, older = at.versions[1], at.versions[0]
    execution = at.gate(version)
    later = at.start(older)
    at.approve(execution)
    seen = at.ended(execution)
    release = at.story.show(execution)["release"]
    assert release["package"]["version"] == version
    assert release["archive"]["sha256"] in at.live()["archive"]
    at.stop(later)
    return seen


@ORDER.ends(RELEASED)
def two_promotions_at_once_go_one_after_the_other(at: Rehearsing) -> Seen:
    """Two versions are approved at the same moment."""
    first, second = at.start(at.versions[1]), at.start(at.versions[0])
    at.settle(first)
    assert at.waits(first)
    until(lambda: at.reached(second, "Test", "Succeeded") or None, "the second is tested", 120)
    assert not at.waits(second), "one gate is for one promotion"
    at.approve(first)
    assert at.ended(first).place == RELEASED
    at.settle(second)
    at.approve(second)
    seen = at.ended(second)
    times = {each: at.span(each, "Production") for each in (first, second)}
    assert times[first][1] <= times[second][0], "production deploys one at a time"
    return seen
