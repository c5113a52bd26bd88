"""An account in which ideas are tried: a checkout on a branch of its own for each of them."""

from __future__ import annotations

import copy
import subprocess
from pathlib import Path
from typing import Any

from tests.journeys.stage import MODEL, Stage
from tests.journeys.story import Story
from tests.scripts.command_line import copied_checkout

HOME = "data-science"


class Laboratory:
    """One account, and a checkout on a branch of its own for each idea."""

    def __init__(self, stage: Stage) -> None:
        self.story = Story(stage)
        self.stage = stage
        self.sagemaker = stage.client("sagemaker", HOME)
        self.data = self.story.data()
        self._at: dict[str, Stage] = {}

    def check_out(self, branch: str, folder: Path) -> Path:
        """Make a checkout on a branch, from which commands are given about it."""
        root = copied_checkout(folder)
        stage = copy.copy(self.stage)
        stage.root = root
        stage.environment = self.stage.environment | {"PYTHONPATH": str(root)}
        self._at[branch] = stage
        return root

    def commit(self, branch: str) -> str:
        """Commit what the checkout of a branch holds; gives the commit."""
        root = self._at[branch].root
        git = ("git", "-C", str(root), "-c", "user.name=milo", "-c", "user.email=milo@example.com")
        for words in (
            ("init", "--quiet", "--initial-branch", branch),
            ("add", "--all"),
            ("commit", "--quiet", "--message", "Try an idea"),
        ):
            subprocess.run([*git, *words], check=True, capture_output=True, timeout=60)
        head = subprocess.run(
            [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True, timeout=60
        )
        return head.stdout.strip()

    def publish(self, branch: str, *more: str, code: int = 0) -> Any:
        """Publish the checkout of a branch as the ML engineer."""
        words = ("branch", "publish", *more, "--as", "milo", "--json")
        return self._at[branch].gatehouse(*words, code=code)

    def train(self, branch: str, code: int = 0) -> str:
        """Train a branch as the data scientist; gives what was said."""
        stage = self._at[branch]
        name = branch.replace("/", "-")
        words = ("pipeline", "start", "--branch", name, "--data", str(self.data), "--wait")
        return stage.gatehouse(*words, "--as", "sofia", code=code, inside=HOME).err

    def versions(self, branch: str) -> list[dict[str, Any]]:
        """List what a branch has registered."""
        words = ("branch", "versions", branch.replace("/", "-"), "--as", "sofia", "--json")
        listed: list[dict[str, Any]] = self.stage.gatehouse(*words).json()
        return listed

    def group(self, branch: str) -> str:
        """Name pipeline and group of a branch."""
        return f"gatehouse-x--{MODEL}--{branch.replace('/', '-')}"

    def package(self, branch: str) -> str:
        """Give the ARN of the only version of a branch."""
        (found,) = self.sagemaker.list_model_packages(ModelPackageGroupName=self.group(branch))[
            "ModelPackageSummaryList"
        ]
        return str(found["ModelPackageArn"])

    def left(self) -> tuple[list[str], list[str]]:
        """List pipelines and groups of branches."""
        pipelines = self.sagemaker.list_pipelines(PipelineNamePrefix="gatehouse-x")
        groups = self.sagemaker.list_model_package_groups(NameContains="gatehouse-x--")
        return (
            sorted(
                each["PipelineName"]
                for each in pipelines["PipelineSummaries"]
                if each["PipelineName"] != f"gatehouse-x-{MODEL}"
            ),
            sorted(
                each["ModelPackageGroupName"] for each in groups["ModelPackageGroupSummaryList"]
            ),
        )

    def promoted(self) -> dict[str, str]:
        """Give how each promotion stands, by the package that it was started with."""
        client = self.stage.client("codepipeline", HOME)
        name = self.stage.naming.promotion_pipeline(MODEL)
        found = {}
        for each in client.list_pipeline_executions(pipelineName=name)[
            "pipelineExecutionSummaries"
        ]:
            execution = client.get_pipeline_execution(
                pipelineName=name, pipelineExecutionId=each["pipelineExecutionId"]
            )["pipelineExecution"]
            variables = {one["name"]: one["resolvedValue"] for one in execution["variables"]}
            found[str(variables["PackageArn"])] = str(execution["status"])
        return found
