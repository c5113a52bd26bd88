"""A release that production has left comes again by a new approval, not by a retry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipelines.attestations.refusal import Refused
from pipelines.canonical import canonical_json
from pipelines.promotion import deploy
from pipelines.promotion.aws import Aws
from tests.pipelines.promotion.places import NOW
from tests.pipelines.promotion.rollback_stage import ROLLBACK, STORE, Back, facts
from tests.pipelines.promotion.stage import Stage, clock

AGAIN = NOW + timedelta(minutes=30)


@pytest.fixture
def back(production: Stage) -> Back:
    """A production account that has deployed a release."""
    return Back(production)


def leave(back: Back, when: datetime, outcome: str = "done", left: str | None = None) -> None:
    """Let production have gone back from the release that was deployed first."""
    told = {"from": {"release_id": left or back.earlier.id}, "outcome": outcome}
    place = f"{STORE}/{back.later.id}/{ROLLBACK}/production/rollback.json"
    back.put(place, canonical_json(told))
    back.came[ROLLBACK] = when


@dataclass(frozen=True)
class Retried:
    """The clients of a build that deploys the first release again."""

    back: Back

    def client(self, service: str, region: str) -> Any:
        """Make a client; only evidence has moments of its own in these tests."""
        return (self.back if service == "s3" else self.back.stage).client(service, region)

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become nobody else."""
        raise AssertionError(role_arn)


def retry(back: Back) -> None:
    """Deploy the first release again, as a retried stage does."""
    around = replace(back.stage.surroundings(), clock=clock(AGAIN))
    deploy.run(back.stage.settings, Retried(back), around)


@pytest.mark.parametrize("outcome", ["begun", "done"])
def test_a_retry_does_not_bring_again_what_was_left_since_its_approval(
    back: Back, outcome: str
) -> None:
    leave(back, NOW, outcome)
    with pytest.raises(Refused, match="must not have been left by production since") as found:
        retry(back)
    assert found.value.rule == "not-left-since"
    assert back.runs is back.later
    [kept] = [one for key, one in back.stage.evidence().items() if key.endswith("refusal.json")]
    assert facts(kept)["rule"] == "not-left-since"


def test_an_approval_after_the_rollback_brings_it_again(back: Back) -> None:
    leave(back, NOW - timedelta(hours=1))
    retry(back)
    assert back.runs is back.earlier


def test_a_rollback_that_found_nothing_to_do_or_left_another_release_stops_nothing(
    back: Back,
) -> None:
    leave(back, NOW, "nothing")
    retry(back)
    leave(back, NOW, left=back.later.id)
    retry(back)
    assert back.runs is back.earlier


def test_a_rollback_that_cannot_be_read_stops_a_retry(back: Back) -> None:
    leave(back, NOW)
    back.put(f"{STORE}/{back.later.id}/{ROLLBACK}/production/rollback.json", b"?")
    with pytest.raises(Refused, match="must be JSON") as found:
        retry(back)
    assert found.value.rule == "not-left-since"


@dataclass(frozen=True)
class Unlisted:
    """The clients of a build that may not list what an account keeps, as in staging."""

    stage: Stage

    def client(self, service: str, region: str) -> Any:
        """Make a client."""
        found = self.stage.client(service, region)
        if service == "s3":
            found.meta.events.register("provide-client-params.s3.ListObjectsV2", self._listed)
        return found

    def _listed(self, params: dict[str, Any], **_: Any) -> None:
        assert params["Bucket"] != self.stage.place.bucket("evidence"), "staging may not list it"

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become nobody else."""
        raise AssertionError(role_arn)


def test_staging_which_nobody_approves_does_not_list_what_it_keeps(stage: Stage) -> None:
    deploy.run(stage.settings, Unlisted(stage), stage.surroundings())
    assert stage.report("deployment.json")["release_sha256"] == stage.release.sha256
