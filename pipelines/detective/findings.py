"""Tells people in words of what AWS's own services found: threats, settings, data, access.

EventBridge could write to a topic by itself, but not to one whose key is held to this account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST_SUBJECT = 100
_MOST_FINDINGS = 20


@dataclass(frozen=True)
class Finding:
    """What a service found, fit to be read."""

    title: str
    text: str


def findings_of(event: Mapping[str, Any]) -> tuple[Finding, ...] | None:
    """Read the findings of an event; None where the event carries none of these services'."""
    reader = _READERS.get(str(event.get("detail-type")))
    if reader is None:
        return None
    return tuple(_told(event, *part) for part in reader(event.get("detail") or {}))


def _told(event: Mapping[str, Any], title: str, lines: list[str]) -> Finding:
    place = f"account: {event.get('account', 'unknown')}, {event.get('region', 'unknown')}"
    text = "\n".join([*lines, "", place, f"event:   {event.get('id', 'unknown')}"])
    plain = " ".join(title.split()).encode("ascii", "replace").decode()
    return Finding(plain[:_LONGEST_SUBJECT], text)


def _threats(detail: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    title = str(detail.get("title", "a threat"))
    return [
        (
            f"Threat: {title}",
            [
                title,
                "",
                str(detail.get("description", "")),
                "",
                f"type:     {detail.get('type')}",
                f"severity: {detail.get('severity')}",
                f"finding:  {detail.get('arn') or detail.get('id')}",
            ],
        )
    ]


def _settings(detail: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (
            f"Setting: {finding.get('Title', 'a control failed')}",
            [
                str(finding.get("Title", "")),
                "",
                str(finding.get("Description", "")),
                "",
                f"severity: {(finding.get('Severity') or {}).get('Label')}",
                *[f"resource: {one.get('Id')}" for one in finding.get("Resources") or []],
                f"finding:  {finding.get('Id')}",
            ],
        )
        for finding in list(detail.get("findings") or [])[:_MOST_FINDINGS]
    ]


def _access(detail: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    return [
        (
            f"Access: {detail.get('resource', 'a resource')}",
            [
                f"Somebody outside the account can reach {detail.get('resource')}.",
                "",
                f"who:      {detail.get('principal')}",
                f"actions:  {', '.join(detail.get('action') or [])}",
                f"finding:  {detail.get('id')}",
            ],
        )
    ]


def _sensitive_data(detail: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    affected = detail.get("resourcesAffected") or {}
    title = str(detail.get("title", "unexpected data"))
    return [
        (
            f"Data: {title}",
            [
                title,
                "",
                str(detail.get("description", "")),
                "",
                f"type:     {detail.get('type')}",
                f"severity: {(detail.get('severity') or {}).get('description')}",
                f"bucket:   {(affected.get('s3Bucket') or {}).get('name')}",
                f"object:   {(affected.get('s3Object') or {}).get('key')}",
                f"finding:  {detail.get('id')}",
            ],
        )
    ]


def _vulnerabilities(detail: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    title = str(detail.get("title", "a vulnerability"))
    return [
        (
            f"Vulnerability: {title}",
            [
                title,
                "",
                str(detail.get("description", "")),
                "",
                f"severity: {detail.get('severity')}",
                *[f"resource: {one.get('id')}" for one in detail.get("resources") or []],
                f"finding:  {detail.get('findingArn')}",
            ],
        )
    ]


_READERS: Mapping[str, Callable[[Mapping[str, Any]], list[tuple[str, list[str]]]]] = {
    "Access Analyzer Finding": _access,
    "GuardDuty Finding": _threats,
    "Inspector2 Finding": _vulnerabilities,
    "Macie Finding": _sensitive_data,
    "Security Hub Findings - Imported": _settings,
}
