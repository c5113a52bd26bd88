"""Branches of an account are those that say so, under the names of branches alone."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from pipelines.definitions.branch_order import group_description, pipeline_description
from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.access import Access
from scripts.branches import Branch, Branches
from scripts.source_package import branch_of

ROOT = Path(__file__).resolve().parents[2]
MODEL = "breast-cancer"
_WHEN = datetime(2026, 7, 15, tzinfo=UTC)
_TOLD = pipeline_description(MODEL, "c" * 40, "try/idea")


class _Account:
    """Pipelines and groups of an account, and who lists them."""

    endpoint = None
    is_local = True

    def __init__(self, *pipelines: tuple[str, str | None], groups: dict[str, str] | None = None):
        self._pipelines = pipelines
        self._groups = groups or {}
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str, region: str) -> _Account:
        assert (service, region) == ("sagemaker", "eu-west-1")
        return self

    def get_paginator(self, operation: str) -> _Account:
        assert operation in ("list_pipelines", "list_model_package_groups")
        return self

    def paginate(self, **request: Any) -> list[dict[str, Any]]:
        self.asked.append(request)
        if "NameContains" in request:
            return [
                {
                    "ModelPackageGroupSummaryList": [
                        {
                            "ModelPackageGroupName": name,
                            "ModelPackageGroupDescription": told,
                            "CreationTime": _WHEN,
                        }
                        for name, told in self._groups.items()
                    ]
                }
            ]
        listed = [
            {"PipelineName": name, "LastModifiedTime": _WHEN}
            | ({"PipelineDescription": told} if told is not None else {})
            for name, told in self._pipelines
        ]
        return [{"PipelineSummaries": listed[:1]}, {"PipelineSummaries": listed[1:]}]


def _listed(account: _Account, models: tuple[str, ...] = (MODEL,)) -> list[Branch]:
    naming = Naming(load_organization(ROOT))
    home = naming.organization.account("data-science")
    branches = Branches(ROOT, cast(Access, account), naming, home, lambda _: None)
    return branches.all(models)


def test_a_branch_tells_its_name_its_commit_and_when_it_was_published() -> None:
    pipeline = f"gatehouse-x--{MODEL}--try-idea"
    account = _Account((pipeline, _TOLD))
    assert _listed(account) == [
        Branch("try/idea", "try-idea", MODEL, "c" * 40, pipeline, _WHEN.isoformat())
    ]
    # SageMaker's own pattern: a prefix ends in a letter or digit.
    assert account.asked[1]["PipelineNamePrefix"] == "gatehouse-x"


def test_a_branch_that_lost_its_pipeline_is_listed_by_its_group() -> None:
    whole, left = f"gatehouse-x--{MODEL}--try-idea", f"gatehouse-x--{MODEL}--left"
    groups = {
        whole: group_description(MODEL, "try/idea"),
        left: group_description(MODEL, "try/left"),
        f"gatehouse-x--{MODEL}--odd": "Made by hand.",
        "gatehouse-x--other--left": group_description("other", "try/left"),
        f"gatehouse-{MODEL}": group_description(MODEL, "try/left"),
    }
    first, second = _listed(_Account((whole, _TOLD), groups=groups))
    assert first == Branch("try/left", "left", MODEL, None, left, _WHEN.isoformat())
    assert (second.pipeline, second.commit) == (whole, "c" * 40)


@pytest.mark.parametrize(
    "pipeline",
    [
        (f"gatehouse-x-{MODEL}", "Deploys trials of model breast-cancer from commit abc."),
        (f"gatehouse-x-{MODEL}", _TOLD),
        ("gatehouse-x--other--idea", pipeline_description("other", "c" * 40, "idea")),
        (f"gatehouse-x--{MODEL}--idea", "Made by hand."),
        (f"gatehouse-x--{MODEL}--idea", None),
    ],
)
def test_what_is_no_branch_of_these_models_is_not_listed(pipeline: tuple[str, str | None]) -> None:
    assert _listed(_Account(pipeline)) == []


def test_a_checkout_tells_its_branch(tmp_path: Path) -> None:
    _git(tmp_path, "init", "--initial-branch", "try/idea")
    assert branch_of(tmp_path) == "try/idea"


def test_a_checkout_that_is_on_no_branch_is_refused(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    _git(tmp_path, "commit", "--allow-empty", "--message", "first")
    _git(tmp_path, "checkout", "--detach")
    with pytest.raises(Misuse, match="must be on a branch of git"):
        branch_of(tmp_path)
    with pytest.raises(Misuse, match="must be on a branch of git"):
        branch_of(tmp_path / "nowhere")


def _git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=milo", "-c", "user.email=milo@example.com")
    subprocess.run(
        ["git", "-C", str(root), *who, *words], check=True, capture_output=True, timeout=60
    )
