"""Events of the registry: which of them start something, and what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.checks.plan.claims import Doubt, Outcome, undecided, violated
from policies.model import EventRule, Model

_HINT = "use modules/promotion-pipeline"
_APPROVAL = "SageMaker Model Package State Change"
_APPROVED, _REJECTED = ("Approved",), ("Rejected",)


def approval_events_narrow(model: Model) -> Outcome:
    """PIPE-11: an event of the registry starts a pipeline of the very group, and nothing else.

    An approval starts a promotion; a rejection the way back, and never a promotion.
    """
    rules = [rule for rule in model.rules if rule.enabled and _may_hear_of_packages(rule)]
    doubts = tuple(doubt for rule in rules for doubt in _objections(model, rule))
    return Outcome(tuple(rule.source for rule in rules), doubts)


def _may_hear_of_packages(rule: EventRule) -> bool:
    if rule.pattern is None:
        return not rule.schedule
    sources = rule.pattern.get("source")
    kinds = rule.pattern.get("detail-type")
    hears = sources is None or "aws.sagemaker" in _texts(sources)
    return hears and (kinds is None or _APPROVAL in _texts(kinds))


def _objections(model: Model, rule: EventRule) -> Iterator[Doubt]:
    if rule.pattern is None:
        yield undecided(rule.source, "the pattern must be known", "one that is not", _HINT)
        return
    detail = rule.pattern.get("detail")
    detail = detail if isinstance(detail, Mapping) else {}
    decision = _texts(detail.get("ModelApprovalStatus"))
    wanted = {"ModelApprovalStatus": (_APPROVED, _REJECTED), "ModelPackageGroupName": None}
    for key, values in wanted.items():
        found = _texts(detail.get(key))
        if len(found) != 1 or (values and found not in values):
            must = f"the pattern must say one `{key}`"
            yield violated(rule.source, must, f"`{list(found) or 'any'}`", _HINT)
    try:
        own = model.account(rule.account).id
    except KeyError:
        own = ""
    accounts = _texts(rule.pattern.get("account"))
    if accounts != (own,):
        must = "the pattern must be for the own account only"
        yield violated(rule.source, must, f"`{list(accounts) or 'any'}`", _HINT)
    for target in rule.targets:
        if ":codepipeline:" not in target.arn and "aws_codepipeline." not in target.arn:
            must = "an approval must start a pipeline and nothing else"
            yield violated(target.source, must, f"`{target.arn}`", _HINT)
        elif _goes_back(target.arn) != (decision == _REJECTED):
            must = "a rejection must start the way back, and an approval a promotion"
            yield violated(target.source, must, f"`{target.arn}`", _HINT)


def _goes_back(arn: str) -> bool:
    """Tell by its name, or by its address where that is not known yet, what a pipeline is for."""
    return arn.endswith("-rollback") or "aws_codepipeline.rollback" in arn


def _texts(value: Any) -> tuple[str, ...]:
    """Return the texts of a pattern's list; anything but plain texts stands as it is written."""
    if not isinstance(value, list):
        return ()
    return tuple(it if isinstance(it, str) else repr(it) for it in value)
