"""What the builds of rollbacks report is read without believing more than it says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attestations.moments import compact
from scripts.access import Access
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.board_rollbacks import Back, read_backs
from scripts.rollbacks import Rollbacks
from tests.scripts.releases.boards import BACK, LEFT_FOR, back, back_report
from tests.scripts.releases.clients import Objects, Pipelines

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)
_NAMED = st.fixed_dictionaries(
    {},
    optional={
        name: _JSON | st.sampled_from(["done", "command", "rejected", "production"])
        for name in ("account", "outcome", "why", "decision")
    },
)
_CONTENT = st.binary(max_size=40) | (_JSON | _NAMED).map(lambda one: json.dumps(one).encode())


@dataclass(frozen=True)
class _Pipelines:
    """Access to AWS with pipelines and nothing else."""

    pipelines: Pipelines
    endpoint: str | None = None

    def client(self, service: str, _region: str) -> Any:
        return {"codepipeline": self.pipelines, "s3": self.pipelines.objects}[service]


def read(files: Mapping[str, bytes]) -> Back:
    """Read a rollback whose build left these files."""
    pipelines = Pipelines(Objects(), backs={BACK: back(files)})
    flow = Rollbacks(cast(Access, _Pipelines(pipelines)), "eu-west-1", "some-rollback")
    [found] = read_backs(flow, 1, Inquiry())
    return found


@settings(max_examples=60)
@given(reported=_CONTENT, released=_CONTENT | st.just(LEFT_FOR.content()))
def test_whatever_a_rollback_left_nobody_is_said_to_have_gone_back_who_did_not(
    reported: bytes, released: bytes
) -> None:
    found = read({"rollback.json": reported, "release.json": released})
    assert found.release in (None, LEFT_FOR)
    if found.done:
        facts = json.loads(reported)
        assert (facts["account"], facts["outcome"]) == ("production", "done")
        assert found.done == {"production"}
    # What is shown can be written, and is no more than a person's name.
    assert found.word is None or re.fullmatch(r"[a-z0-9 -]+", found.word)


@settings(max_examples=60)
@given(
    person=st.from_regex(r"[a-z][a-z0-9-]{1,30}[a-z0-9]", fullmatch=True),
    moment=st.datetimes(datetime(2026, 1, 1), timezones=st.just(UTC)),
)
def test_the_word_is_of_whoever_signed_it(person: str, moment: datetime) -> None:
    report = back_report(decision=f"{person}-{compact(moment)}")
    found = read({"rollback.json": report, "release.json": LEFT_FOR.content()})
    assert (found.word, found.release) == (f"decided by {person}", LEFT_FOR)
