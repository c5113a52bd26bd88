"""The detective control: from an event to what was done about it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.aws_call import aws_call
from pipelines.detective.actions import Action, action_for
from pipelines.detective.facts import Facts
from pipelines.detective.findings import Finding
from pipelines.detective.notice import Outcome
from pipelines.detective.rules import Breach, Platform, breaches_of, undeclared
from pipelines.detective.sagemaker import SageMaker
from pipelines.detective.subjects import Kind, Subject, subject_of

_log = logging.getLogger(__name__)
_ACTS = (Action.DELETE, Action.STOP)


@dataclass(frozen=True)
class Clients:
    """Clients of boto3 that the control works with."""

    sagemaker: Any
    sns: Any
    ssm: Any


@dataclass(frozen=True)
class Settings:
    """Where the control works, where it learns the subnets and whom it tells."""

    account_id: str
    region: str
    subnet_parameters: tuple[str, ...]
    topic_arn: str


def judge(event: Mapping[str, Any], settings: Settings, clients: Clients) -> Outcome | None:
    """Judge what an event is about, act on a breach and tell it; None where all is right.

    Every step may be repeated: what is stopped or gone already is left, and only a notice can
    come twice. Whatever cannot be done raises, and the event is not lost.
    """
    subject = subject_of(event)
    if subject is None:
        return None
    outcome = _judged(subject, settings, clients)
    if outcome is None:
        _log.info("%s %s holds", subject.kind.value, subject.name)
        return None
    _log.warning("%s", outcome.record)
    _publish(outcome.title, outcome.text, settings, clients.sns)
    return outcome


def tell(findings: Sequence[Finding], settings: Settings, clients: Clients) -> None:
    """Tell people of findings, each in a notice of its own."""
    for finding in findings:
        _log.warning("%s", finding.title)
        _publish(finding.title, finding.text, settings, clients.sns)


def _publish(title: str, text: str, settings: Settings, sns: Any) -> None:
    with aws_call(settings.topic_arn, "must accept a notice"):
        sns.publish(TopicArn=settings.topic_arn, Subject=title, Message=text)


def _judged(subject: Subject, settings: Settings, clients: Clients) -> Outcome | None:
    if subject.kind is Kind.UNDECLARED:
        return _outcome(subject, settings, undeclared(subject.name), Action.TELL)
    sagemaker = SageMaker(clients.sagemaker)
    facts = _facts(subject, sagemaker)
    if facts is None:
        return None
    breaches = breaches_of(facts, _platform(facts, settings, clients.ssm))
    if not breaches:
        return None
    action = _action(subject, facts, sagemaker)
    if action in _ACTS:
        sagemaker.act(facts, action)
    return _outcome(subject, settings, breaches, action)


def _facts(subject: Subject, sagemaker: SageMaker) -> Facts | None:
    """An endpoint is judged by its configuration."""
    if subject.kind is not Kind.ENDPOINT:
        return sagemaker.facts(subject.kind, subject.name)
    config = sagemaker.config_of(subject.name)
    return sagemaker.facts(Kind.ENDPOINT_CONFIG, config) if config is not None else None


def _action(subject: Subject, facts: Facts, sagemaker: SageMaker) -> Action:
    if subject.kind is Kind.ENDPOINT:
        return Action.TELL
    used = facts.kind is Kind.ENDPOINT_CONFIG and sagemaker.uses(facts.name)
    return action_for(facts, in_use=used)


def _platform(facts: Facts, settings: Settings, ssm: Any) -> Platform:
    """Learn the platform's subnets, where the resource has any."""
    subnets: set[str] = set()
    if any(network.subnets for network in facts.networks):
        with aws_call("the platform's subnets", "must be readable as parameters"):
            answer = ssm.get_parameters(Names=list(settings.subnet_parameters))
        for parameter in answer["Parameters"]:
            subnets.update(str(parameter["Value"]).split(","))
    return Platform(settings.account_id, settings.region, frozenset(subnets))


def _outcome(
    subject: Subject, settings: Settings, breaches: tuple[Breach, ...], action: Action
) -> Outcome:
    return Outcome(subject, settings.account_id, settings.region, breaches, action)
