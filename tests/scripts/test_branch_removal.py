"""A branch whose removal was cut off is found again, and a second removal finishes it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from pipelines.definitions.branch_order import (
    Order,
    Wanted,
    group_description,
    pipeline_description,
)
from pipelines.definitions.branches import Place, remove
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts.access import Access
from scripts.branches import Branches

ROOT = Path(__file__).resolve().parents[2]
MODEL = "breast-cancer"
NAME = f"gatehouse-x--{MODEL}--idea"
OTHER = f"gatehouse-x--{MODEL}--other"
_WHEN = datetime(2026, 7, 15, tzinfo=UTC)
_STEPS = ("delete_pipeline", "delete_model_package", "delete_model_package_group")


class _Cut(BaseException):
    """The build ends here, as one that is stopped."""


@dataclass
class _SageMaker:
    """Pipelines and groups with their versions, of two branches; ``cut`` hears of each request."""

    pipelines: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)
    cut: Callable[[str], None] = lambda _: None
    endpoint: str | None = None

    def client(self, service: str, region: str) -> _SageMaker:
        assert service == "sagemaker"
        return self

    def publish(self, name: str, branch: str) -> None:
        self.groups[name] = group_description(MODEL, branch)
        self.pipelines[name] = pipeline_description(MODEL, "c" * 40, branch)
        self.versions += [f"{name}/{number}" for number in (1, 2, 3)]

    def get_paginator(self, operation: str) -> _Pages:
        return _Pages(self, operation)

    def describe_model_package_group(self, ModelPackageGroupName: str) -> Any:
        if ModelPackageGroupName not in self.groups:
            raise _absent("ModelPackageGroup does not exist.")
        return {"ModelPackageGroupDescription": self.groups[ModelPackageGroupName]}

    def delete_pipeline(self, PipelineName: str, ClientRequestToken: str) -> None:
        def done() -> None:
            if self.pipelines.pop(PipelineName, None) is None:
                raise ClientError({"Error": {"Code": "ResourceNotFound"}}, "DeletePipeline")

        self._do("delete_pipeline", done)

    def delete_model_package(self, ModelPackageName: str) -> None:
        def done() -> None:
            if ModelPackageName not in self.versions:
                raise _absent("ModelPackage does not exist.")
            self.versions.remove(ModelPackageName)

        self._do("delete_model_package", done)

    def delete_model_package_group(self, ModelPackageGroupName: str) -> None:
        def done() -> None:
            assert not [one for one in self.versions if one.startswith(ModelPackageGroupName)]
            if self.groups.pop(ModelPackageGroupName, None) is None:
                raise _absent("ModelPackageGroup does not exist.")

        self._do("delete_model_package_group", done)

    def _do(self, step: str, done: Callable[[], None]) -> None:
        self.cut(f"before {step}")
        done()
        self.cut(f"after {step}")


@dataclass
class _Pages:
    account: _SageMaker
    operation: str

    def paginate(self, **wanted: str) -> list[dict[str, Any]]:
        if self.operation == "list_pipelines":
            listed = [
                {"PipelineName": name, "PipelineDescription": told, "LastModifiedTime": _WHEN}
                for name, told in self.account.pipelines.items()
            ]
            return [{"PipelineSummaries": listed}]
        if self.operation == "list_model_package_groups":
            groups = [
                {
                    "ModelPackageGroupName": name,
                    "ModelPackageGroupDescription": told,
                    "CreationTime": _WHEN,
                }
                for name, told in self.account.groups.items()
            ]
            return [{"ModelPackageGroupSummaryList": groups}]
        group = wanted["ModelPackageGroupName"]
        versions = [one for one in self.account.versions if one.startswith(f"{group}/")]
        return [{"ModelPackageSummaryList": [{"ModelPackageArn": one} for one in versions]}]


def _absent(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationException", "Message": message}}, "Ask")


@pytest.fixture
def account() -> _SageMaker:
    made = _SageMaker()
    made.publish(NAME, "try/idea")
    made.publish(OTHER, "try/other")
    return made


def _found(account: _SageMaker) -> list[str]:
    """List the branches as the command does, by their names."""
    naming = Naming(load_organization(ROOT))
    home = naming.organization.account("data-science")
    branches = Branches(ROOT, cast(Access, account), naming, home, lambda _: None)
    return [branch.name for branch in branches.all([MODEL])]


def _remove(account: _SageMaker) -> None:
    """Remove the branch as its build does."""
    place = Place(ROOT, Naming(load_organization(ROOT)), None, account, lambda: "t" * 36)
    remove(place, Order("try/idea", "idea", (MODEL,), Wanted.REMOVED), MODEL)


@pytest.mark.parametrize("time", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", _STEPS)
def test_a_second_removal_finishes_what_the_first_left(
    account: _SageMaker, step: str, when: str, time: int
) -> None:
    seen: list[str] = []

    def cut(at: str) -> None:
        seen.append(at)
        if seen.count(f"{when} {step}") == time:
            raise _Cut

    account.cut = cut
    with suppress(_Cut):
        _remove(account)
    account.cut = lambda _: None
    if NAME in account.pipelines or NAME in account.groups:
        assert _found(account) == ["idea", "other"]
        _remove(account)
    assert _found(account) == ["other"]
    assert set(account.pipelines) == set(account.groups) == {OTHER}
    assert account.versions == [f"{OTHER}/{number}" for number in (1, 2, 3)]


@pytest.mark.parametrize("step", _STEPS)
def test_two_removals_at_once_are_one(account: _SageMaker, step: str) -> None:
    def meanwhile(at: str) -> None:
        if at == f"before {step}":
            account.cut = lambda _: None
            _remove(account)

    account.cut = meanwhile
    _remove(account)
    assert _found(account) == ["other"]
