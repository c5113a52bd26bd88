"""A rehearsal pins and approves by the code of the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from pipelines.attestations.keys import TrustedKeys
from pipelines.organization import Persona
from scripts.rehearsal import Person, Rehearsal
from tests.pipelines.attestations.cast import NOW
from tests.scripts.releases.bureau import Bureau, stored, two_managers


@pytest.fixture
def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Bureau, Rehearsal, Person]:
    """A rehearsal on a platform where one approval is enough and nothing is pinned."""
    bureau = Bureau(two_managers(required=1))
    bureau.pin()
    monkeypatch.setattr("scripts.rehearsal.now", lambda: NOW)
    nobody = cast(Any, None)
    rehearsal = Rehearsal(bureau.desk(None), nobody, tmp_path, nobody)
    return bureau, rehearsal, Person("rita", Persona.RELEASE_MANAGER, bureau.desk())


def test_what_was_pinned_lets_a_signed_release_pass(
    rehearsed: tuple[Bureau, Rehearsal, Person],
) -> None:
    bureau, rehearsal, rita = rehearsed
    assert rehearsal.trust_keys() == 4
    for target in ("production", "staging"):
        name = bureau.naming.trusted_keys_parameter(target)
        assert TrustedKeys.parse(name, bureau.parameters.values[name].encode()).keys
    gate = rehearsal.gate(rita)
    assert gate is not None
    outcome = rehearsal.decide_release(rita, gate, approve=True)
    assert outcome is not None
    assert outcome.opened
    assert [name.partition("-")[0] for name in stored(bureau)] == ["rita"]
    assert [answer["status"] for answer in bureau.pipelines.answers] == ["Approved"]


def test_a_refusal_signs_nothing(rehearsed: tuple[Bureau, Rehearsal, Person]) -> None:
    bureau, rehearsal, rita = rehearsed
    gate = rehearsal.gate(rita)
    assert gate is not None
    assert rehearsal.decide_release(rita, gate, approve=False) is None
    assert not stored(bureau)
    assert [answer["status"] for answer in bureau.pipelines.answers] == ["Rejected"]
