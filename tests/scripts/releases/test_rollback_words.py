"""The word by which production goes back: what is signed, by whom, when, and what it starts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.attestations.refusal import Refused
from pipelines.attestations.rules_of_kept_releases import check_decided
from pipelines.attestations.rules_of_rollbacks import judge_word
from pipelines.errors import EnvironmentFault, Finding, Misuse
from pipelines.promotion.going_back import LAST, find_way
from pipelines.promotion.rollback_order import Order, Why, read_order
from scripts.releases.approving import Word
from scripts.releases.going_back import check_free, decide, shown
from tests.pipelines.attestations.cast import MODEL, NOW, approver, builder, staging_key
from tests.pipelines.attestations.rollback_cast import names
from tests.scripts.releases.bureau import Bureau
from tests.scripts.releases.clients import Run
from tests.scripts.releases.going import LASTING, SPOILT, left, said, seen, target
from tests.scripts.releases.shelf import SECOND, Shelf, deployed, two_productions


def test_what_is_signed_is_what_was_shown(shelf: Shelf, tmp_path: Path) -> None:
    started = said(shelf, seen(shelf, tmp_path))
    document, word = shelf.word()
    assert document.address == "rita-20261201T120000Z" == started.decision
    assert word == started.word
    assert (word.model, word.left, word.to) == (MODEL, left(shelf, 3), target(shelf, 2))
    assert (word.accounts, word.by) == (("production",), "rita")
    assert (word.reason, word.ticket) == ("recall fell", "INC-7")
    assert (word.made_at, word.expires_at) == (NOW, NOW + timedelta(hours=1))


def test_the_pipeline_is_told_where_the_word_lies(shelf: Shelf, tmp_path: Path) -> None:
    started = said(shelf, seen(shelf, tmp_path))
    [request] = shelf.bureau.pipelines.started
    assert request["name"] == shelf.bureau.naming.rollback_pipeline(MODEL)
    told = {one["name"].upper(): one["value"] for one in request["variables"]}
    order = read_order(told)
    assert order == Order(Why.COMMAND, started.decision, shelf.release(2).id)
    [name] = shelf.words()
    assert order.decision_key(MODEL) == f"rollbacks/{MODEL}/{name}.dsse.json"
    assert request["clientRequestToken"] == started.decision


@pytest.mark.parametrize("minutes", [0, LASTING + 1])
def test_no_word_lasts_longer_than_the_organisation_lets_it(
    shelf: Shelf, tmp_path: Path, minutes: int
) -> None:
    found = seen(shelf, tmp_path)
    word = Word("rita", "recall fell", "INC-7", NOW, minutes)
    with pytest.raises(Misuse, match="must be 1 to 1440 minutes"):
        decide(shelf.bureau.office(), found, word, lasting=LASTING)
    assert shelf.is_untouched()


def test_whose_key_nobody_pinned_signs_nothing(shelf: Shelf, tmp_path: Path) -> None:
    keys = (builder(), staging_key(), approver("rita"))
    shelf.bureau.pin(*keys, target="production")
    found = seen(shelf, tmp_path)
    with pytest.raises(Misuse, match="must have pinned the key with which rob signs"):
        said(shelf, found, person="rob")
    assert shelf.is_untouched()


def test_a_key_that_does_not_sign_changes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    found = seen(shelf, tmp_path)
    shelf.bureau.keys.unwilling = True
    with pytest.raises(EnvironmentFault, match="must sign for this role"):
        said(shelf, found)
    assert shelf.is_untouched()


def test_whoever_reads_for_long_before_they_say_yes_is_believed(
    shelf: Shelf, tmp_path: Path
) -> None:
    found = seen(shelf, tmp_path)
    said(shelf, found, at=NOW + timedelta(minutes=40))
    assert shelf.word()[1].made_at == NOW + timedelta(minutes=40)
    assert shelf.bureau.pipelines.started


def test_a_word_that_production_would_not_believe_is_not_kept(shelf: Shelf, tmp_path: Path) -> None:
    # The clock at this desk is slow: by it, version 3 comes only tomorrow.
    early = deployed(3) - timedelta(days=1)
    found = seen(shelf, tmp_path, now=early)
    with pytest.raises(Refused) as refused:
        said(shelf, found, at=early)
    names("rollback-of-what-runs", refused)
    assert shelf.is_untouched()


@pytest.mark.parametrize("text", ["", "two\nlines", "x" * 2001])
def test_what_no_word_may_say_is_not_signed(shelf: Shelf, tmp_path: Path, text: str) -> None:
    found = seen(shelf, tmp_path)
    word = Word("rita", text, "INC-7", NOW, 60)
    with pytest.raises(Finding, match="statement to sign: reason must follow its schema"):
        decide(shelf.bureau.office(), found, word, lasting=LASTING)
    assert shelf.is_untouched()


def test_one_word_takes_all_production_accounts_back(tmp_path: Path) -> None:
    shelf = Shelf(Bureau(two_productions()))
    found = seen(shelf, tmp_path)
    assert shown(found)["in"] == ["production", SECOND]
    said(shelf, found)
    assert shelf.word()[1].accounts == ("production", SECOND)
    assert len(shelf.bureau.pipelines.started) == 1


def test_one_account_goes_back_alone_where_it_is_named(tmp_path: Path) -> None:
    shelf = Shelf(Bureau(two_productions()))
    said(shelf, seen(shelf, tmp_path, accounts=[SECOND, SECOND]))
    assert shelf.word()[1].accounts == (SECOND,)


def test_an_account_that_has_not_pinned_the_key_keeps_all_from_going_back(tmp_path: Path) -> None:
    shelf = Shelf(Bureau(two_productions()))
    shelf.bureau.pin(builder(), staging_key(), approver("rita"), target=SECOND)
    found = seen(shelf, tmp_path)
    with pytest.raises(Misuse, match=f"account {SECOND}: must have pinned the key"):
        said(shelf, found, person="rob")
    assert shelf.is_untouched()


def test_nobody_starts_a_second_rollback_beside_one(shelf: Shelf) -> None:
    shelf.bureau.pipelines.backs["under-way"] = Run("none", [])
    with pytest.raises(Misuse, match="must have no rollback under way, got under-way"):
        check_free(shelf.bureau.office())
    shelf.bureau.pipelines.backs["under-way"].status = "Failed"
    check_free(shelf.bureau.office())


def test_nobody_goes_back_while_a_promotion_deploys_to_production(shelf: Shelf) -> None:
    run = Run("arn/4", [("Approve/Approve", "None", "InProgress", {})])
    shelf.bureau.pipelines.runs["on-its-way"] = run
    # One that waits at the gate is in nobody's way.
    check_free(shelf.bureau.office())
    run.actions = [("Production/production-Deploy", "None", "InProgress", {})]
    with pytest.raises(Misuse, match="deploying to production, got on-its-way"):
        check_free(shelf.bureau.office())
    run.actions = [("Production/production-Deploy", "None", "Succeeded", {})]
    check_free(shelf.bureau.office())


@settings(max_examples=25)
@given(
    runs=st.integers(1, 4),
    spoilt=st.dictionaries(st.integers(1, 4), st.sampled_from(SPOILT)),
    by_name=st.none() | st.integers(1, 5),
)
def test_whatever_happened_production_would_do_just_what_was_signed(
    runs: int, spoilt: dict[int, str], by_name: int | None
) -> None:
    shelf = Shelf(versions=(1, 2, 3, 4))
    shelf.run(runs)
    for version, how in spoilt.items():
        shelf.spoil(version, how)
    wanted = LAST if by_name is None else shelf.release(by_name).id
    meant = range(runs - 1, 0, -1) if by_name is None else [by_name]
    good = [one for one in meant if one not in (runs, 5) and one not in spoilt]
    with TemporaryDirectory() as folder:
        if not good:
            with pytest.raises(Refused):
                seen(shelf, Path(folder) / "desk", wanted)
            assert shelf.is_untouched()
            return
        found = seen(shelf, Path(folder) / "desk", wanted)
        said(shelf, found)
        document, word = shelf.word()
        assert (word.left, word.to) == (left(shelf, runs), target(shelf, good[0]))
        # What the build in production does with it, a minute later.
        case = found[0].case
        asked = replace(case.asked, now=NOW + timedelta(minutes=1))
        assert judge_word(document, case.trusted, asked) == word
        way = find_way(case, word.to.release_id, Path(folder) / "build")
        check_decided(word, way.verified.release, way.kept)
