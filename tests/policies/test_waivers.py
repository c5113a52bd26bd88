"""Waivers: what the file may say, when one counts, and what it covers."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from policies.verdict import Finding, Source, Verdict
from policies.waivers import LONGEST, Waiver, read_waivers

TODAY = date(2026, 11, 23)
CONTROLS = ("GOV-01", "GOV-03", "NET-08", "S3-06")
GOOD = Waiver(
    "S3-06",
    "staging",
    "module.logs.aws_s3_bucket.this",
    "The log bucket does not log itself.",
    "Its data events are in the trail.",
    "milo",
    "rita",
    "2026-11-01",
    "2026-12-01",
    2,
)
TEXT = """waivers:
  - control: S3-06
    root: staging
    address: module.logs.aws_s3_bucket.this
    reason: The log bucket does not log itself.
    compensating_control: Its data events are in the trail.
    owner: milo
    approver: rita
    created: 2026-11-01
    expires: 2026-12-01
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "waivers.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_waiver_is_read_as_written(tmp_path: Path) -> None:
    assert read_waivers(written(tmp_path, TEXT), CONTROLS) == (GOOD,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TEXT.replace("S3-06", "S3-60"), "must be a control of the registry, got S3-60"),
        (TEXT.replace("S3-06", "GOV-03"), "must not be a rule about waivers themselves"),
        (TEXT + "    until: later\n", "until"),
        (TEXT.replace("    owner: milo\n", ""), "owner"),
        (TEXT.replace("The log bucket does not log itself.", "Because."), "reason"),
        (TEXT.replace("root: staging", "root: '*'"), "must be one root; a pattern would cover"),
        (TEXT + TEXT.removeprefix("waivers:\n"), "again"),
        (TEXT.replace("waivers:", "exceptions:"), "exceptions"),
        ("- a\n", "must be a mapping"),
        ("waivers: [", "waivers.yaml"),
        ("", "must not be empty"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused_with_a_sentence(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_waivers(written(tmp_path, text), CONTROLS)
    assert told in str(refused.value)


@pytest.mark.parametrize("days", [("2026-11-01", "2026-02-30"), ("soon", "2026-12-01")])
def test_a_day_that_is_none_counts_as_expired(tmp_path: Path, days: tuple[str, str]) -> None:
    text = TEXT.replace("2026-11-01", days[0]).replace("2026-12-01", days[1])
    (waiver,) = read_waivers(written(tmp_path, text), CONTROLS)
    assert (waiver.created, waiver.expires) == days
    assert "must have days such as" in (waiver.fault(TODAY) or "")
    assert waiver.days_left(TODAY) == 0


def test_the_day_of_expiry_is_the_last_one_that_counts() -> None:
    assert replace(GOOD, expires="2026-11-23").fault(TODAY) is None
    assert replace(GOOD, expires="2026-11-23").days_left(TODAY) == 0
    assert "must not have expired" in (replace(GOOD, expires="2026-11-22").fault(TODAY) or "")


def test_a_hundred_and_eighty_days_are_the_longest() -> None:
    created = date(2026, 11, 1)
    at_most = replace(GOOD, expires=(created + LONGEST).isoformat())
    longer = replace(GOOD, expires=(created + LONGEST + timedelta(1)).isoformat())
    assert at_most.fault(TODAY) is None
    assert "at most 180 days" in (longer.fault(TODAY) or "")


def test_nobody_approves_their_own_and_no_waiver_is_for_later() -> None:
    assert "somebody else" in (replace(GOOD, approver=" Milo").fault(TODAY) or "")
    assert "by today" in (replace(GOOD, created="2026-11-24").fault(TODAY) or "")
    assert "before it was created" in (replace(GOOD, expires="2026-10-01").fault(TODAY) or "")


@given(st.text(string.printable, max_size=12), st.text(string.printable, max_size=12))
def test_whatever_the_days_say_nothing_crashes_and_only_days_count(a: str, b: str) -> None:
    waiver = replace(GOOD, created=a, expires=b)
    assert (waiver.fault(TODAY) is not None) or waiver.days is not None


def finding(**changed: object) -> Finding:
    source = Source(str(changed.get("root", GOOD.root)), str(changed.get("address", GOOD.address)))
    verdict = changed.get("verdict", Verdict.VIOLATED)
    assert isinstance(verdict, Verdict)
    control = str(changed.get("control", GOOD.control))
    return Finding(control, "check:logs", verdict, source, "x: must be y, got z")


def test_a_waiver_covers_one_control_at_one_address_of_one_root() -> None:
    assert GOOD.covers(finding())
    assert not GOOD.covers(finding(root="production"))
    assert not GOOD.covers(finding(address=GOOD.address + "[0]"))
    assert not GOOD.covers(finding(control="NET-08"))


def test_what_is_not_decided_cannot_be_waived() -> None:
    assert not GOOD.covers(finding(verdict=Verdict.NOT_DECIDED))
