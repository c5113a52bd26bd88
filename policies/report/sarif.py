"""A review as SARIF 2.1.0: rules from the registry, stable fingerprints, waivers as suppressions.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
REGISTRY = "policies/controls.yaml"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
# Code scanning sorts by this number: above 9 is critical, 7 high, 4 medium.
# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}


def sarif(document: Mapping[str, Any], version: str) -> dict[str, Any]:
    """Make the log of one run from a review's document; what is not decided is an error."""
    rules = [_rule(each) for each in document["controls"]]
    places = {rule["id"]: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "gatehouse review",
                "semanticVersion": version,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "gatehouse-review/"},
        "invocations": [_invocation(document)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, places) for each in document["findings"]],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(control: Mapping[str, Any]) -> dict[str, Any]:
    severity = control["severity"]
    sources = "; ".join(control["sources"])
    return {
        "id": control["id"],
        "shortDescription": {"text": control["sentence"]},
        "fullDescription": {"text": f"{control['sentence']} Sources: {sources}."},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {
            "security-severity": _SCORES[severity],
            "tags": ["security", severity],
            "verdict": control["verdict"],
            "verifiers": control["verifiers"],
        },
    }


def _invocation(document: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"executionSuccessful": not document["faults"]}
    if document["faults"]:
        made["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": each}} for each in document["faults"]
        ]
    return made


def _result(finding: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    undecided = finding["verdict"] == "not decided"
    text = finding["sentence"] + (f"\n\nhint: {finding['hint']}" if finding["hint"] else "")
    properties: dict[str, Any] = {"verdict": finding["verdict"], "verifier": finding["verifier"]}
    if finding["request"]:
        properties["request"] = finding["request"]
    return {
        "ruleId": finding["control"],
        "ruleIndex": places[finding["control"]],
        "level": "error" if undecided else _LEVELS[finding["severity"]],
        "message": {"text": text},
        "locations": [_location(finding)],
        "partialFingerprints": {"gatehouse/v1": finding["fingerprint"]},
        "suppressions": _suppressions(finding),
        "properties": properties,
    }


def _location(finding: Mapping[str, Any]) -> dict[str, Any]:
    # What belongs to no file is told at the registry: code scanning drops a result without one.
    physical: dict[str, Any] = {"artifactLocation": {"uri": finding["file"] or REGISTRY}}
    physical["region"] = {"startLine": max(1, finding["line"])}
    root = f"{finding['root']}: " if finding["root"] else ""
    return {
        "physicalLocation": physical,
        "logicalLocations": [
            {"fullyQualifiedName": f"{root}{finding['address']}", "kind": "resource"}
        ],
    }


def _suppressions(finding: Mapping[str, Any]) -> list[dict[str, Any]]:
    waived = finding["waived"]
    if waived is None:
        return []
    told = (
        f"{waived['reason']} Instead: {waived['compensating_control']} Owner {waived['owner']}, "
        f"approved by {waived['approver']}, until {waived['expires']}."
    )
    return [{"kind": "external", "status": "accepted", "justification": told}]
