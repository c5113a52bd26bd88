"""Writes the registry as a page that people read: docs/reference/controls.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from policies.registry import Control, Origin, Severity, Stage

PAGE = Path("docs/reference/controls.md")
_FAMILIES = {
    "SMD": "Studio: domain, profiles, spaces",
    "SMN": "Notebook instances",
    "SME": "Models, endpoints, monitoring, features, registry, pipelines",
    "SMI": "What a request to SageMaker must carry",
    "KMS": "Keys",
    "S3": "Buckets",
    "NET": "Networks and endpoints",
    "IAM": "Roles, boundaries, trust, sessions",
    "ORG": "Control policies of the organisation",
    "PIPE": "Promotion and builds",
    "ECR": "Images",
    "LAM": "Functions",
    "MSG": "Topics and queues",
    "SEC": "Secrets",
    "LOG": "Records and detection",
    "GOV": "How the controls themselves are kept",
}


def registry_page(controls: Sequence[Control]) -> str:
    """Return the page: an overview, and a table for each family of controls."""
    lines = [*_overview(controls)]
    for family, members in groupby(controls, key=lambda each: each.family):
        lines += ["", f"## {_FAMILIES.get(family, family)}", ""]
        lines += ["| id | what must hold | severity | verified by | applies to | from |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_row(each) for each in members]
    return "\n".join(lines) + "\n"


def _overview(controls: Sequence[Control]) -> Iterator[str]:
    counts = Counter(each.severity for each in controls)
    spread = ", ".join(f"{counts[each]} {each}" for each in Severity)
    yield "# Controls"
    yield ""
    yield (
        "Written from [`policies/controls.yaml`](../../policies/controls.yaml) by `make reference`;"
        " its head says how severity is chosen and what verifiers are."
    )
    yield ""
    yield f"{len(controls)} controls: {spread}."
    yield ""
    yield (
        "*from* names the items of each source. Where it stands in italics the mapping is ours: the"
        " source is more general than the control."
    )


def _row(control: Control) -> str:
    verifiers = "<br>".join(f"`{each}`" for each in control.verifiers)
    stages = "everything" if set(control.stages) == set(Stage) else ", ".join(control.stages)
    sources = "<br>".join(_origin(each) for each in control.sources)
    cells = (control.id, control.sentence, control.severity, verifiers, stages, sources)
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


def _origin(origin: Origin) -> str:
    text = f"{origin.framework.title}: {', '.join(origin.items)}"
    return text if origin.published else f"*{text}*"
