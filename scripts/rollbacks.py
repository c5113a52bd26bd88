"""Rollbacks: executions of the pipeline that takes production back to an earlier release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.access import Access, aws_errors
from scripts.promotions import Promotion, Promotions


class Rollbacks(Promotions):
    """The executions of one rollback pipeline, read as those of a promotion are."""

    def __init__(self, access: Access, region: str, pipeline: str) -> None:
        super().__init__(access, region, pipeline)
        self._starter = access.client("codepipeline", region)
        self._place = (f"pipeline {pipeline}", access.endpoint)
        self._name = pipeline

    def start(self, decision: str, release: str) -> str:
        """Start a rollback for a signed decision; returns the execution."""
        told = {"Why": "command", "Decision": decision, "Release": release}
        address, endpoint = self._place
        with aws_errors(address, "must be a pipeline that you may start", endpoint):
            answer: Mapping[str, Any] = self._starter.start_pipeline_execution(
                name=self._name,
                variables=[{"name": name, "value": value} for name, value in told.items()],
                # A request that is sent again starts nothing a second time.
                clientRequestToken=decision,
            )
        return str(answer["pipelineExecutionId"])

    def under_way(self) -> Promotion | None:
        """Give the latest rollback that has not ended, if there is one."""
        return next((found for found in self.all() if not found.has_ended), None)
