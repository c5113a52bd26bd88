"""Macie: a session that is switched on and off, and jobs that are held and never find anything.

moto has a session that is on from the start, and no jobs.
https://docs.aws.amazon.com/macie/latest/APIReference/welcome.html
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from twin.call import Call
from twin.errors import ServiceError
from twin.registry import Registry
from twin.table import Record, Table
from twin.twin import Twin

_SESSION = "macie2/Session"
_JOB = "macie2/ClassificationJob"
_ONLY = "session"


def register(registry: Registry) -> None:
    """Put the operations on the session and on jobs into the registry."""
    for operation, answer in (
        ("EnableMacie", enable),
        ("GetMacieSession", describe),
        ("UpdateMacieSession", update),
        ("DisableMacie", disable),
        ("CreateClassificationJob", create_job),
        ("DescribeClassificationJob", describe_job),
        ("UpdateClassificationJob", update_job),
        ("ListClassificationJobs", list_jobs),
        ("TagResource", tag),
        ("UntagResource", untag),
        ("ListTagsForResource", list_tags),
    ):
        registry.answers("macie2", operation)(answer)


def enable(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Switch Macie on; AWS refuses to do that twice."""
    given = call.parameters
    session: Record = {
        "createdAt": twin.now(),
        "findingPublishingFrequency": given.get("findingPublishingFrequency", "FIFTEEN_MINUTES"),
        "serviceRole": (
            f"arn:aws:iam::{call.account_id}:role/aws-service-role/macie.amazonaws.com/"
            "AWSServiceRoleForAmazonMacie"
        ),
        "status": given.get("status", "ENABLED"),
        "updatedAt": twin.now(),
    }
    if not _sessions(twin, call).add(_ONLY, session):
        raise ServiceError("ConflictException", "Macie has already been enabled.", 409)
    return {}


def describe(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return the session."""
    return _session(twin, call)


def update(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Pause or resume, or tell more or less often."""
    _session(twin, call)
    named = ("findingPublishingFrequency", "status")
    change = {name: call.parameters[name] for name in named if call.parameters.get(name)}
    _sessions(twin, call).change(_ONLY, lambda held: held.update(change, updatedAt=twin.now()))
    return {}


def disable(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Switch Macie off; its jobs go with it."""
    _session(twin, call)
    _sessions(twin, call).pop(_ONLY)
    jobs = _jobs(twin, call)
    for identifier in jobs:
        jobs.pop(identifier)
    return {}


def create_job(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Hold a job; a scheduled one is idle between its runs."""
    _session(twin, call)
    given = {name: value for name, value in call.parameters.items() if name != "clientToken"}
    identifier = uuid.uuid4().hex
    arn = f"arn:aws:macie2:{call.region}:{call.account_id}:classification-job/{identifier}"
    status = "IDLE" if given["jobType"] == "SCHEDULED" else "COMPLETE"
    record: Record = {
        "samplingPercentage": 100,
        **given,
        "createdAt": twin.now(),
        "jobArn": arn,
        "jobId": identifier,
        "jobStatus": status,
        "tags": dict(given.get("tags") or {}),
    }
    _jobs(twin, call).put(identifier, record)
    return {"jobArn": arn, "jobId": identifier}


def describe_job(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return a job."""
    return _job(twin, call, str(call.parameters["jobId"]))


def update_job(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Pause, resume or cancel a job; what is cancelled stays so."""
    identifier, status = str(call.parameters["jobId"]), call.parameters["jobStatus"]
    if _job(twin, call, identifier)["jobStatus"] == "CANCELLED":
        raise ServiceError("ValidationException", "You cannot update a cancelled job.", 400)
    _jobs(twin, call).change(identifier, lambda held: held.update(jobStatus=status))
    return {}


def list_jobs(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return all jobs, cancelled ones too."""
    _session(twin, call)
    return {"items": _jobs(twin, call).values()}


def tag(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Add tags to a job."""
    identifier = _tagged(twin, call)
    tags = call.parameters.get("tags") or {}
    _jobs(twin, call).change(identifier, lambda held: held["tags"].update(tags))
    return {}


def untag(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Remove tags of a job."""
    identifier = _tagged(twin, call)
    removed = set(call.parameters.get("tagKeys") or [])

    def change(held: Record) -> None:
        held["tags"] = {name: value for name, value in held["tags"].items() if name not in removed}

    _jobs(twin, call).change(identifier, change)
    return {}


def list_tags(twin: Twin, call: Call) -> Mapping[str, Any]:
    """Return the tags of a job."""
    return {"tags": _job(twin, call, _tagged(twin, call))["tags"]}


def _tagged(twin: Twin, call: Call) -> str:
    identifier = str(call.parameters["resourceArn"]).rsplit("/", 1)[-1]
    _job(twin, call, identifier)
    return identifier


def _sessions(twin: Twin, call: Call) -> Table:
    return twin.table(_SESSION, call.account_id, call.region)


def _jobs(twin: Twin, call: Call) -> Table:
    return twin.table(_JOB, call.account_id, call.region)


def _session(twin: Twin, call: Call) -> Record:
    record = _sessions(twin, call).get(_ONLY)
    if record is None:
        raise ServiceError("AccessDeniedException", "Macie is not enabled.", 403)
    return record


def _job(twin: Twin, call: Call, identifier: str) -> Record:
    _session(twin, call)
    record = _jobs(twin, call).get(identifier)
    if record is None:
        raise ServiceError(
            "ResourceNotFoundException",
            f"The request failed because the specified job doesn't exist: {identifier}.",
            404,
        )
    return record
