"""What targets have trained for a release of code, as a dossier holds it: told and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.errors import Finding
from pipelines.organization import Account
from pipelines.organization_models import Promotes
from pipelines.promotion.documents import parse_document
from pipelines.promotion.release import Release
from pipelines.promotion.retrained import RETRAINING_FILE
from scripts.releases.trained import Training, Trainings, measured, read_training

# Asked of the dossier, beside the rules that targets ask themselves.
TRAINING = "training-is-of-the-signed-definition"
# What says of a target that it took the release, and which archive it serves.
_SERVED = {"deployment.json": "deployment", "verification.json": "verification"}


def report_files(trainings: Trainings) -> dict[str, bytes]:
    """Give the reports by their path in a dossier."""
    return {path_of(account): one.content for account, one in trainings.found.items()}


def told_trainings(trainings: Trainings, targets: Iterable[Account]) -> list[dict[str, Any]]:
    """Tell each target: what it has trained, None where it has not, or why that is not told."""
    found = trainings.found
    return [
        {
            "account": target.name,
            "untold": trainings.untold.get(target.name),
            "report": told_report(found[target.name]) if target.name in found else None,
        }
        for target in targets
    ]


def path_of(account: str) -> str:
    """Tell where in a dossier the report of a target lies."""
    return f"reports/{account}/{RETRAINING_FILE}"


def metrics_in(report: Mapping[str, Any]) -> dict[str, float]:
    """Give the numbers of a training; an earlier report has the deciding one only."""
    quality = report["quality"]
    return dict(report.get("metrics") or {quality["metric"]: quality["evaluated"]})


def told_report(training: Training) -> dict[str, Any]:
    """Tell a training for programs."""
    report = training.report
    return {
        "run": report["run"]["arn"],
        "definition": report["definition"]["sha256"],
        "image": report["image"]["digest"],
        "data": report["data"],
        "archive": report["archive"]["sha256"],
        "rows": report["quality"]["rows"],
        "judged": measured(report["quality"]),
        "metrics": metrics_in(report),
    }


def judge_training(
    files: Mapping[str, bytes], facts: Mapping[str, Any], release: Release, account: str
) -> tuple[bool | None, str] | None:
    """Tell whether a target trained the very definition that was signed, and serves that.

    None where nothing is to be asked, of a model. A target that has deployed nothing yet has
    nothing to show. Raises Finding where a report is missing, or of anything else.
    """
    path = path_of(account)
    content = files.get(path)
    if release.promotes is Promotes.MODEL:
        if content is None:
            return None
        raise Finding(path, "must not be there, as a model is promoted", got="a report")
    if content is None:
        if not _took(files, facts, account):
            return None, f"{account} has deployed nothing of it yet"
        raise Finding(
            path,
            f"must be in the dossier, as {account} took the release",
            got=_untold(facts, account) or "nothing",
        )
    training = read_training(path, content, release, account, facts["execution_id"])
    quality = training.report["quality"]
    if quality["passed"] is not True:
        raise Finding(path, "must have passed its judgement", got=measured(quality))
    _check_served(files, training, account)
    archive = training.release.archive.sha256
    return True, f"run {training.report['run']['arn']} made archive {archive}"


def _took(files: Mapping[str, bytes], facts: Mapping[str, Any], account: str) -> bool:
    folders = (f"reports/{account}/", f"tests/{account}/")
    return facts["status"] == "Succeeded" or any(path.startswith(folders) for path in files)


def _untold(facts: Mapping[str, Any], account: str) -> str | None:
    told = (one for one in facts.get("trained", ()) if one["account"] == account)
    return next((one["untold"] for one in told), None)


def _check_served(files: Mapping[str, bytes], training: Training, account: str) -> None:
    wanted = training.release.archive.sha256
    for name, kind in _SERVED.items():
        path = f"reports/{account}/{name}"
        if path not in files:
            continue
        served = parse_document(path, kind, files[path])["archive"]["sha256"]
        if served != wanted:
            raise Finding(path, f"must be of the archive that was trained, {wanted}", got=served)
