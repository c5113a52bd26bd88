"""The platform that is attacked: applied as in life, with a model in production."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import conftest as journeys
from tests.journeys.stage import Stage
from tests.journeys.story import Story

_RUNNING = "GATEHOUSE_TEST_PLATFORM"
"""The state folder of a twin that `gatehouse demo --keep` left running, to attack it again."""


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Three accounts on a twin, with image, source package and pipelines published."""
    running = os.environ.get(_RUNNING)
    if running is None:
        yield from journeys.laid_out(Stage(tmp_path_factory.mktemp("attacked")))
        return
    stage = Stage(Path(running))
    stage.environment |= stage.gatehouse("twin", "env", "--json").json()
    yield Story(stage)


@pytest.fixture(scope="session")
def released(platform: Story) -> int:
    """A version that went the whole way to production."""
    if os.environ.get(_RUNNING):
        return max(int(found["version"]) for found in platform.versions())
    return journeys.release(platform)
