"""Features of GuardDuty's detectors.

moto 5.2.5 forgets those that an update does not name, and answers none. They are held here, as on
AWS, where each has a status of its own.
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twin.call import Call, Forward, Response
from twin.registry import Registry
from twin.table import Table
from twin.twin import Twin

_KIND = "guardduty/Features"


def register(registry: Registry) -> None:
    """Stand around the operations on detectors."""
    registry.wraps("guardduty", "CreateDetector")(created)
    registry.wraps("guardduty", "UpdateDetector")(updated)
    registry.wraps("guardduty", "GetDetector")(described)
    registry.wraps("guardduty", "DeleteDetector")(deleted)


def created(twin: Twin, call: Call, forward: Forward) -> Response:
    """Hold the features that a new detector starts with."""
    response = forward()
    if response.ok:
        name = str(response.json()["detectorId"])
        _table(twin, call).put(name, _changed(twin, {}, call.parameters.get("Features") or ()))
    return response


def updated(twin: Twin, call: Call, forward: Forward) -> Response:
    """Change the features that are named, and no others."""
    response = forward()
    if response.ok:
        name = str(call.parameters["DetectorId"])
        held = _table(twin, call).get(name) or {}
        _table(twin, call).put(name, _changed(twin, held, call.parameters.get("Features") or ()))
    return response


def described(twin: Twin, call: Call, forward: Forward) -> Response:
    """Answer with the features that are held."""
    response = forward()
    if not response.ok:
        return response
    held = _table(twin, call).get(str(call.parameters["DetectorId"])) or {}
    return response.with_json({**response.json(), "features": list(held.values())})


def deleted(twin: Twin, call: Call, forward: Forward) -> Response:
    """Forget a detector's features."""
    response = forward()
    if response.ok:
        _table(twin, call).pop(str(call.parameters["DetectorId"]))
    return response


def _changed(
    twin: Twin, held: Mapping[str, Any], features: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Merge features; members are written as GetDetector answers them."""
    now = int(twin.now().timestamp())
    return {
        **held,
        **{
            str(feature["Name"]): {
                "name": feature["Name"],
                "status": feature["Status"],
                "updatedAt": now,
                "additionalConfiguration": [
                    {"name": one["Name"], "status": one["Status"], "updatedAt": now}
                    for one in feature.get("AdditionalConfiguration") or ()
                ],
            }
            for feature in features
        },
    }


def _table(twin: Twin, call: Call) -> Table:
    return twin.table(_KIND, call.account_id, call.region)
