"""A twin that is reset or ends during a rollout leaves no process and no file."""

from __future__ import annotations

import time
from pathlib import Path

from tests.twin.engines.laboratory import laboratory
from tests.twin.engines.rollouts import baking, policy, several, update
from tests.twin.engines.serving import endpoint, processes, settled
from tests.twin.engines.studio import Studio
from tests.twin.engines.tiny_image import push

AN_HOUR = 3600


def test_reset_during_a_rollout_leaves_nothing(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        studio = Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())
        name = endpoint(studio, several(studio, "old"))
        settled(studio, name)
        update(studio, name, several(studio, "new"), policy("CANARY", AN_HOUR))
        baking(studio, name, 1)
        folders = [path.name for path in (tmp_path / "endpoints").iterdir()]
        assert len(folders) == 2
        started = time.monotonic()
        lab.twin.reset()
        assert time.monotonic() - started < 15
        assert not [found for folder in folders for found in processes(folder)]
        assert not list((tmp_path / "endpoints").iterdir())


def test_end_of_the_twin_during_a_rollout_leaves_nothing(tmp_path: Path) -> None:
    with laboratory(tmp_path) as lab:
        studio = Studio(lab, push(lab), lab.role("sagemaker"), lab.bucket())
        name = endpoint(studio, several(studio, "old"))
        settled(studio, name)
        update(studio, name, several(studio, "new"), policy("CANARY", AN_HOUR))
        baking(studio, name, 1)
        folders = [path.name for path in (tmp_path / "endpoints").iterdir()]
    assert not [found for folder in folders for found in processes(folder)]
