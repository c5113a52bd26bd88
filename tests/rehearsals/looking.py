"""What became of promotions, as people of the platform are told, and what targets serve."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from scripts.promotions import GATES, Action, Gate, Promotions
from scripts.releases.judging import refusing_rule
from tests.journeys.stage import MODEL, Done
from tests.rehearsals.company import HOME, Company
from tests.rehearsals.rehearsal import COMMAND, RELEASED, STOPPED, Seen

_OURS = re.compile(r"must .*, got |stopped before its end")
_ACCOUNT_OF = {
    "Bundle": HOME,
    "Staging": "staging",
    "Test": "staging",
    "Production": "production",
    "Verify": "production",
}


class Looking(Company):
    """Looks at promotions and at what they have left."""

    @property
    def pipeline(self) -> str:
        """The name of the promotion pipeline."""
        return str(self.naming.promotion_pipeline(MODEL))

    @property
    def flow(self) -> Promotions:
        """The promotions, as the release manager sees them."""
        found: Promotions = self.kept(
            ("flow",), lambda: Promotions(self.access("rita"), self.stage.region, self.pipeline)
        )
        return found

    def package_arn(self, version: int) -> str:
        """Give the ARN of a version."""
        account = self.naming.organization.account(HOME)
        group = self.naming.model_package_group(MODEL)
        return f"arn:aws:sagemaker:{account.region}:{account.id}:model-package/{group}/{version}"

    def statuses(self) -> dict[str, str]:
        """Give the status of each promotion, the latest first."""
        found = self.admin("codepipeline").list_pipeline_executions(pipelineName=self.pipeline)
        return {
            each["pipelineExecutionId"]: each["status"]
            for each in found["pipelineExecutionSummaries"]
        }

    def waits(self, execution: str) -> Gate | None:
        """Give the gate at which this promotion waits, if it does."""
        state = self.admin("codepipeline").get_pipeline_state(name=self.pipeline)
        for stage in state["stageStates"]:
            latest = (stage.get("latestExecution") or {}).get("pipelineExecutionId")
            place = (stage["stageName"], stage["actionStates"][0]["actionName"])
            if place in GATES and latest == execution:
                told = stage["actionStates"][0].get("latestExecution") or {}
                if told.get("status") == "InProgress" and told.get("token"):
                    return Gate(execution, told["token"], "", *place)
        return None

    def may_be_retried(self, execution: str, stage: str) -> bool:
        """Tell whether a promotion has failed in a stage, and none came there after it."""
        state = self.admin("codepipeline").get_pipeline_state(name=self.pipeline)
        [found] = [each for each in state["stageStates"] if each["stageName"] == stage]
        latest = found.get("latestExecution") or {}
        return (latest.get("pipelineExecutionId"), latest.get("status")) == (execution, "Failed")

    def reached(self, execution: str, stage: str, status: str) -> bool:
        """Tell whether a promotion has a stage behind it that ended like this."""
        return any((each.stage, each.status) == (stage, status) for each in self.actions(execution))

    def span(self, execution: str, stage: str) -> tuple[datetime, datetime]:
        """Tell from when until when the actions of a stage ran."""
        listed = self.admin("codepipeline").list_action_executions(
            pipelineName=self.pipeline, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        found = [each for each in listed if each["stageName"] == stage]
        return min(each["startTime"] for each in found), max(
            each["lastUpdateTime"] for each in found
        )

    def actions(self, execution: str) -> list[Action]:
        """List the actions of a promotion."""
        return self.flow.actions(execution)

    def earlier(self) -> str:
        """Give a promotion that went the whole way."""
        return next(each for each, status in self.statuses().items() if status == "Succeeded")

    def seen(self, execution: str) -> Seen:
        """Tell how a promotion ended, as `gatehouse release show` tells a release manager."""
        shown = self.story.show(execution)
        if shown["status"] == "Succeeded":
            return Seen(RELEASED, "released")
        if shown["status"] == "Stopped":
            return Seen(STOPPED, str(shown["reason"]))
        failed = [each for each in shown["actions"] if each["status"] == "Failed"]
        if not failed:
            return Seen("waits" if shown["waits"] else shown["status"], str(shown["reason"]))
        place = f"{failed[-1]['stage']}/{failed[-1]['action']}"
        judged = next((each for each in shown["judged"] or [] if each["rule"]), None)
        if judged:
            return Seen(place, judged["because"], judged["rule"])
        if shown["failures"]:
            because = str(shown["failures"][0]["because"])
            return Seen(place, because, refusing_rule(because))
        reason = str(shown["reason"])
        if "exit status" not in reason:
            return Seen(place, reason, refusing_rule(reason))
        told = self.log(execution, failed[-1]["action"])
        if told is None:
            return Seen(place, reason)
        return Seen(place, f"{told} ({reason})", refusing_rule(told), by_log=True)

    def log(self, execution: str, action: str) -> str | None:
        """Read the sentence with which the latest build of an action ended, if its log has one."""
        listed = self.admin("codepipeline").list_action_executions(
            pipelineName=self.pipeline, filter={"pipelineExecutionId": execution}
        )["actionExecutionDetails"]
        latest = max(
            (each for each in listed if each["actionName"] == action),
            key=lambda each: each["startTime"],
        )
        build = latest["output"]["executionResult"]["externalExecutionId"]
        account = _ACCOUNT_OF[latest["stageName"]]
        found = self.admin("codebuild", account).batch_get_builds(ids=[build])["builds"][0]["logs"]
        events = self.admin("logs", account).get_log_events(
            logGroupName=found["groupName"], logStreamName=found["streamName"], startFromHead=True
        )["events"]
        lines = [
            each["message"].rstrip()
            for each in events
            if not each["message"].startswith("[Container]")
        ]
        own = [line for line in lines if _OURS.search(line)]
        return own[-1] if own else None

    def refused_by_command(self, done: Done) -> Seen:
        """Tell what a command that refused has said."""
        assert done.code != 0, done.out
        return Seen(COMMAND, done.err, refusing_rule(done.err))

    def live(self, account: str = "production") -> dict[str, Any]:
        """Describe what an account serves."""
        found = self.story.live(account)
        assert found is not None, f"{account} serves nothing"
        return found

    def held(self, account: str) -> tuple[list[str], list[str]]:
        """List the names of endpoint configurations and models that an account has."""
        client = self.admin("sagemaker", account)
        return (
            sorted(
                each["EndpointConfigName"]
                for each in client.list_endpoint_configs()["EndpointConfigs"]
            ),
            sorted(each["ModelName"] for each in client.list_models()["Models"]),
        )

    def check_nothing_left(self) -> None:
        """Make sure that targets hold no configuration and no model but those that serve."""
        for account in ("staging", "production"):
            self.check_nothing_left_in(account)

    def check_nothing_left_in(self, account: str) -> None:
        """Make sure that a target holds no configuration and no model but those that serve."""
        configurations, models = self.held(account)
        assert configurations == [self.live(account)["configuration"]], configurations
        assert len(models) == 1, models
