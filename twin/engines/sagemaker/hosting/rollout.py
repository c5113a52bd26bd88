"""Moves an endpoint's traffic to new servers step by step, watched by alarms, and back if need be.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from twin.engines.cloudwatch.alarms import Alarms, Watch
from twin.engines.sagemaker.hosting.fleet import Fleet, Group
from twin.engines.sagemaker.hosting.guardrails import Policy
from twin.engines.sagemaker.place import Place
from twin.table import Record
from twin.twin import Twin

_FULL = 1.0


class Outcome(Enum):
    """How a rollout ended."""

    DONE = auto()
    ROLLED_BACK = auto()
    INTERRUPTED = auto()


@dataclass(frozen=True)
class _Stage:
    """What the new servers are doing: a status and a message as DescribeEndpoint shows them."""

    status: str
    message: str
    instances: Sequence[int]
    share: float
    seconds: int = 0


class Rollout:
    """One update's way, by the twin's clock."""

    def __init__(
        self,
        twin: Twin,
        fleet: Fleet,
        alarms: Alarms,
        arn: str,
        policy: Policy,
        *,
        undone: bool = False,
    ) -> None:
        self._twin, self._fleet, self._alarms = twin, fleet, alarms
        self._arn, self._policy, self._undone = arn, policy, undone
        self._stopping = twin.stopping
        self._began = twin.clock.read()

    def run(
        self, group: Group, summaries: Sequence[Record], report: Callable[[Record], None]
    ) -> Outcome:
        """Give the new servers their traffic; the caller settles what is to become of the rest.

        ``report`` gets what DescribeEndpoint shows as pending, at each stage.
        """
        if self._fleet.group(self._arn) is None:
            self._fleet.open(self._arn, group)
            return Outcome.DONE
        place = Place.of_arn(self._arn)
        with self._alarms.watching(place.account_id, place.region, self._policy.alarms) as watch:
            for stage in self._stages(summaries):
                report(_pending(self._twin, stage, summaries))
                self._fleet.shift(self._arn, group, stage.share)
                if not self._endures(stage.seconds, watch):
                    stopped = self._stopping.is_set()
                    return Outcome.INTERRUPTED if stopped else Outcome.ROLLED_BACK
                if self._undone and stage.status == "Baking":
                    return Outcome.ROLLED_BACK
        return Outcome.DONE

    def _stages(self, summaries: Sequence[Record]) -> Iterator[_Stage]:
        policy = self._policy
        totals = [int(one.get("DesiredInstanceCount") or 1) for one in summaries]
        steps = [policy.steps(total) for total in totals]
        for number in range(max(len(own) for own in steps)):
            active = [own[min(number, len(own) - 1)] for own in steps]
            share = sum(active) / sum(totals)
            capacity = _capacity(policy.kind, sum(active), sum(totals))
            activating = f"Activating traffic on {capacity}."
            yield _Stage("ActivatingTraffic", activating, active, share)
            baking = _baking(policy.wait_seconds, "WaitIntervalInSeconds", capacity)
            yield _Stage("Baking", baking, active, share, policy.wait_seconds)
        if policy.termination_seconds:
            capacity = _capacity(policy.kind, sum(totals), sum(totals))
            waiting = _baking(policy.termination_seconds, "TerminationWaitInSeconds", capacity)
            yield _Stage("Baking", waiting, totals, _FULL, policy.termination_seconds)

    def _endures(self, seconds: int, watch: Watch) -> bool:
        """Wait; tell whether nothing happened meanwhile that ends the rollout."""
        until = self._twin.clock.read() + seconds
        limit = self._policy.timeout_seconds
        if limit is not None:
            until = min(until, self._began + limit)
        waited = self._twin.clock.wait_until(
            until, lambda: self._stopping.is_set() or watch.tripped is not None
        )
        return waited and not self._expired()

    def _expired(self) -> bool:
        limit = self._policy.timeout_seconds
        return limit is not None and self._twin.clock.read() >= self._began + limit


def _capacity(kind: str, active: int, total: int) -> str:
    word = "full" if active >= total else "canary" if kind == "CANARY" else "partial"
    return f"{word} capacity of {active} instance(s)"


def _baking(seconds: int, member: str, capacity: str) -> str:
    return f"Baking for {seconds} seconds ({member}) with traffic enabled on {capacity}."


def _pending(twin: Twin, stage: _Stage, summaries: Sequence[Record]) -> Record:
    """Describe the new variants: of their instances, those count as current that take traffic."""
    status = {"Status": stage.status, "StatusMessage": stage.message, "StartTime": twin.now()}
    variants = []
    for summary, active in zip(summaries, stage.instances, strict=True):
        variant = {**summary, "VariantStatus": [status]}
        if "CurrentInstanceCount" in summary:
            variant["CurrentInstanceCount"] = active
        variants.append(variant)
    return {"ProductionVariants": variants}
