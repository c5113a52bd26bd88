"""The platform that the journeys share: laid out once, with one trained version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.stage import ACCOUNTS, Stage
from tests.journeys.story import Story


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Three accounts on a twin, with image, source package and pipelines published."""
    yield from laid_out(Stage(tmp_path_factory.mktemp("platform")))


def laid_out(stage: Stage) -> Iterator[Story]:
    """Lay the platform out on a stage, give it, and end its twin."""
    stage.open()
    try:
        stage.apply_side_by_side(*ACCOUNTS)
        stage.trust_keys()
        stage.gatehouse("pipeline", "publish", "--as", "milo")
        yield Story(stage)
    finally:
        stage.close()


@pytest.fixture(scope="session")
def released(platform: Story) -> int:
    """A version that went the whole way to production."""
    return release(platform)


def release(platform: Story) -> int:
    """Train a version and take it the whole way to production."""
    version = platform.train()
    platform.decide_version(version, "approve")
    platform.wait_for_gate(version)
    platform.decide_release("approve")
    ended = platform.wait_for_end(version)
    assert ended["status"] == "Succeeded", platform.why(ended["execution"])
    return version
