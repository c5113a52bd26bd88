"""Code that was trained in production comes back as the archive that was trained and verified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import pytest

from pipelines.attestations.refusal import Refused
from pipelines.attestations.rules_of_kept_releases import KeptRelease, as_it_ran, judge_kept
from pipelines.canonical import canonical_json
from pipelines.organization_models import Promotes
from pipelines.promotion.release import ExactObject
from tests.pipelines.attestations.cast import EXECUTION, RELEASE, STATEMENT, released, trusted
from tests.pipelines.attestations.rollback_cast import ASKED, kept, names

CODE = replace(RELEASE, promotes=Promotes.CODE)
MADE = ExactObject("s3://data/breast-cancer/training/model.tar.gz", "v1", "9" * 64)


def retraining(**changes: object) -> bytes:
    """What production keeps of a training."""
    quality = {
        "metric": "auc",
        "higher_is_better": True,
        "rows": 100,
        "live": 0.99,
        "unmeasured": None,
        "evaluated": 0.99,
        "threshold": 0.95,
        "tolerance": 0.001,
        "passed": True,
    }
    document: dict[str, object] = {
        "schema_version": 1,
        "release_id": CODE.id,
        "release_sha256": CODE.sha256,
        "account": "production",
        "account_id": "333333333333",
        "region": "eu-west-1",
        "execution_id": EXECUTION,
        "started_at": "2026-12-01T11:00:00Z",
        "ended_at": "2026-12-01T11:10:00Z",
        "run": {"arn": "arn:run", "package_arn": "arn:package"},
        "definition": {"sha256": CODE.definition_sha256, "bound_sha256": "8" * 64},
        "image": {"digest": CODE.image.digest, "uri": "image"},
        "data": {"uri": "s3://data/raw/x.csv", "version_id": "v1", "sha256": "7" * 64},
        **dict.fromkeys(("archive", "evaluation", "holdout", "predictions"), asdict(MADE)),
        "quality": quality,
        "slices": [],
    }
    return canonical_json(document | changes)


def kept_code(
    changes: Mapping[str, bytes | None] | None = None, archive: str = MADE.sha256
) -> KeptRelease:
    """Code as production keeps it, and the archive that was found behind the endpoint."""
    evidence = released(replace(STATEMENT, release=CODE), bytes_of=CODE)
    verification = {
        "account": "production",
        "archive": {"sha256": archive},
        "execution_id": EXECUTION,
        "release_sha256": CODE.sha256,
    }
    found = {
        "release.json": evidence.release.content,
        "release.dsse.json": evidence.statement.content,
        "production/verification.json": canonical_json(verification),
        "production/retraining.json": retraining(),
    }
    return replace(kept(**{**found, **(changes or {})}), release_id=CODE.id)


def refused(one: KeptRelease) -> pytest.ExceptionInfo[Refused]:
    """Show that it does not come back."""
    with pytest.raises(Refused) as found:
        judge_kept(one, (), lambda _: "Approved", trusted(), ASKED)
    return found


def test_code_comes_back_as_what_was_trained_and_under_its_own_name() -> None:
    ran = as_it_ran(kept_code(), CODE, "production")
    assert (ran.archive, ran.data.sha256) == (MADE, "7" * 64)
    assert (ran.id, ran.sha256, ran.content()) == (CODE.id, CODE.sha256, CODE.content())


def test_a_model_comes_back_as_it_was_signed() -> None:
    assert as_it_ran(kept(), RELEASE, "production") is RELEASE


def test_code_of_which_no_training_is_kept_does_not_come_back() -> None:
    names("kept-here", refused(kept_code({"production/retraining.json": None})))


@pytest.mark.parametrize(
    "changes",
    [
        {"account": "staging"},
        {"execution_id": "another"},
        {"release_sha256": "0" * 64},
        {"definition": {"sha256": "0" * 64, "bound_sha256": "8" * 64}},
        {"image": {"digest": "sha256:" + "0" * 64, "uri": "image"}},
    ],
)
def test_a_training_of_anything_else_does_not_come_back(changes: dict[str, object]) -> None:
    names("kept-here", refused(kept_code({"production/retraining.json": retraining(**changes)})))


def test_an_archive_that_was_not_verified_here_does_not_come_back() -> None:
    names("verified-here", refused(kept_code(archive="0" * 64)))


def test_what_the_build_signed_tells_models_and_code_apart() -> None:
    assert "promotes" not in RELEASE.document()
    assert CODE.document()["promotes"] == "code"
    assert CODE.id != RELEASE.id
