"""A review as JUnit XML: a case for each control and verifier, so that CI shows what fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

# What XML 1.0 cannot hold. https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(document: Mapping[str, Any]) -> bytes:
    """Make the XML: violated is a failure, not decided an error, waived is skipped."""
    by_verifier: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in document["findings"]:
        by_verifier.setdefault((each["control"], each["verifier"]), []).append(each)
    suite = ElementTree.Element("testsuite", name="gatehouse review")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for control in document["controls"]:
        for judgement in control["judgements"]:
            found = by_verifier.get((control["id"], judgement["verifier"]), [])
            _add_case(suite, counts, control, judgement, found)
    for fault in document["faults"]:
        _add(suite, counts, "review", "registry and verifiers agree", ("errors", "error", fault))
    for name, value in counts.items():
        suite.set(name, str(value))
    suite.set("timestamp", f"{document['date']}T00:00:00")
    suites = ElementTree.Element("testsuites", {k: str(v) for k, v in counts.items()})
    suites.append(suite)
    ElementTree.indent(suites)
    written: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add_case(
    suite: ElementTree.Element,
    counts: dict[str, int],
    control: Mapping[str, Any],
    judgement: Mapping[str, Any],
    found: Sequence[Mapping[str, Any]],
) -> None:
    open_findings = [each for each in found if each["waived"] is None]
    name = f"{judgement['verifier']}: {control['sentence']}"
    told = "\n".join(_told(each) for each in (open_findings or found))
    if any(each["verdict"] == "violated" for each in open_findings):
        outcome = ("failures", "failure", told)
    elif open_findings:
        outcome = ("errors", "error", told)
    elif found:
        outcome = ("skipped", "skipped", told)
    else:
        _add(suite, counts, control["id"], name, None)
        return
    _add(suite, counts, control["id"], name, outcome)


def _add(
    suite: ElementTree.Element,
    counts: dict[str, int],
    group: str,
    name: str,
    outcome: tuple[str, str, str] | None,
) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=group, name=_writable(name))
    counts["tests"] += 1
    if outcome is not None:
        counted, tag, told = outcome
        counts[counted] += 1
        message = _writable(told.partition("\n")[0])
        ElementTree.SubElement(case, tag, message=message).text = _writable(told)


def _told(finding: Mapping[str, Any]) -> str:
    place = f" ({finding['file']}:{finding['line']})" if finding["file"] else ""
    root = f"{finding['root']}: " if finding["root"] else ""
    text = f"{root}{finding['sentence']}{place}"
    waived = finding["waived"]
    return f"{text} - waived until {waived['expires']}: {waived['reason']}" if waived else text


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("�", text)
