"""Experiment branches: published, listed and removed, by a build that can do nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.definitions.branch_order import ORDER_FILE, Order, read_description
from pipelines.naming import Naming
from pipelines.organization import Account
from scripts.access import Access, aws_errors
from scripts.model_builds import ModelBuilds
from scripts.publishing import push_model_image
from scripts.source_package import commit_of, make_zip, source_document, source_files
from scripts.waiting import patience_for

KEY = "source/branch.zip"
_BUILD_SECONDS = 1500


@dataclass(frozen=True)
class Branch:
    """A pipeline of a branch as the account tells it."""

    branch: str
    name: str
    model: str
    commit: str
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
        """Take the branch's pipelines, versions and groups away."""
        self._build(order, {})

    def all(self, models: Sequence[str]) -> Iterator[Branch]:
        """List the pipelines of branches of these models, by name."""
        prefix = self.naming.branch_prefix
        client = self.access.client("sagemaker", self.home.region)
        with aws_errors(f"pipelines {prefix}*", "must be listable", self.access.endpoint):
            pages = client.get_paginator("list_pipelines").paginate(
                # SageMaker takes no prefix that ends in a hyphen; trials share what is left.
                PipelineNamePrefix=prefix.rstrip("-"),
                SortBy="Name",
                SortOrder="Ascending",
            )
            found = [each for page in pages for each in page["PipelineSummaries"]]
        for each in found:
            pipeline = str(each["PipelineName"])
            told = read_description(str(each.get("PipelineDescription", "")))
            if told is None or told[0] not in models or not pipeline.startswith(prefix):
                continue
            model, commit, branch = told
            name = pipeline.removeprefix(self.naming.branch(model, ""))
            changed = each["LastModifiedTime"].isoformat()
            yield Branch(branch, name, model, commit, pipeline, changed)

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
