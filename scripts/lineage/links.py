"""The endpoint as the first link of a lineage, and how its release was put there and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.lineage import comparing
from scripts.lineage.comparing import Sources
from scripts.lineage.facts import (
    DEPLOYMENT,
    EVIDENCE,
    LIVE,
    ORGANIZATION,
    TEST,
    UNREAD,
    VERIFICATION,
    Fact,
    Node,
    Said,
    compare,
    mismatch,
    moment,
    unknown,
)
from scripts.lineage.release_links import release_link
from scripts.lineage.training_links import training_links

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
_CHANGING = ("Creating", "Updating", "SystemUpdating", "RollingBack")
_BEING_CHANGED = "it is being changed; ask again when that has ended"


def endpoint_link(found: Sources, name: str) -> Node:
    """Make the whole tree."""
    live, target = found.target.live, found.target
    facts = [
        compare("account", Said(ORGANIZATION, f"{target.account.name} ({target.account.id})")),
        _status(found),
        compare("configuration", Said(LIVE, live.config_name if live else None), *_left(found)),
        comparing.archive(found),
        comparing.image(found),
        _as_released(found),
    ]
    return Node("endpoint", name, tuple(facts), (_deployment(found), release_link(found)))


def _status(found: Sources) -> Fact:
    live = found.target.live
    if live is not None and live.status in _CHANGING:
        return compare("status", Said(LIVE, live.status), note=_BEING_CHANGED)
    if live is not None and live.status != "InService":
        return mismatch("status", live.status, "must be InService", Said(LIVE, live.status))
    return compare("status", Said(LIVE, live.status if live else None))


def _left(found: Sources) -> list[Said]:
    """Say which configuration the latest deployment or rollback has left."""
    record, reports = found.target.record, found.target.reports
    name = "rollback.json" if record and record.back else "deployment.json"
    left = (reports.get(name, {}).get("endpoint") or {}).get("config_name")
    return [Said(DEPLOYMENT, str(left))] if left else []


def _as_released(found: Sources) -> Fact:
    name, target = "runs as released", found.target
    if found.release is None or target.live is None or target.target is None:
        return unknown(name)
    if target.live.status in _CHANGING:
        return unknown(name, _BEING_CHANGED)
    if target.as_made(found.release) is None:
        return unknown(name, "what was trained here is not known")
    differs = target.differs(found.release)
    if differs is not None:
        return mismatch(name, "no", differs)
    if target.record and target.record.runs is False:
        return mismatch(name, "no", "no deployment that is kept left what runs")
    return compare(name, Said(LIVE, "yes"), found.stated("yes"), needs=(LIVE,))


def _deployment(found: Sources) -> Node:
    target, record = found.target, found.target.record
    if record is None:
        told = unknown("deployed", "no evidence of a deployment could be read")
        return Node("deployment", UNREAD, (told,))
    facts = [compare("deployed", Said(EVIDENCE, moment(record.since)))]
    if record.back is not None:
        facts.append(compare("came back by rollback", Said(EVIDENCE, record.back.execution_id)))
    for file, source in (
        ("deployment.json", DEPLOYMENT),
        ("verification.json", VERIFICATION),
        ("test-report.json", TEST),
    ):
        report = target.reports.get(file)
        if report is not None:
            facts += _report(found, report, source)
    if not any(name in target.reports for name in ("verification.json", "test-report.json")):
        facts.append(unknown("checked live", "no report of a check after the deployment"))
    facts.append(_terraform(found))
    name, trained = f"in {target.account.name}", training_links(found)
    return Node("deployment", name, tuple(facts), trained)


def _report(found: Sources, report: Mapping[str, Any], source: str) -> list[Fact]:
    release = found.release
    facts = [
        compare(
            f"release of the {source}",
            found.stated(release.sha256 if release else None),
            Said(source, str(report.get("release_sha256"))),
        )
    ]
    if source != DEPLOYMENT:
        when = Said(source, str(report.get("ended_at")))
        facts.append(compare("checked live" if source == VERIFICATION else "tested live", when))
    if source == VERIFICATION:
        asked = report.get("invocation") or {}
        facts.append(
            compare("answered as recorded", Said(source, "yes"))
            if asked.get("differing_rows") == 0
            else mismatch(
                "answered as recorded", str(asked.get("identical")), "a prediction differs"
            )
        )
    return facts


def _terraform(found: Sources) -> Fact:
    statement = found.signed.statement
    return compare(
        "Terraform",
        found.stated(statement.terraform_sha256 if statement else None),
        Said(EVIDENCE, found.target.terraform_sha256),
        needs=(EVIDENCE,),
    )
