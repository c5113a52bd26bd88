"""Tags of logs, alarms, trails, rules of Config, findings and accounts."""

from __future__ import annotations

from collections.abc import Mapping

from moto.cloudtrail.models import cloudtrail_backends
from moto.cloudwatch.models import cloudwatch_backends
from moto.config.models import config_backends
from moto.guardduty.models import guardduty_backends
from moto.logs.models import logs_backends
from moto.organizations import organizations_backends

from twin.authorization.keys.live_state import held, shelf
from twin.authorization.keys.tags.place import (
    PARTITION,
    Holder,
    Place,
    Tags,
    mapped,
    record,
    tagged,
)


def _logs(place: Place) -> Tags | None:
    if place.kind != "log-group":
        return None
    backend = held(logs_backends, place.account, place.region)
    # ...:log-group:NAME, ...:log-group:NAME:* and ...:log-group:NAME:log-stream:STREAM
    group = backend and backend.groups.get(place.name.partition(":")[0])
    return mapped(backend.tagger.tags.get(group.arn)) if backend and group else None


def _alarm(place: Place) -> Tags | None:
    backend = held(cloudwatch_backends, place.account, place.region)
    found = tagged(backend, place.arn)
    if found is None and place.kind == "alarm" and backend and place.name in backend.alarms:
        return {}
    return found


def _trail(place: Place) -> Tags | None:
    return tagged(held(cloudtrail_backends, place.account, place.region), place.arn)


def _config(place: Place) -> Tags | None:
    rules = list(shelf(config_backends, place.account, place.region, "config_rules").values())
    found = next((rule for rule in rules if rule.config_rule_arn == place.arn), None)
    return None if found is None else mapped(found.tags)


def _detector(place: Place) -> Tags | None:
    detectors = shelf(guardduty_backends, place.account, place.region, "detectors")
    found = detectors.get(place.name.partition("/")[0])
    return None if found is None else mapped(found.tags)


def _job(place: Place) -> Tags | None:
    return record(place, "macie2/ClassificationJob", place.name)


def _analyzer(place: Place) -> Tags | None:
    return record(place, "accessanalyzer/Analyzer", place.name)


def _organization(place: Place) -> Tags | None:
    backend = held(organizations_backends, place.account, PARTITION)
    wanted = place.tail.rpartition("/")[2]
    for found in (*backend.ou, *backend.accounts, *backend.policies) if backend else ():
        if found.id == wanted:
            return mapped(found.tags)
    return None


HOLDERS: Mapping[str, Holder] = {
    "access-analyzer": _analyzer,
    "cloudtrail": _trail,
    "cloudwatch": _alarm,
    "config": _config,
    "guardduty": _detector,
    "logs": _logs,
    "macie2": _job,
    "organizations": _organization,
}
