"""What ends a build without a rule is kept in its account, and never hides what ended it."""

from __future__ import annotations

import json

import pytest

from pipelines.attestations.refusal import Refused
from pipelines.errors import EnvironmentFault, Finding, GatehouseError
from pipelines.promotion import deploy
from pipelines.promotion.documents import parse_document
from pipelines.promotion.failures import FAILED_BUILD_FILE, keeping_errors
from tests.pipelines.promotion.places import NOW
from tests.pipelines.promotion.stage import Stage
from tests.pipelines.promotion.world import EXECUTION, MODEL


def end(stage: Stage, error: GatehouseError) -> None:
    """Let a build of the stage end with an error."""
    with keeping_errors(stage.settings, stage, "deploy", lambda: NOW):
        raise error


def kept(stage: Stage) -> list[str]:
    """Name what is kept of failed builds."""
    return [address for address in stage.evidence() if address.endswith(FAILED_BUILD_FILE)]


def test_why_a_build_failed_is_kept_beside_the_evidence_of_its_promotion(stage: Stage) -> None:
    with pytest.raises(Finding, match="terraform init: must succeed"):
        end(stage, Finding("terraform init", "must succeed", got="no space left", hint="see above"))
    [address] = kept(stage)
    place = f"releases/{MODEL}/{stage.release.id}/{EXECUTION}/staging/{FAILED_BUILD_FILE}"
    assert address.endswith(place)
    content = (stage.settings.out / FAILED_BUILD_FILE).read_bytes()
    told = parse_document(address, "failed-build", content)
    assert (told["build"], told["got"], told["hint"]) == ("deploy", "no space left", "see above")


def test_a_deployment_of_terraform_that_fails_is_kept_with_its_sentence(stage: Stage) -> None:
    (stage.tmp_path / "state").mkdir(exist_ok=True)
    (stage.tmp_path / "state" / "fail-init").touch()
    with (
        pytest.raises(Finding),
        keeping_errors(stage.settings, stage, "deploy", lambda: NOW),
    ):
        deploy.run(stage.settings, stage, stage.surroundings())
    told = json.loads((stage.settings.out / FAILED_BUILD_FILE).read_bytes())
    assert told["address"] == "terraform init"


def test_a_refusal_is_kept_by_a_document_of_its_own(stage: Stage) -> None:
    with pytest.raises(Refused):
        end(stage, Refused("not-frozen", "freeze", "must not be in force", got="one"))
    assert kept(stage) == []


def test_what_cannot_be_kept_does_not_hide_what_ended_the_build(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise EnvironmentFault("s3", "must take objects", got="AccessDenied")

    monkeypatch.setattr("pipelines.promotion.failures.keep_below", lost)
    with pytest.raises(Finding, match="the first error"):
        end(stage, Finding("endpoint", "must be the first error"))
