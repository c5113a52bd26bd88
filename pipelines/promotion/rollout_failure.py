"""A rollout that did not end as it was meant: what was to run, what runs, and which alarms rang."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.errors import EnvironmentFault, Finding
from pipelines.promotion.adopt import OrphanClient, described
from pipelines.promotion.alarm_states import AlarmState
from pipelines.promotion.aws import Aws
from pipelines.promotion.documents import write_document
from pipelines.promotion.evidence import keep
from pipelines.promotion.release import Release
from pipelines.promotion.reports import heading
from pipelines.promotion.settings import Settings
from pipelines.promotion.target import Target

_log = logging.getLogger(__name__)

FAILURE_FILE = "failed-rollout.json"


@dataclass(frozen=True)
class Before:
    """What terraform/release was applied with last, and what the endpoint ran then."""

    variables: Mapping[str, Any]
    configuration: str
    alarm_names: tuple[str, ...]

    @staticmethod
    def of(outputs: Mapping[str, Any]) -> Before | None:
        """Read it from the outputs of the state; None where nothing was applied to its end."""
        variables = outputs.get("applied")
        if not variables:
            return None
        names = (*outputs.get("alarm_names", ()), *outputs.get("shadow_alarm_names", ()))
        return Before(variables, str(outputs["endpoint_configuration_name"]), names)


class RolloutFailed(Finding):
    """An endpoint that does not run what was applied, whatever SageMaker or Terraform say."""

    def __init__(
        self,
        endpoint: str,
        must_hold: str,
        cause: Finding,
        *,
        intended: str | None,
        live: str | None,
        alarms: tuple[AlarmState, ...],
        runs_as_before: bool,
    ) -> None:
        self.intended, self.live, self.alarms = intended, live, alarms
        self.cause, self.runs_as_before = cause, runs_as_before
        rang = "; ".join(one.told for one in alarms)
        told = f"{cause.address}: {cause.got}" if cause.got else cause.address
        as_before = "The endpoint runs what it ran before." if runs_as_before else ""
        super().__init__(
            f"endpoint {endpoint}",
            must_hold,
            got=f"{live or 'no endpoint'} ({told})",
            hint=f"{as_before} {rang or cause.hint or ''}".strip() or None,
        )

    def document(self) -> dict[str, Any]:
        """Return what the report of the failure tells."""
        return {
            "intended": self.intended,
            "live": self.live,
            "runs_as_before": self.runs_as_before,
            "alarms": [one.document() for one in self.alarms],
            "reason": f"{self.cause.address}: {self.cause.must_hold}, got {self.cause.got}",
        }


def live_configuration(client: OrphanClient, name: str) -> str | None:
    """Ask which configuration an endpoint runs; None without an endpoint."""
    found = described(client.describe_endpoint, {"EndpointName": name})
    return None if found is None else str(found["EndpointConfigName"])


@contextmanager
def keeping_failures(
    settings: Settings,
    aws: Aws,
    target: Target,
    release: Release,
    started: datetime,
    now: Callable[[], datetime],
) -> Iterator[None]:
    """Write failed-rollout.json, keep it as evidence, and let the failure pass on as it is."""
    try:
        yield
    except RolloutFailed as failure:
        report = heading(settings, release, started, now()) | failure.document()
        content = write_document(settings.out / FAILURE_FILE, "failed-rollout", report)
        documents = {f"{target.account.name}/{FAILURE_FILE}": content}
        try:
            s3 = aws.client("s3", target.account.region)
            keep(s3, target, release, settings.execution_id, documents)
        except EnvironmentFault as fault:
            # The failure matters more than its report.
            _log.error("the failure could not be kept: %s", fault)
        raise
