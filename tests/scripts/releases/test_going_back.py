"""Looking back: which release production would go back to, and which it passes over or refuses."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.attestations.refusal import Refused
from pipelines.errors import EnvironmentFault, Misuse
from scripts.releases.going_back import shown
from tests.pipelines.attestations.cast import MODEL, NOW, approver, builder, staging_key
from tests.pipelines.attestations.rollback_cast import names
from tests.scripts.releases.bureau import Bureau
from tests.scripts.releases.going import SPOILT, left, said, seen, target
from tests.scripts.releases.shelf import SECOND, Shelf, deployed, two_productions


def test_last_is_what_was_promoted_before_what_runs(shelf: Shelf, tmp_path: Path) -> None:
    [one] = seen(shelf, tmp_path)
    assert (one.account.name, one.left, one.to) == ("production", left(shelf, 3), target(shelf, 2))


def test_what_is_shown_names_every_digest_that_would_come(shelf: Shelf, tmp_path: Path) -> None:
    release = shelf.release(2)
    assert shown(seen(shelf, tmp_path)) == {
        "in": ["production"],
        "runs": shelf.release(3).id,
        "since": [f"production {deployed(3):%FT%TZ}"],
        "goes back to": release.id,
        "package": release.package_arn,
        "archive": release.archive.sha256,
        "image": release.image.digest,
        "commit": release.commit,
        "approved by": ["rita"],
        "passed over": [],
    }


def test_whoever_goes_back_twice_goes_further_back(shelf: Shelf, tmp_path: Path) -> None:
    shelf.went_back(2)
    [one] = seen(shelf, tmp_path)
    assert (one.left, one.to) == (left(shelf, 2), target(shelf, 1))
    assert one.runs is not None
    assert one.runs.since == NOW - timedelta(hours=2)


def test_what_was_left_comes_again_by_its_name(shelf: Shelf, tmp_path: Path) -> None:
    shelf.went_back(2)
    [one] = seen(shelf, tmp_path, shelf.release(3).id)
    assert (one.left, one.to) == (left(shelf, 2), target(shelf, 3))


@pytest.mark.parametrize("how", SPOILT)
def test_last_passes_over_what_must_not_come_back_and_says_why(
    shelf: Shelf, tmp_path: Path, how: str
) -> None:
    rule = shelf.spoil(2, how)
    found = seen(shelf, tmp_path)
    assert found[0].to == target(shelf, 1)
    [passed_over] = shown(found)["passed over"]
    assert passed_over.endswith(f"(rule {rule})")
    assert "\n" not in passed_over


@pytest.mark.parametrize("how", SPOILT)
def test_what_must_not_come_back_is_refused_by_its_name(
    shelf: Shelf, tmp_path: Path, how: str
) -> None:
    rule = shelf.spoil(2, how)
    with pytest.raises(Refused) as found:
        seen(shelf, tmp_path, shelf.release(2).id)
    names(rule, found)


def test_a_release_whose_keys_are_pinned_no_longer_does_not_come_back(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.bureau.pin(builder(2), staging_key(), approver("rita"), target="production")
    with pytest.raises(Refused) as found:
        seen(shelf, tmp_path)
    names("signature-of-release", found)


def test_what_runs_is_nothing_to_go_back_to(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(Refused) as found:
        seen(shelf, tmp_path, shelf.release(3).id)
    names("goes-to-another", found)


def test_a_release_that_production_does_not_keep_does_not_come(
    shelf: Shelf, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="must have the evidence of release") as found:
        seen(shelf, tmp_path, shelf.release(9).id)
    names("kept-here", found)


def test_the_first_release_has_nothing_before_it(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="must have the evidence of an earlier release") as found:
        seen(Shelf(versions=(1,)), tmp_path)
    names("kept-here", found)


def test_where_no_endpoint_runs_nothing_is_left(shelf: Shelf, tmp_path: Path) -> None:
    shelf.bureau.endpoints.live.pop(shelf.bureau.naming.endpoint_name("production", MODEL))
    found = seen(shelf, tmp_path)
    assert (found[0].left, found[0].to) == (None, target(shelf, 3))
    told = shown(found)
    assert (told["runs"], told["since"]) == ("no release that is known", [])
    said(shelf, found)
    assert shelf.word()[1].left is None


def test_what_runs_though_nobody_knows_it_is_left(shelf: Shelf, tmp_path: Path) -> None:
    shelf.run(9)
    found = seen(shelf, tmp_path)
    assert (found[0].left, found[0].to) == (None, target(shelf, 3))


def test_an_endpoint_that_may_not_be_seen_is_not_taken_for_none(
    shelf: Shelf, tmp_path: Path
) -> None:
    name = shelf.bureau.naming.endpoint_name("production", MODEL)
    shelf.bureau.endpoints.denied = (name,)
    with pytest.raises(EnvironmentFault, match="AccessDenied"):
        seen(shelf, tmp_path)


def test_evidence_that_may_not_be_read_is_not_taken_for_none(shelf: Shelf, tmp_path: Path) -> None:
    shelf.bureau.objects.denied = (shelf.bureau.naming.bucket_name("production", "evidence"),)
    with pytest.raises(EnvironmentFault, match="AccessDenied"):
        seen(shelf, tmp_path)


def test_all_is_read_in_production_as_the_same_person(shelf: Shelf, tmp_path: Path) -> None:
    seen(shelf, tmp_path)
    role = "arn:aws:iam::333333333333:role/gatehouse-production-release-manager"
    assert (role, "rita") in shelf.bureau.taken
    assert not any(taken.endswith("deploy") for taken, _ in shelf.bureau.taken)


@pytest.mark.parametrize("name", ["staging", "data-science", "prodution"])
def test_only_production_goes_back(shelf: Shelf, tmp_path: Path, name: str) -> None:
    with pytest.raises(Misuse, match=r"must be a production account \(production\), got ") as found:
        seen(shelf, tmp_path, accounts=[name])
    assert found.value.got == name


def test_accounts_that_run_different_releases_go_back_one_by_one(tmp_path: Path) -> None:
    shelf = Shelf(Bureau(two_productions()))
    shelf.run(2, SECOND)
    told = f"got production {shelf.release(3).id}, {SECOND} {shelf.release(2).id}"
    with pytest.raises(Misuse, match=told):
        seen(shelf, tmp_path)
    [one] = seen(shelf, tmp_path / "again", accounts=[SECOND])
    assert (one.left, one.to) == (left(shelf, 2), target(shelf, 1))


def test_accounts_that_would_go_to_different_releases_go_back_one_by_one(tmp_path: Path) -> None:
    shelf = Shelf(Bureau(two_productions()))
    shelf.lose(2, f"{SECOND}/verification.json", SECOND)
    told = f"got production {shelf.release(2).id}, {SECOND} {shelf.release(1).id}"
    with pytest.raises(Misuse, match=told):
        seen(shelf, tmp_path)
