"""A dossier as one HTML file that needs no network and runs no program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipelines.attestations.envelope import unproven
from pipelines.attestations.refusal import RULES
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.canonical import sha256_of
from pipelines.errors import Finding
from pipelines.promotion.documents import parse_document
from pipelines.promotion.release import RELEASE_ENVELOPE, RELEASE_FILE, Release, parse_release
from pipelines.promotion.threshold import metrics_of
from policies.report.content_policy import content_policy
from policies.report.templates import templates
from scripts.releases.dossier import Dossier
from scripts.releases.dossier_check import expectation, moment, pinned
from scripts.releases.dossier_folder import evidence_of
from scripts.releases.dossier_plot import metrics, plot
from scripts.releases.dossier_targets import beside
from scripts.releases.dossier_tests import told_test
from scripts.releases.judging import hands
from scripts.releases.office import read_approvals
from scripts.releases.stops import in_force, read_freezes, read_revocations, told

_SENTENCES = {rule.id: rule.sentence for rule in RULES}


def page(dossier: Dossier) -> str:
    """Make the page; raises Finding where the dossier holds no release."""
    environment = templates(Path(__file__).parent)
    style = Path(__file__).with_name("dossier.css").read_text("utf-8")
    evaluation = _json(dossier, "evaluation.json") or {}
    found = metrics(evaluation, _json(dossier, "running/evaluation.json"))
    statement = _statement(dossier, RELEASE_ENVELOPE)
    release, running = (_release(dossier, f"{start}{RELEASE_FILE}") for start in ("", "running/"))
    return environment.get_template("dossier.html").render(
        facts=dossier.facts,
        release=release,
        running=running,
        trained=beside(dossier, release, running, metrics_of(evaluation)) if release else None,
        changes=_changes(dossier),
        metrics=found,
        plot=plot(found),
        tests=_tests(dossier),
        statement=statement,
        makers=_makers(dossier, statement),
        decided=_decided(dossier),
        pins=_pins(dossier),
        judged=[
            {**each, "sentence": _SENTENCES.get(each["rule"] or "", "")}
            for each in dossier.facts["judged"]
        ],
        files={path: sha256_of(content) for path, content in sorted(dossier.files.items())},
        # A file of this package, never input; nothing else is left unescaped.
        style=Markup(style),  # noqa: S704
        policy=content_policy(style),
    )


def _changes(dossier: Dossier) -> list[dict[str, Any]]:
    """Tell what the release consists of, beside what runs now."""
    now, then = _parts(dossier, ""), _parts(dossier, "running/")
    return [
        {
            "name": name,
            "now": now.get(name),
            "running": then.get(name),
            "changes": bool(then) and now.get(name) != then.get(name),
        }
        for name in dict.fromkeys([*now, *then])
    ]


def _parts(dossier: Dossier, start: str) -> dict[str, str]:
    release = _release(dossier, f"{start}{RELEASE_FILE}")
    if release is None:
        return {}
    parts = {
        "version": str(release.version),
        "promotes": release.promotes.value,
        "archive": release.archive.sha256,
        "image": release.image.digest,
        "definition": release.definition_sha256,
        "data": release.data.sha256,
        "commit": release.commit,
    }
    for account, one in sorted(release.configuration.items()):
        parts[f"runs in {account} on"] = f"{one.initial_instance_count} of {one.instance_type}"
    statement = _statement(dossier, f"{start}{RELEASE_ENVELOPE}")
    if statement is not None:
        parts["Terraform"] = statement.terraform_sha256
        parts["guardrails"] = statement.guardrails_sha256
    return parts


def _tests(dossier: Dossier) -> list[dict[str, Any]]:
    """Tell each report; raises Finding for one that does not follow its schema."""
    return [
        told_test(parse_document(path, "test-report", dossier.files[path]))
        for path in sorted(dossier.files)
        if path.startswith("tests/") and path.endswith(REPORT_FILE)
    ]


def _decided(dossier: Dossier) -> dict[str, Any]:
    try:
        evidence = evidence_of(dossier)
    except Finding:
        return {"approvals": [], "freezes": [], "revocations": []}
    freezes = in_force(read_freezes(evidence.freezes), moment(dossier))
    return {
        "approvals": read_approvals(evidence.approvals),
        "freezes": [told(freeze) for freeze in freezes],
        "revocations": read_revocations(evidence.revocations),
    }


def _makers(dossier: Dossier, statement: ReleaseStatement | None) -> dict[str, str]:
    if statement is None:
        return {}
    target = dossier.facts["targets"][0]
    people = expectation(dossier, target, evidence_of(dossier)).people
    found = hands(statement, people)
    email = statement.actors.author.email
    return {
        hand: ", ".join(sorted(who)) or (email if "commit" in hand else "a service")
        for hand, who in found.items()
    }


def _pins(dossier: Dossier) -> list[dict[str, Any]]:
    return [
        {"account": each["account"], "keys": pinned(dossier, each["account"]).keys}
        for each in dossier.facts["targets"]
    ]


def _release(dossier: Dossier, path: str) -> Release | None:
    content = dossier.files.get(path)
    return None if content is None else parse_release(path, content)


def _statement(dossier: Dossier, path: str) -> ReleaseStatement | None:
    content = dossier.files.get(path)
    if content is None:
        return None
    return ReleaseStatement.parse(path, unproven(path, content))


def _json(dossier: Dossier, path: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(dossier.files[path])
    except (KeyError, ValueError):
        return None
    return found if isinstance(found, dict) else None
