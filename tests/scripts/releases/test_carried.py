"""What an execution has handed on is read as it is, and nothing else is taken for it."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipelines.errors import Finding
from scripts.releases.carried import now_in_production, read_carried
from tests.pipelines.attestations.cast import EXECUTION
from tests.scripts.releases.bureau import EARLIER, Bureau


def test_release_statement_and_tests_are_read_by_their_action(bureau: Bureau) -> None:
    carried = read_carried(bureau.office().flow, EXECUTION)
    assert carried.parsed() == bureau.statement.release
    assert carried.package_arn == bureau.statement.release.package_arn
    assert list(carried.tests) == ["staging"]
    assert list(carried.reports) == ["staging/deployment.json"]


def test_before_it_is_bundled_there_is_no_release(bureau: Bureau) -> None:
    del bureau.pipelines.runs[EXECUTION].actions[1:]
    with pytest.raises(Finding, match="must carry a release, got none: not bundled yet"):
        read_carried(bureau.office().flow, EXECUTION).parsed()


def test_a_test_that_is_not_signed_counts_as_none(bureau: Bureau) -> None:
    run = bureau.pipelines.runs[EXECUTION]
    name, artifact, status, files = run.actions[3]
    run.actions[3] = (name, artifact, status, {"test-report.json": files["test-report.json"]})
    assert read_carried(bureau.office().flow, EXECUTION).tests == {}


def test_in_production_is_what_every_account_took(bureau: Bureau) -> None:
    flow = bureau.office().flow
    assert now_in_production(flow, EXECUTION) == EARLIER
    run = bureau.pipelines.runs[EARLIER]
    run.actions.append(("Production/second-Deploy", "Deployed_second", "Failed", {}))
    assert now_in_production(flow, EXECUTION) is None


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"no zip", "must be a zip"), (None, "must unpack to at most")]
)
def test_what_is_no_small_zip_is_refused(
    bureau: Bureau, content: bytes | None, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.scripts.releases.clients._zipped", lambda _: content or _bomb())
    monkeypatch.setattr("scripts.promotions._LARGEST", 1000)
    with pytest.raises(Finding, match=sentence):
        read_carried(bureau.office().flow, EXECUTION)


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("release.json", bytes(1001))
    return buffer.getvalue()
