"""Production goes back: on a manager's word, when the lead rejects what runs, and never else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.builds import keys_in_build
from tests.journeys.conftest import release
from tests.journeys.stage import MODEL, until
from tests.journeys.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.long]
WHY = ("--summary", "journey: recall fell", "--ticket", "INC-1")


class Fewer(Story):
    """Trains on fewer rows, so that what it makes is another model."""

    def __init__(self, story: Story, fewer: int) -> None:
        super().__init__(story.stage)
        self._fewer = fewer

    def data(self) -> Path:
        """Leave rows of the bundled data set out."""
        lines = super().data().read_text("utf-8").splitlines(keepends=True)
        out = self.stage.folder / f"{MODEL}-without-{self._fewer}.csv"
        out.write_text("".join(lines[: -self._fewer]), "utf-8")
        return out


def roll_back(story: Story, *arguments: str, person: str = "rita", code: int = 0) -> Any:
    """Say that production goes back."""
    return story.stage.gatehouse(
        *("release", "rollback", MODEL, *WHY, "--yes", *arguments, "--as", person), code=code
    )


def release_of(story: Story, version: int) -> str:
    """Name the release of a version."""
    found = story.promotion_of(version)
    assert found is not None
    return str(story.show(found["execution"])["release"]["release_id"])


def rollbacks(story: Story) -> list[dict[str, Any]]:
    """List the rollbacks, the latest first, as whoever looks after promotions sees them."""
    client = story.stage.client("codepipeline", "data-science", "platform-admin")
    name = story.stage.naming.rollback_pipeline(MODEL)
    found: list[dict[str, Any]] = client.list_pipeline_executions(pipelineName=name)[
        "pipelineExecutionSummaries"
    ]
    return found


def settled(story: Story, more_than: int) -> dict[str, Any]:
    """Wait until one more rollback than there were has ended, and give it."""

    def ended() -> dict[str, Any] | None:
        found = rollbacks(story)
        done = len(found) > more_than and found[0]["status"] not in ("InProgress", "Stopping")
        return found[0] if done else None

    return until(ended, "the rollback that a rejection starts ends", 180)


def kept(story: Story, ending: str) -> list[tuple[str, bytes]]:
    """Read evidence of production by the end of its name, the latest last."""
    bucket = story.stage.naming.bucket_name("production", "evidence")
    client = story.stage.client("s3", "production", "auditor")
    listed = client.list_objects_v2(Bucket=bucket, Prefix="releases/")["Contents"]
    found = sorted(
        (one["LastModified"], one["Key"]) for one in listed if one["Key"].endswith(ending)
    )
    return [(key, client.get_object(Bucket=bucket, Key=key)["Body"].read()) for _, key in found]


def spoilt(story: Story, released: str, file: str) -> tuple[str, bytes]:
    """Write over what is kept of a release, as whoever took over a build of production could."""
    key, content = next(one for one in kept(story, file) if released in one[0])
    write(story, key, content[:-8] + b"tampered")
    return key, content


def write(story: Story, key: str, content: bytes) -> None:
    """Write evidence of production with the keys that code in its build finds."""
    keys = keys_in_build(story.stage, "production", "deploy")
    client = story.stage.client_with("s3", keys, vpc="production")
    bucket = story.stage.naming.bucket_name("production", "evidence")
    client.put_object(Bucket=bucket, Key=key, Body=content)


def born(story: Story) -> Any:
    """Tell when production's endpoint was made."""
    client = story.stage.client("sagemaker", "production")
    name = story.stage.naming.endpoint_name("production", MODEL)
    return client.describe_endpoint(EndpointName=name)["CreationTime"]


@dataclass(frozen=True)
class Ran:
    """Two releases, the second of which runs, and what production served with each."""

    first: str
    second: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@pytest.fixture(scope="module")
def ran(platform: Story, released: int) -> Ran:
    """Release a second version; before that there is nothing to go back to."""
    first, before = release_of(platform, released), platform.live("production")
    nothing = roll_back(platform, code=1)
    assert "must have the evidence of an earlier release to go back to" in nothing.err
    second = release_of(platform, release(Fewer(platform, 20)))
    after = platform.live("production")
    assert after != before
    return Ran(first, second, before, after)


@pytest.fixture(scope="module")
def told(platform: Story, ran: Ran) -> dict[str, Any]:
    """Take production back by command; the endpoint answers all the while."""
    made = born(platform)
    found: dict[str, Any] = roll_back(platform, "--wait", "--json").json()
    assert (found["from"], found["to"]) == (ran.second, ran.first)
    assert found["status"] == "Succeeded"
    assert born(platform) == made
    return found


def test_nobody_but_a_release_manager_takes_production_back(platform: Story, ran: Ran) -> None:
    assert "must name a release manager" in roll_back(platform, person="lena", code=2).err
    back = platform.stage.naming.rollback_pipeline(MODEL)
    for person in ("lead", "platform-admin", "data-scientist", "ml-engineer"):
        client = platform.stage.client("codepipeline", "data-science", person)
        with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
            client.start_pipeline_execution(name=back)
    manager = platform.stage.client("codepipeline", "data-science", "release-manager")
    with pytest.raises(manager.exceptions.ClientError, match="AccessDenied"):
        manager.start_pipeline_execution(name=platform.stage.naming.promotion_pipeline(MODEL))
    assert platform.live("production") == ran.after


def test_evidence_that_a_build_wrote_over_is_refused(platform: Story, ran: Ran) -> None:
    key, content = spoilt(platform, ran.first, "release.dsse.json")
    refused = roll_back(platform, code=1)
    write(platform, key, content)
    assert "rule signature-of-release" in refused.err
    assert platform.live("production") == ran.after


def test_production_goes_back_by_a_signed_word(
    platform: Story, ran: Ran, told: dict[str, Any]
) -> None:
    assert platform.live("production") == ran.before
    reports = [json.loads(report) for _, report in kept(platform, "production/rollback.json")]
    assert reports[-1]["outcome"] == "done"
    verified = [json.loads(report) for _, report in kept(platform, "rollback-verification.json")]
    assert verified[-1]["asked"]["rows"] == 1
    assert any(told["execution"] in key for key, _ in kept(platform, "rollback.dsse.json"))
    nothing = roll_back(platform, code=1)
    assert "must have the evidence of an earlier release" in nothing.err


def test_the_board_tells_it_and_promotions_are_listed_as_before(
    platform: Story, ran: Ran, told: dict[str, Any]
) -> None:
    board = platform.stage.gatehouse("release", "board", MODEL, "--as", "rita", "--json").json()
    model = board["models"][0]
    runs = next(one for one in model["running"] if one["account"] == "production")
    assert (runs["release"], runs["endpoint"]["differs"]) == (ran.first, None)
    assert any("went back" in one["outcome"] for one in model["history"])
    assert {one["status"] for one in platform.promotions()} <= {"Succeeded", "Failed"}


def test_a_decision_is_carried_out_once(platform: Story, ran: Ran, told: dict[str, Any]) -> None:
    count = len(rollbacks(platform))
    manager = platform.stage.client("codepipeline", "data-science", "release-manager")
    variables = {"Why": "command", "Decision": told["decision"]}
    manager.start_pipeline_execution(
        name=platform.stage.naming.rollback_pipeline(MODEL),
        variables=[{"name": name, "value": value} for name, value in variables.items()],
    )
    assert settled(platform, count)["status"] == "Failed"
    assert json.loads(kept(platform, "refusal.json")[-1][1])["rule"] == "rollback-of-what-runs"
    assert platform.live("production") == ran.before


def test_what_was_left_comes_again_by_its_name_and_a_word_of_its_own(
    platform: Story, ran: Ran, told: dict[str, Any]
) -> None:
    again = roll_back(platform, "--to", ran.second, "--wait", "--json").json()
    assert (again["to"], again["status"]) == (ran.second, "Succeeded")
    assert platform.live("production") == ran.after


def test_rejecting_what_runs_takes_production_back(platform: Story, released: int) -> None:
    # Whatever ran before, a version of its own runs now.
    before = platform.live("production")
    version = release(Fewer(platform, 40))
    assert platform.live("production") != before

    # A rejection of what does not run changes nothing, and ends well.
    other = platform.train()
    count = len(rollbacks(platform))
    platform.decide_version(other, "reject")
    assert settled(platform, count)["status"] == "Succeeded"
    assert json.loads(kept(platform, "production/rollback.json")[-1][1])["outcome"] == "nothing"

    count = len(rollbacks(platform))
    platform.decide_version(version, "reject")
    assert settled(platform, count)["status"] == "Succeeded"
    assert platform.live("production") == before
    report = json.loads(kept(platform, "production/rollback.json")[-1][1])
    assert (report["outcome"], report["why"], report["decision"]) == ("done", "rejected", None)
    # And what was rejected does not come again.
    refused = roll_back(platform, "--to", release_of(platform, version), code=1)
    assert "rule not-rejected" in refused.err
