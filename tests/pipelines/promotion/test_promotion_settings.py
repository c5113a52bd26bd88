"""A build takes what its pipeline tells it only where it fits the organisation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.errors import Finding, GatehouseError, Misuse
from pipelines.promotion.settings import read_settings
from tests.pipelines.promotion.test_promotion_release import RELEASE
from tests.pipelines.promotion.world import CHECKOUT, settings

ENVIRONMENT = {
    "PREFIX": "gatehouse",
    "ACCOUNT": "staging",
    "MODEL": "breast-cancer",
    "PACKAGE_ARN": RELEASE.package_arn,
    "PIPELINE_EXECUTION_ID": "x",
}


@pytest.mark.parametrize("name", list(ENVIRONMENT))
def test_a_missing_variable_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=f"{name}: must be set, got nothing"):
        read_settings(ENVIRONMENT | {name: ""}, CHECKOUT, tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PREFIX", "other", "PREFIX: must be gatehouse, as in the source, got other"),
        ("ACCOUNT", "stagin", "did you mean staging"),
        ("MODEL", "other", "models must have the entry asked for"),
    ],
)
def test_a_value_that_the_organisation_does_not_know_is_refused(
    name: str, value: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(GatehouseError, match=told):
        read_settings(ENVIRONMENT | {name: value}, CHECKOUT, tmp_path)


def test_the_data_science_account_is_no_target(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="must be an account that receives releases"):
        settings(tmp_path).target()
    assert settings(tmp_path, "staging").target().name == "staging"


def test_a_release_comes_from_the_bundle_build(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_bytes(RELEASE.content())
    told = settings(tmp_path, "staging", RELEASE.package_arn, Release=tmp_path)
    assert told.release() == RELEASE
    with pytest.raises(Misuse, match="CODEBUILD_SRC_DIR_Release: must name the folder"):
        settings(tmp_path, "staging").release()


def test_a_release_of_another_package_is_refused(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_bytes(RELEASE.content())
    other = RELEASE.package_arn.removesuffix("3") + "4"
    with pytest.raises(Finding, match="must be of the package"):
        settings(tmp_path, "staging", other, Release=tmp_path).release()


def test_a_release_of_another_model_is_refused(tmp_path: Path) -> None:
    other = replace(RELEASE, model="other-model")
    (tmp_path / "release.json").write_bytes(other.content())
    with pytest.raises(Finding, match="must be of the model breast-cancer, got other-model"):
        settings(tmp_path, "staging", RELEASE.package_arn, Release=tmp_path).release()
