"""Leads promotions into faults: starts, approves, retries, stops, keeps what failed for later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from scripts.promotions import Promotions
from tests.journeys.stage import MODEL, Done, until
from tests.rehearsals.company import HOME
from tests.rehearsals.looking import Looking
from tests.rehearsals.publishing import PLAIN, Source, publish
from tests.rehearsals.rehearsal import Seen
from tests.rehearsals.training import train_on_fewer_rows

__all__ = ["HOME", "Rehearsing"]

STAGES = ("Source", "Bundle", "Staging", "Test", "Approve", "Production", "Verify")
_BEHIND_THE_GATE = ("Production", "Verify")
# The shortest time that CodePipeline lets a gate wait.
MINUTES_AT_THE_GATE = 5
_IN_TIME = 420


@dataclass
class Rehearsing(Looking):
    """The platform, and the promotions that were left where the next fault can use them.

    ``versions`` are the one that production runs and the one that is to replace it.
    """

    versions: tuple[int, int]
    _left: dict[str, str] = field(default_factory=dict)
    _unsigned: str | None = None
    _unanswered: str | None = None
    _wanted: Source = PLAIN
    _published: Source | None = PLAIN
    _gates: int = PLAIN.before_staging

    @property
    def candidate(self) -> int:
        """The version that is not in production."""
        return self.versions[1]

    @contextmanager
    def source(self, source: Source) -> Iterator[None]:
        """Let promotions carry another source for as long as a block lasts."""
        self._wanted = source
        try:
            yield
        finally:
            self._wanted = PLAIN

    def publish_if_changed(self) -> None:
        """Publish the source that is wanted, unless it is published already.

        A gate before staging is a stage of the pipeline, and comes and goes with an apply.
        """
        if self._published != self._wanted:
            self._published = None
            publish(self.stage, self._wanted)
            self._published = self._wanted
        if self._gates != self._wanted.before_staging:
            self.stage.gatehouse("apply", "--auto", "--account", HOME)
            self._gates = self._wanted.before_staging
            self.forget()

    def start(self, version: int | None = None) -> str:
        """Approve a version, as the lead, and give the promotion that starts by that."""
        return self.started(lambda: self.decide(version or self.candidate, "Approved"))

    def started(self, start: Callable[[], Any]) -> str:
        """Do what starts a promotion and give it."""
        self.publish_if_changed()
        before = set(self.statuses())
        start()
        return until(
            lambda: next(iter(set(self.statuses()) - before), None), "a promotion starts", 60
        )

    def gate(self, version: int | None = None) -> str:
        """Bring a promotion to its first gate and give it."""
        execution = self.start(version)
        self.settle(execution)
        assert self.waits(execution), self.seen(execution)
        return execution

    def settle(self, execution: str) -> str:
        """Wait until a promotion has ended or stands at the gate; give its status."""

        def settled() -> str | None:
            status = self.statuses()[execution]
            if status not in ("InProgress", "Stopping") or self.waits(execution):
                return status
            return None

        return until(settled, f"promotion {execution} ends or waits", _IN_TIME)

    def ended(self, execution: str) -> Seen:
        """Wait for the end of a promotion and tell it; one that waits at the gate has not ended."""

        def over() -> str | None:
            status = self.statuses()[execution]
            return status if status not in ("InProgress", "Stopping") else None

        until(over, f"promotion {execution} ends", _IN_TIME)
        return self.seen(execution)

    def approve(self, execution: str, person: str = "rita") -> None:
        """Approve a promotion at the gate by the command."""
        done = self.approving(execution, person)
        assert done.code == 0, done.err

    def approving(self, execution: str, person: str) -> Done:
        """Let somebody try to approve a promotion."""
        return self.command(
            "release",
            "approve",
            MODEL,
            "--execution",
            execution,
            "--summary",
            "rehearsal",
            "--ticket",
            "REH-1",
            "--as",
            person,
        )

    def click(self, execution: str, person: str = "rita") -> None:
        """Open the gate as in the console: nothing is signed."""
        gate = self.waits(execution)
        assert gate is not None, f"{execution} does not wait at the gate"
        flow = Promotions(self.access(person), self.stage.region, self.pipeline)
        flow.decide(gate, approve=True, summary="looks fine")

    def retry(self, execution: str, stage: str) -> None:
        """Try a failed stage again, as the platform admin."""
        self.by("petra", "codepipeline").retry_stage_execution(
            pipelineName=self.pipeline,
            stageName=stage,
            pipelineExecutionId=execution,
            retryMode="FAILED_ACTIONS",
        )

    def stop(self, execution: str) -> None:
        """Stop a promotion for good, as the platform admin."""
        self.by("petra", "codepipeline").stop_pipeline_execution(
            pipelineName=self.pipeline,
            pipelineExecutionId=execution,
            abandon=True,
            reason="rehearsal",
        )
        until(lambda: self.statuses()[execution] == "Stopped" or None, f"{execution} stops", 60)

    def send_into(self, stage: str) -> Seen:
        """Lead a promotion into a stage and tell how it ended there."""
        return self.came_to(self.led_into(stage), stage)

    def led_into(self, stage: str) -> str:
        """Lead a promotion into a stage and wait until it has ended there.

        One that failed there before is tried again; else a new one is brought that far.
        """
        execution = self.on_its_way(stage)
        self.settle(execution)
        return execution

    def came_to(self, execution: str, stage: str) -> Seen:
        """Tell how a promotion ended, and keep one that failed in a stage for the next fault."""
        seen = self.seen(execution)
        # Nobody but a release manager touches the gate, and they do not retry.
        if seen.place.startswith(f"{stage}/") and stage != "Approve":
            self.leave(execution, stage)
        return seen

    def past_the_gate(self) -> str:
        """Give a promotion that failed in production because nobody signed for it.

        Every rule that is asked before approvals can refuse it anew when the stage is retried.
        """
        execution = self._unsigned
        if execution is None or not self.may_be_retried(execution, "Production"):
            execution = self.gate()
            self.click(execution)
            seen = self.ended(execution)
            assert seen.rule == "approvals-signed", seen
            self._unsigned = execution
        return execution

    def unanswered(self) -> str:
        """Give a promotion that stands at the gate until that ends by itself.

        It takes minutes, in which whatever does not reach the gate can be rehearsed.
        """
        if self._unanswered is None:
            self._unanswered = self.gate()
        return self._unanswered

    def timed_out(self) -> Seen:
        """Wait for the end of the promotion that nobody answers."""
        execution = self.unanswered()

        def over() -> str | None:
            return None if self.waits(execution) else execution

        until(over, "the gate ends by itself", 60 * MINUTES_AT_THE_GATE + 60)
        self._unanswered = None
        return self.ended(execution)

    def tried_again(self, execution: str, stage: str) -> Seen:
        """Try a failed stage again and tell how it ends."""
        self.retry(execution, stage)
        return self.ended(execution)

    def leave(self, execution: str, stage: str) -> None:
        """Keep a promotion that failed in a stage for whoever is sent into it next."""
        self._left[stage] = execution

    @contextmanager
    def closed_before(self, stage: str, version: int | None = None) -> Iterator[str]:
        """Close the way into a stage and give a new promotion that stands before it."""
        client = self.admin("codepipeline")
        way = {"pipelineName": self.pipeline, "stageName": stage, "transitionType": "Inbound"}
        client.disable_stage_transition(**way, reason="rehearsal")
        try:
            execution = self.start(version)
            until(lambda: self.reached(execution, "Bundle", "Succeeded") or None, "bundled", 120)
            yield execution
        finally:
            client.enable_stage_transition(**way)

    def open_before(self, stage: str) -> None:
        """Open the way into a stage again."""
        way = {"pipelineName": self.pipeline, "stageName": stage, "transitionType": "Inbound"}
        self.admin("codepipeline").enable_stage_transition(**way)

    def decide(self, version: int, status: str, person: str = "lena") -> None:
        """Decide on a version as the lead, whatever was decided on it before."""
        self.by(person, "sagemaker").update_model_package(
            ModelPackageArn=self.package_arn(version),
            ModelApprovalStatus=status,
            ApprovalDescription="rehearsal",
        )

    def train(self) -> int:
        """Register a version that nothing was done with yet, and give it."""
        return self.story.train()

    def train_on_other_rows(self) -> int:
        """Register a version with an archive that no account has seen."""
        known = len(self.story.versions())
        return train_on_fewer_rows(self.story, known)

    def forget(self) -> None:
        """Let the next promotion be a new one."""
        self._left.clear()

    def tidy(self) -> None:
        """Stop what still runs or waits, end faults, and note which version is in production."""
        self.end_faults()
        for execution, status in self.statuses().items():
            if status == "InProgress" and execution != self._unanswered:
                self.stop(execution)
        latest = next(each for each in self.story.promotions() if each["status"] == "Succeeded")
        if int(latest["version"]) == self.candidate:
            self.versions = (self.versions[1], self.versions[0])

    def on_its_way(self, stage: str) -> str:
        """Give a promotion that is running towards a stage, from the nearest that was left."""
        before = STAGES[: STAGES.index(stage) + 1]
        for place in reversed(before):
            execution = self._left.pop(place, None)
            if execution is not None and self.may_be_retried(execution, place):
                self.retry(execution, place)
                break
        else:
            execution = self.start()
        if stage in _BEHIND_THE_GATE and not self.reached(execution, "Approve", "Succeeded"):
            self.settle(execution)
            self.approve(execution)
        return execution
