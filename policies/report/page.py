"""A review as one HTML file that needs no network: styles, script and data are all inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from policies.report.content_policy import content_policy
from policies.report.document import waived_in_words
from policies.report.templates import templates

# More addresses than this fold away; a reader who wants them all unfolds them.
_SHOWN = 12
_VERDICTS = ("violated", "not decided", "holds", "proved")
_SEVERITIES = ("critical", "high", "medium", "low")


def page(document: Mapping[str, Any], request_lines: Mapping[str, Sequence[Any]]) -> str:
    """Make the page; ``request_lines`` are requests in words, by fingerprint of their finding."""
    environment = templates(Path(__file__).parent)
    style, script = _part("page.css"), _part("page.js")
    findings = [
        each
        | {"css": _css(each["verdict"]), "request_lines": request_lines.get(each["fingerprint"])}
        for each in sorted(document["findings"], key=_severe_first)
    ]
    return environment.get_template("page.html").render(
        review=document,
        conclusion=_conclusion(document),
        verdicts=[
            {"name": name, "css": _css(name), "count": document["counts"][name]}
            for name in _VERDICTS
        ],
        findings=findings,
        controls=[_control(each) for each in document["controls"]],
        proofs=_proofs(document),
        reach=_matrix("reach", "Reach", document.get("reach")),
        difference=_matrix("difference", "Difference in reach", document.get("difference")),
        shown=_SHOWN,
        # Both are files of this package, never input; nothing else is left unescaped.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=content_policy(style, script),
    )


def _control(control: Mapping[str, Any]) -> dict[str, Any]:
    judgements = [each | {"css": _css(each["verdict"])} for each in control["judgements"]]
    return {**control, "css": _css(control["verdict"]), "judgements": judgements}


def _proofs(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"control": control["id"], "sentence": control["sentence"], **judgement}
        for control in document["controls"]
        for judgement in control["judgements"]
        if judgement["verdict"] == "proved"
    ]


def _matrix(name: str, title: str, table: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if table is None else {"id": name, "title": title, **table}


def _conclusion(document: Mapping[str, Any]) -> str:
    failing = sum(each["fails"] for each in document["controls"])
    if document["fails"]:
        return f"{failing} of {len(document['controls'])} controls fail"
    waived = sum(each["waived"] for each in document["controls"])
    return f"nothing is open; {waived_in_words(waived)}" if waived else "every control holds"


def _severe_first(finding: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        finding["waived"] is not None,
        _SEVERITIES.index(finding["severity"]),
        _VERDICTS.index(finding["verdict"]),
        finding["control"],
        finding["root"],
        finding["address"],
    )


def _css(verdict: str) -> str:
    return verdict.replace(" ", "-")


def _part(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
