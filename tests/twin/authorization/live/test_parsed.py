"""Policies by their text: parsed once, whoever has them."""

from __future__ import annotations

from typing import Any

import pytest

from policies.iam import parse_policy
from tests.twin.authorization.live.world import ONE, World, allow, document
from twin.authorization.live import parsed
from twin.authorization.live.parsed import together


def test_no_policy_is_parsed_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sofia = world.caller(ONE, "scientist", allow("s3:GetObject"))
    bucket = world.bucket(ONE, "things", {**allow("s3:ListBucket"), "Principal": "*"})
    seen: list[str] = []

    def counted(address: str, text: Any) -> Any:
        seen.append(address)
        return parse_policy(address, text)

    monkeypatch.setattr(parsed, "parse_policy", counted)
    parsed.parsed.cache_clear()
    first = world.decide(sofia, "s3:GetObject", f"{bucket}/x", ONE)
    read = list(seen)
    again = world.decide(sofia, "s3:GetObject", f"{bucket}/x", ONE)

    assert first.allowed and again.allowed
    assert f"arn:aws:iam::{ONE}:role/scientist/inline" in read
    assert seen == read
    assert len(read) == len(set(read))


def test_changed_text_is_another_policy() -> None:
    before = parsed.parsed("p", document(allow("s3:GetObject")))
    after = parsed.parsed("p", document(allow("s3:PutObject")))

    assert before.allowing("s3:GetObject")
    assert not after.allowing("s3:GetObject")


def test_one_unreadable_policy_of_several_denies_all() -> None:
    held = together("p", [document(allow("s3:*")), "{", None])

    assert held is not None
    assert held.denying("s3:GetObject")
    assert together("p", [None, ""]) is None
