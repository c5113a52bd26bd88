"""The page tells what a test has found: slices in words as well as bars, pace, and every check."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from pipelines.canonical import canonical_json
from pipelines.errors import Finding
from pipelines.promotion.checks import CONTRACT, Check
from pipelines.promotion.examination import Result
from pipelines.promotion.quality import Slice
from scripts.releases.dossier import Dossier, gather
from scripts.releases.dossier_page import page
from scripts.releases.dossier_tests import bars
from tests.pipelines.attestations.cast import EXECUTION, NOW
from tests.pipelines.promotion.reported import reported, result
from tests.scripts.releases.bureau import Bureau, report

REPORT = "tests/staging/test-report.json"
MIXED = (
    Slice("below 12", 90, 0.97, None, True),
    Slice("from 12 to 15", 45, 0.8, None, False),
    Slice("from 15", 8, None, "8 rows, fewer than 20", None),
)


def shown(found: Result) -> str:
    """Make the page of a release whose test found this."""
    bureau = Bureau()
    dossier = gather(bureau.office(), EXECUTION, NOW)
    told = canonical_json({**json.loads(dossier.files[REPORT]), **reported(found)})
    return page(Dossier({**dossier.files, REPORT: told}, dossier.facts))


def words(text: str) -> str:
    """What is read of a page by somebody who sees no bars."""
    found = re.sub(r"<svg.*?</svg>|<style.*?</style>", "", text, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_slices_are_told_in_words_and_drawn_apart() -> None:
    text = shown(result(*MIXED))
    told = words(text)
    for each in (
        "below 12 90 0.9700 passed",
        "from 12 to 15 45 0.8000 failed",
        "from 15 8 \u2013 undecided 8 rows, fewer than 20",
        "1 slice is undecided: too few rows",
        "Best and worst are 0.1700 apart; 0.12 is allowed.",
        "auc of mean_radius from 12 to 15 must be at least 0.88: got 0.8 in 45 rows",
        "staging: failed",
    ):
        assert each in told, each
    assert text.count('class="bar passed"') == text.count('class="bar failed"') == 1
    assert text.count('class="open"') == 1


def test_quality_and_pace_are_told() -> None:
    told = words(shown(result()))
    assert "auc of the live answers: 0.9900 ; 0.9900 when evaluated, at least 0.95" in told
    assert "4 at once 200 0 20 20 30 2000" in told
    assert "undecided" not in told


def test_what_cannot_be_measured_is_said_to() -> None:
    found = result()
    quality = replace(found.quality, live=None, unmeasured="row 3: must be a number")
    told = words(shown(replace(found, quality=quality, slices=())))
    assert "auc of the live answers: cannot be measured , row 3: must be a number" in told


def test_checks_are_counted_by_subject_and_opened_where_one_fails() -> None:
    found = result()
    broken = Check(CONTRACT, "a rule", False, "<b>something else</b>")
    text = shown(replace(found, checks=(*found.checks, broken)))
    told = words(text)
    assert "1 of 2 checks of the contract hold" in told
    assert "1 of 1 checks of malformed requests hold" in told
    assert text.count("<details open>") == 1
    assert "<b>something else" not in text


def test_one_decided_slice_has_no_gap() -> None:
    told = words(shown(result(MIXED[0], MIXED[2])))
    assert "Fewer than two slices are decided, so nothing is said of the gap" in told


def test_a_report_that_does_not_follow_its_schema_is_refused_by_name() -> None:
    bureau = Bureau()
    dossier = gather(bureau.office(), EXECUTION, NOW)
    content = report(bureau.statement.release, EXECUTION).replace(b'"quality"', b'"qualities"')
    with pytest.raises(Finding, match=f"{REPORT}: must follow its schema"):
        page(Dossier({**dossier.files, REPORT: content}, dossier.facts))


def test_errors_are_drawn_on_their_own_scale() -> None:
    slices = [
        {"name": "all", "rows": 40, "value": 5.0, "undecided": None, "passed": True},
        {"name": "none", "rows": 0, "value": None, "undecided": "0 rows", "passed": None},
    ]
    told = {"column": "size", "metric": "rmse", "threshold": 10.0, "largest_gap": 2.0, "gap": None}
    drawn = bars({**told, "slices": slices}, higher_is_better=False)
    assert (drawn.bars[0].end, drawn.threshold_x, drawn.scale) == (170.0, 332.0, "0 to 10")
    assert (drawn.bars[1].end, drawn.bars[1].result, drawn.bound) == (None, "undecided", "at most")
