"""Filters, sorts and pages records as the list operations of AWS do."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from twin.errors import ServiceError
from twin.table import Record


def page(
    parameters: Mapping[str, Any],
    records: Sequence[Record],
    member: str,
    sorting: tuple[str, str],
) -> dict[str, Any]:
    """Return one page of the records under the output member.

    ``sorting`` names the members with the record's name and time. Filters are read from the
    parameters: ``<member>Equals``, ``<member>Contains``, ``NameContains``, ``CreationTimeAfter``
    and ``CreationTimeBefore``; order from ``SortBy`` and ``SortOrder``.
    """
    name, time = sorting
    kept = [record for record in records if _matches(parameters, record, name, time)]
    if parameters.get("SortBy") or parameters.get("SortOrder"):
        by = name if parameters.get("SortBy") == "Name" else time
        descending = str(parameters.get("SortOrder", "Ascending")).lower() == "descending"
        kept.sort(key=lambda record: record[by], reverse=descending)
    start = _start(parameters.get("NextToken") or parameters.get("nextToken"))
    size = int(parameters.get("MaxResults") or parameters.get("maxResults") or 100)
    answer: dict[str, Any] = {member: kept[start : start + size]}
    if start + size < len(kept):
        token = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        answer |= {"NextToken": token, "nextToken": token}
    return answer


def _matches(parameters: Mapping[str, Any], record: Record, name: str, time: str) -> bool:
    for key, wanted in parameters.items():
        if key.endswith("Equals") and record.get(key.removesuffix("Equals")) != wanted:
            return False
        if key.endswith("Contains"):
            member = name if key == "NameContains" else key.removesuffix("Contains")
            if str(wanted) not in str(record.get(member, "")):
                return False
    after, before = parameters.get("CreationTimeAfter"), parameters.get("CreationTimeBefore")
    return not (after and record[time] <= after) and not (before and record[time] >= before)


def _start(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise ServiceError("ValidationException", "Invalid pagination token.", 400) from error
