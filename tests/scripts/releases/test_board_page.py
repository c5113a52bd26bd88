"""The page of a board fetches and runs nothing, whatever people wrote into their reasons."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from scripts.releases.board_page import board_policy, lasts, page
from tests.pipelines.attestations.cast import EXECUTION
from tests.scripts.releases.boards import approve, board_of, freeze
from tests.scripts.releases.bureau import Bureau


class _Tags(HTMLParser):
    """What a page would fetch or run, where it leads, and whether its parts are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.anchors: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object", "form", "base"):
            self.fetched.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "style") or name.startswith("on"):
                self.fetched.append(name)
            if name == "href":
                self.anchors.append(str(value))
            if name == "id":
                self.ids.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(text: str) -> _Tags:
    """Read a page."""
    found = _Tags()
    found.feed(text)
    assert found.open == []
    return found


def test_the_page_fetches_and_runs_nothing(bureau: Bureau) -> None:
    text = page(board_of(bureau))
    found = tags(text)
    assert found.fetched == []
    assert {anchor.removeprefix("#") for anchor in found.anchors} <= set(found.ids)
    assert board_policy().startswith("default-src 'none'; style-src 'sha256-")
    assert board_policy().replace("'", "&#39;") in text
    assert not re.search(r"url\(|@import", text)


def test_the_page_tells_what_the_board_does(bureau: Bureau) -> None:
    approve(bureau, "rita")
    bureau.endpoints.pending = [4]
    bureau.endpoints.denied = ("gatehouse-staging-breast-cancer",)
    text = page(board_of(bureau))
    for each in (
        *("version 3 waits at the gate: 1 of 2 approvals missing", "better recall (CHG-7)"),
        *("version 4 waits in the registry", "since 2026-12-01 09:04 UTC (2 hours 56 minutes ago)"),
        *("It runs the release on record.", "run different releases", "+0.0200", EXECUTION),
        *("Nothing is frozen.", "The live endpoint is not told here.", "4 minutes"),
        *("registered the version, is no release manager", "enough-approvers"),
    ):
        assert each in text, each


def test_an_empty_board_is_a_page(bureau: Bureau) -> None:
    bureau.pipelines.runs.clear()
    bureau.pipelines.waits = None
    bureau.endpoints.live.clear()
    text = page(board_of(bureau))
    tags(text)
    for each in ("nothing", "There is no endpoint", "cannot be compared", "No promotion that is"):
        assert each in text, each


def test_what_is_not_told_is_no_crash_of_the_page(bureau: Bureau) -> None:
    bureau.objects.denied = ("",)
    bureau.parameters.values.clear()
    text = page(board_of(bureau))
    tags(text)
    assert "Whether anything is frozen is not told here." in text
    assert "Not told here: what promotions carried" in text


def test_what_somebody_wrote_does_not_become_part_of_the_page(bureau: Bureau) -> None:
    approve(bureau, "rita", "<script>alert(1)</script>")
    freeze(bureau, "\"><img src=x onerror='alert(2)'>{{ 7 * 7 }}")
    bureau.pipelines.runs[EXECUTION].reason = "<script>alert(3)</script>"
    text = page(board_of(bureau))
    assert tags(text).fetched == []
    for number in (1, 3):
        assert f"&lt;script&gt;alert({number})&lt;/script&gt;" in text
    assert "&lt;img src=x" in text
    assert "{{ 7 * 7 }}" in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (59.6, "1 minute"),
        (61, "1 minute 1 second"),
        (3_600, "1 hour"),
        (3_605, "1 hour"),
        (7_500, "2 hours 5 minutes"),
        (90_000, "1 day 1 hour"),
    ],
)
def test_durations_are_told_in_two_units(seconds: float, words: str) -> None:
    assert lasts(seconds) == words
