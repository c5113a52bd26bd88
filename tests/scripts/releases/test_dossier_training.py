"""A dossier of promoted code tells what each target trained, and shows that it was the signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.canonical import canonical_json
from scripts.releases.dossier import Dossier, gather, write
from scripts.releases.dossier_check import Answer, check
from scripts.releases.dossier_folder import read_dossier
from scripts.releases.dossier_page import page
from scripts.releases.dossier_training import TRAINING
from tests.pipelines.attestations.cast import EXECUTION, NOW
from tests.scripts.releases.bureau import EARLIER, Bureau, a_release
from tests.scripts.releases.promoted_code import (
    ARCHIVES,
    DATA,
    VERSION,
    code_at_the_gate,
    code_in_production,
    hand_on,
    keep,
    of_code,
    place,
    retraining,
    run_of,
)

REPORT = "reports/production/retraining.json"


@pytest.fixture
def bureau() -> Bureau:
    """Code that both targets have trained and serve."""
    return code_in_production()


def dossier_of(bureau: Bureau) -> Dossier:
    """Gather the dossier of the promotion."""
    return gather(bureau.office(), EXECUTION, NOW)


def answers(dossier: Dossier) -> dict[str, Answer]:
    """Give what the rule of trainings says, by account."""
    found = check(dossier, None, undecided=True)
    return {one.account: one for one in found if one.rule == TRAINING}


def changed(bureau: Bureau, **changes: Any) -> Dossier:
    """Give a dossier whose report of production a careful forger has changed."""
    dossier = dossier_of(bureau)
    report = canonical_json(json.loads(dossier.files[REPORT]) | changes)
    return Dossier({**dossier.files, REPORT: report}, dossier.facts)


def test_it_tells_what_each_target_trained_and_keeps_its_reports(
    bureau: Bureau, tmp_path: Path
) -> None:
    found = dossier_of(bureau)
    write(found, page(found), tmp_path / "dossier")
    read = read_dossier(tmp_path / "dossier")
    facts = {one["account"]: one for one in read.facts["trained"]}
    for account in ("staging", "production"):
        report = facts[account]["report"]
        assert (report["run"], report["archive"]) == (run_of(account), ARCHIVES[account])
        assert report["definition"] == bureau.statement.release.definition_sha256
        assert report["data"]["version_id"] == VERSION
        assert report["data"]["sha256"] == DATA[account]
        assert (report["rows"], report["metrics"]["recall"]) in ((114, 0.92), (114, 0.91))
        assert answers(read)[account].held is True
        assert ARCHIVES[account] in answers(read)[account].detail


def test_the_page_lays_what_targets_trained_beside_what_was_approved(bureau: Bureau) -> None:
    text = page(dossier_of(bureau))
    for each in (
        *(ARCHIVES["staging"], ARCHIVES["production"], DATA["staging"], DATA["production"]),
        *(run_of("staging"), run_of("production"), VERSION, "0.9810", "0.9720", "0.9900"),
        *("auc 0.972, at least 0.95, on 114 held-out rows", "Trained in targets"),
    ):
        assert each in text, each
    assert text.count('<span class="quiet">the same</span>') >= 2


def test_what_production_runs_now_stands_beside_it_as_it_was_trained_there() -> None:
    bureau = code_at_the_gate()
    earlier = of_code(replace(bureau.statement, release=a_release(0.97, 2), execution_id=EARLIER))
    bureau.pipelines.runs[EARLIER] = bureau.run(earlier, ended=True)
    where = place(bureau, "production", EARLIER).replace(
        bureau.statement.release.id, earlier.release.id
    )
    bureau.objects.kept[where] = retraining(earlier.release, "production", EARLIER)
    found = dossier_of(bureau)
    assert f"running/{REPORT}" in found.files
    text = page(found)
    assert "production, runs now" in text
    assert ARCHIVES["production"] in text


def test_before_production_has_trained_the_dossier_says_so_and_holds() -> None:
    found = dossier_of(code_at_the_gate())
    assert {one["account"]: one["report"] is None for one in found.facts["trained"]} == {
        "staging": False,
        "production": True,
    }
    assert "production has trained nothing of it yet." in page(found)
    asked = answers(found)
    assert asked["staging"].held is True
    assert (asked["production"].held, asked["production"].detail) == (
        None,
        "production has deployed nothing of it yet",
    )


def test_a_release_of_a_model_is_asked_for_no_training() -> None:
    found = dossier_of(Bureau())
    assert answers(found) == {}
    assert "trained" not in found.facts
    assert "Trained in targets" not in page(found)


def test_a_report_beside_a_release_of_a_model_is_refused(bureau: Bureau) -> None:
    report = dossier_of(bureau).files[REPORT]
    found = dossier_of(Bureau())
    asked = answers(Dossier({**found.files, REPORT: report}, found.facts))
    assert asked["production"].held is False
    assert "must not be there, as a model is promoted" in asked["production"].detail


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"definition": {"sha256": "0" * 64, "bound_sha256": "0" * 64}}, "of the definition"),
        ({"image": {"digest": f"sha256:{'0' * 64}", "uri": "image"}}, "of the image"),
        ({"execution_id": "another"}, "of the execution"),
        ({"account": "staging"}, "of the account"),
        ({"release_sha256": "0" * 64}, "of the release with digest"),
        (
            {"archive": {"uri": "s3://own", "version_id": "1", "sha256": "0" * 64}},
            "of the archive that was trained",
        ),
        ({"more": 1}, ""),
    ],
)
def test_a_report_of_anything_else_than_was_signed_is_refused(
    bureau: Bureau, changes: Mapping[str, Any], because: str
) -> None:
    asked = answers(changed(bureau, **changes))
    assert asked["production"].held is False
    assert because in asked["production"].detail
    assert asked["staging"].held is True


def test_a_report_that_did_not_pass_is_refused(bureau: Bureau) -> None:
    quality = json.loads(retraining(bureau.statement.release, "production"))["quality"]
    asked = answers(changed(bureau, quality=quality | {"passed": False}))
    assert "must have passed its judgement" in asked["production"].detail
    assert asked["production"].held is False


def test_an_endpoint_with_another_archive_than_was_trained_is_found(bureau: Bureau) -> None:
    hand_on(bureau, "production", archive="0" * 64)
    asked = answers(dossier_of(bureau))["production"]
    assert asked.held is False
    assert asked.detail.startswith("reports/production/deployment.json: must be of the archive")


@pytest.mark.parametrize("account", ["staging", "production"])
def test_a_dossier_of_code_without_its_report_says_so(bureau: Bureau, account: str) -> None:
    del bureau.objects.kept[place(bureau, account)]
    asked = answers(dossier_of(bureau))[account]
    assert asked.held is False
    assert asked.detail.endswith(f"as {account} took the release, got nothing")


def test_a_forger_who_leaves_out_all_reports_of_a_target_is_found(bureau: Bureau) -> None:
    found = dossier_of(bureau)
    files = {
        path: content
        for path, content in found.files.items()
        if not path.startswith("reports/production/")
    }
    assert answers(Dossier(files, found.facts))["production"].held is False


def test_a_report_that_is_kept_and_of_another_definition_is_told_and_refused(
    bureau: Bureau,
) -> None:
    other = {"sha256": "0" * 64, "bound_sha256": "0" * 64}
    keep(bureau, "production", retraining(bureau.statement.release, "production", definition=other))
    found = dossier_of(bureau)
    assert REPORT not in found.files
    assert "What production has trained is not told: " in page(found)
    asked = answers(found)["production"]
    assert asked.held is False
    assert f"must be of the definition {bureau.statement.release.definition_sha256}" in asked.detail


def test_whoever_may_not_read_the_evidence_gets_a_dossier_that_says_so(bureau: Bureau) -> None:
    bureau.objects.denied = (bureau.naming.bucket_name("production", "evidence"),)
    found = dossier_of(bureau)
    [untold] = [one for one in found.facts["trained"] if one["account"] == "production"]
    assert "AccessDenied" in untold["untold"]
    assert answers(found)["production"].held is False
