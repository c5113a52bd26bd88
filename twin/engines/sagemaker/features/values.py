"""What a feature may be: its type, an event's time, a record that fits its group.

https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from twin.errors import ServiceError

# The service puts these into the offline store itself.
RESERVED = ("api_invocation_time", "is_deleted", "write_time")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z")
_INTEGRAL = re.compile(r"[+-]?\d{1,19}")
_MOST_INTEGRAL = 2**63


def broken(message: str) -> ServiceError:
    """Return the error of a record that breaks a rule."""
    return ServiceError("ValidationError", f"Validation Error: {message}", 400)


def event_time(text: str, kind: str) -> datetime:
    """Return when a record came to be: ISO 8601 in UTC, or seconds since 1970 where fractional.

    Raises ServiceError ValidationError.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html
    """
    try:
        if kind == "Fractional":
            return datetime.fromtimestamp(float(text), UTC)
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (ValueError, OverflowError, OSError):
        pass
    raise broken(
        f"EventTime {text} is not valid: it must be a date in ISO-8601 format "
        "(yyyy-MM-dd'T'HH:mm:ssZ or yyyy-MM-dd'T'HH:mm:ss.SSSZ) or a unix timestamp"
    )


def record_of(group: Mapping[str, Any], given: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return a record's values by feature, as they were sent; an absent feature is absent.

    Raises ServiceError ValidationError where they do not fit the group.
    """
    kinds = {one["FeatureName"]: one["FeatureType"] for one in group["FeatureDefinitions"]}
    found: dict[str, str] = {}
    for one in given:
        name, value = str(one["FeatureName"]), one.get("ValueAsString")
        if name not in kinds:
            raise broken(f"Feature {name} does not exist in feature group")
        if name in found:
            raise broken(f"Feature {name} is given more than once")
        if value is None:
            raise broken(f"Feature {name} must have a ValueAsString: collections are not modelled")
        _fits(name, str(value), kinds[name])
        found[name] = str(value)
    for member in ("RecordIdentifierFeatureName", "EventTimeFeatureName"):
        if not found.get(group[member]):
            raise broken(f"{member} {group[member]} must be set in the record")
    event_time(found[group["EventTimeFeatureName"]], kinds[group["EventTimeFeatureName"]])
    return found


def _fits(name: str, value: str, kind: str) -> None:
    if kind == "Integral":
        fits = bool(_INTEGRAL.fullmatch(value)) and -_MOST_INTEGRAL <= int(value) < _MOST_INTEGRAL
    elif kind == "Fractional":
        fits = _is_number(value)
    else:
        fits = True
    if not fits:
        raise broken(f"Feature {name} is of type {kind}, got {value}")


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False
