"""Experiment branches: published, listed and removed, by a build that can do nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.definitions.branch_order import (
    ORDER_FILE,
    Order,
    read_description,
    read_group_description,
)
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, aws_errors
from scripts.model_builds import ModelBuilds
from scripts.publishing import push_model_image
from scripts.source_package import commit_of, make_zip, source_document, source_files
from scripts.waiting import patience_for

KEY = "source/branch.zip"
_BUILD_SECONDS = 1500
_SUMMARIES = {
    "list_model_package_groups": "ModelPackageGroupSummaryList",
    "list_pipelines": "PipelineSummaries",
}


@dataclass(frozen=True)
class Branch:
    """A pipeline of a branch as the account tells it.

    Without ``commit`` there is no pipeline, but the group that bears its name: a removal was cut
    off, or a publication.
    """

    branch: str
    name: str
    model: str
    commit: str | None
    pipeline: str
    changed: str


@dataclass(frozen=True)
class Branches:
    """The branches of an account, through somebody's access."""

    root: Path
    access: Access
    naming: Naming
    home: Account
    tell: Callable[[str], None]

    def publish(self, order: Order, base: str | None) -> str:
        """Push image and package of the checkout, and build the branch's pipelines.

        Gives the commit. Raises a GatehouseError where a build does not succeed.
        """
        image = push_model_image(self.root, self.access, self.naming, self.home, base)
        self.tell(f"image {image.repository}@{image.digest}")
        self._build(order, {"source.json": source_document(self.root, image)})
        return commit_of(self.root)

    def remove(self, order: Order) -> None:
        """Take the branch's pipelines, versions and groups away.

        A second removal finishes what one that was cut off has left.
        """
        self._build(order, {})

    def all(self, models: Sequence[str]) -> list[Branch]:
        """List what branches of these models have, by the names of their pipelines.

        What has lost its pipeline is listed by its group, so that it can be removed.
        """
        told = [*self._groups(), *self._pipelines()]
        # A pipeline stands after its group, and tells more.
        found = {each.pipeline: each for each in told if self._is_of(each, models)}
        return [found[name] for name in sorted(found)]

    def _pipelines(self) -> Iterator[Branch]:
        # SageMaker takes no prefix that ends in a hyphen; trials share what is left.
        prefix = self.naming.branch_prefix.rstrip("-")
        for each in self._listed("list_pipelines", {"PipelineNamePrefix": prefix}):
            pipeline = str(each["PipelineName"])
            told = read_description(str(each.get("PipelineDescription", "")))
            if told is not None:
                model, commit, branch = told
                changed = each["LastModifiedTime"].isoformat()
                yield Branch(branch, self._name(pipeline, model), model, commit, pipeline, changed)

    def _groups(self) -> Iterator[Branch]:
        wanted = {"NameContains": self.naming.branch_prefix}
        for each in self._listed("list_model_package_groups", wanted):
            group = str(each["ModelPackageGroupName"])
            told = read_group_description(str(each.get("ModelPackageGroupDescription", "")))
            if told is not None:
                model, branch = told
                changed = each["CreationTime"].isoformat()
                yield Branch(branch, self._name(group, model), model, None, group, changed)

    def _name(self, pipeline: str, model: str) -> str:
        return pipeline.removeprefix(f"{self.naming.branch_prefix}{model}--")

    def _is_of(self, branch: Branch, models: Sequence[str]) -> bool:
        """Tell whether it is of one of these models, and bears the name of a branch of it."""
        if branch.model not in models:
            return False
        return branch.pipeline == self.naming.branch(branch.model, branch.name)

    def _listed(self, operation: str, wanted: Mapping[str, str]) -> list[Mapping[str, Any]]:
        client = self.access.client("sagemaker", self.home.region)
        address = f"branches {self.naming.branch_prefix}*"
        with aws_errors(address, "must be listable", self.access.endpoint):
            pages = client.get_paginator(operation).paginate(
                **wanted, SortBy="Name", SortOrder="Ascending"
            )
            return [each for page in pages for each in page[_SUMMARIES[operation]]]

    def _build(self, order: Order, further: dict[str, bytes]) -> None:
        bucket = self.naming.bucket_name(self.home.name, "source")
        address = f"s3://{bucket}/{KEY}"
        package = make_zip(source_files(self.root) | further | {ORDER_FILE: order.written()})
        client = self.access.client("s3", self.home.region)
        with aws_errors(address, "must be writable", self.access.endpoint):
            stored = client.put_object(Bucket=bucket, Key=KEY, Body=package)
        project = self.naming.project_name(self.home.name, "branch-model-build")
        builds = ModelBuilds(self.access, self.home.region, project)
        # By its version: whoever publishes next must not change what this build reads.
        started = builds.start(str(stored["VersionId"]))
        self.tell(f"build {started.id}")
        builds.wait(started, patience_for(local=self.access.is_local, seconds=_BUILD_SECONDS))
