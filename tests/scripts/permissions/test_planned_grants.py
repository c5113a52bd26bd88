"""Each grant of the planned roles is used in a rehearsal, or stays for a reason."""

from __future__ import annotations

from functools import cache

import pytest

from scripts.permissions.kept import Kept
from scripts.permissions.purposes import Permission
from scripts.permissions.reasons import Reason, read_reasons
from scripts.permissions.recorded import Recorded, read_recorded
from tests.platform_plans import CHECKOUT
from tests.scripts.permissions.planned import permissions

_USED = Permission("job", "Read", "s3:GetObject")
_KEPT = Permission("job", "Read", "s3:ListBucket")
_REASON = Reason(("job",), ("Read",), ("s3:List*",), "people look at what is there")


@cache
def _kept() -> Kept:
    return Kept(recorded=read_recorded(CHECKOUT), reasons=read_reasons(CHECKOUT))


@pytest.mark.terraform
@pytest.mark.slow
def test_every_grant_is_used_or_has_a_reason() -> None:
    found = [str(each) for each in sorted(_kept().open(permissions()))]
    assert found == [], (
        "record a use, give a reason in policies/unused_grants.yaml, or take it away"
    )


@pytest.mark.terraform
@pytest.mark.slow
def test_no_reason_is_about_nothing_any_more() -> None:
    assert [(each.line, each.reason) for each in _kept().stale(permissions())] == []


@pytest.mark.terraform
@pytest.mark.slow
def test_no_recorded_use_is_of_a_grant_that_is_gone() -> None:
    assert sorted(_kept().gone(permissions())) == []


@pytest.mark.parametrize(
    ("granted", "open_grants", "stale", "gone"),
    [
        ([_USED, _KEPT], [], 0, []),
        ([_USED], [], 1, []),
        ([_KEPT], [], 0, [_USED]),
        ([_USED, _KEPT, Permission("job", "Read", "s3:Put*")], ["s3:Put*"], 0, []),
        ([_USED, _KEPT, Permission("other", "Read", "s3:GetObject")], ["s3:GetObject"], 0, []),
        ([Permission("job", "Read", "s3:*"), _KEPT], [], 0, []),
    ],
)
def test_what_nothing_speaks_for_is_found(
    granted: list[Permission], open_grants: list[str], stale: int, gone: list[Permission]
) -> None:
    kept = Kept(recorded=Recorded({"job": {"Read": ("s3:GetObject",)}}), reasons=(_REASON,))
    assert [each.action for each in kept.open(granted)] == open_grants
    assert len(list(kept.stale(granted))) == stale
    assert list(kept.gone(granted)) == gone
