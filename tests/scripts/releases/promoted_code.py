"""A bureau where code waits or runs, and what targets keep of the models that they trained."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.canonical import canonical_json
from pipelines.organization_models import Promotes
from pipelines.promotion.release import Data, ExactObject, Release
from tests.pipelines.attestations.cast import EXECUTION, MODEL
from tests.scripts.releases.bureau import Bureau, stated

# What each target has made; nobody has signed these.
ARCHIVES = {"staging": "5" * 64, "production": "6" * 64}
DATA = {"staging": "7" * 64, "production": "8" * 64}
VERSION = "version-of-the-data"
_METRICS = {
    "staging": {"auc": 0.981, "recall": 0.92, "precision": 0.93},
    "production": {"auc": 0.972, "recall": 0.91, "precision": 0.94},
}


def of_code(statement: ReleaseStatement) -> ReleaseStatement:
    """Let a statement be about a release of code."""
    return replace(statement, release=replace(statement.release, promotes=Promotes.CODE))


def code_at_the_gate() -> Bureau:
    """Code that staging has trained and tested, and that waits before production."""
    bureau = Bureau(statement=of_code(stated(0.99)))
    train(bureau, "staging")
    hand_on(bureau, "staging")
    return bureau


def code_in_production() -> Bureau:
    """Code that both targets have trained and serve."""
    bureau = code_at_the_gate()
    train(bureau, "production")
    bureau.pipelines.runs[EXECUTION] = bureau.run(bureau.statement, ended=True)
    bureau.pipelines.waits = None
    for account in ARCHIVES:
        hand_on(bureau, account)
    return bureau


def hand_on(bureau: Bureau, account: str, archive: str | None = None) -> None:
    """Let the build that deployed have reported what it put behind the endpoint."""
    run = bureau.pipelines.runs[EXECUTION]
    report = {"deployment.json": deployment(bureau, account, archive or ARCHIVES[account])}
    run.actions = [
        (name, output, status, report if name.endswith(f"/{account}-Deploy") else files)
        for name, output, status, files in run.actions
    ]


def deployment(bureau: Bureau, account: str, archive: str) -> bytes:
    """What a build reports of a deployment."""
    release = bureau.statement.release
    told = dict.fromkeys(("name", "arn", "config_name", "model_name", "instance_type"), "told")
    kept = {"uri": "s3://own", "version_id": "1", "sha256": archive}
    return canonical_json(
        {
            **_heading(release, account, EXECUTION),
            "archive": kept,
            "image": {"uri": release.image.uri, "digest": release.image.digest},
            "plan": {"sha256": "2" * 64, "changes": []},
            "endpoint": told
            | {
                "status": "InService",
                "image_uri": release.image.uri,
                "archive_uri": "s3://own",
                "instance_count": 1,
                "traffic": {"variant": "AllTraffic", "current_weight": 1, "desired_weight": 1},
                "capture": {
                    **dict.fromkeys(("destination", "key_arn", "modes", "status"), "told"),
                    "percentage": 100,
                },
            },
        }
    )


def _heading(release: Release, account: str, execution: str) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "release_id": release.id,
        "release_sha256": release.sha256,
        "account": account,
        "account_id": "333333333333",
        "region": "eu-west-1",
        "execution_id": execution,
        "started_at": "2026-12-01T10:30:00Z",
        "ended_at": "2026-12-01T10:40:00Z",
    }


def run_of(account: str) -> str:
    """Name the run with which a target has trained."""
    return f"arn:aws:sagemaker:eu-west-1:222222222222:pipeline/{account}-{MODEL}/execution/a1b2"


def retraining(release: Release, account: str, execution: str = EXECUTION, **changes: Any) -> bytes:
    """What a target keeps of a training."""
    bucket = f"s3://gatehouse-{account}-data/{MODEL}"
    metrics = _METRICS[account]
    document: dict[str, Any] = _heading(release, account, execution) | {
        "run": {"arn": run_of(account), "package_arn": f"{release.package_arn}-of-{account}"},
        "definition": {"sha256": release.definition_sha256, "bound_sha256": "4" * 64},
        "image": {"digest": release.image.digest, "uri": release.image.uri},
        "data": {
            "uri": f"{bucket}/raw/patients.csv",
            "version_id": VERSION,
            "sha256": DATA[account],
        },
        **{
            name: asdict(ExactObject(f"{bucket}/{name}", "1", digest))
            for name, digest in (
                ("archive", ARCHIVES[account]),
                *((one, "3" * 64) for one in ("evaluation", "holdout", "predictions")),
            )
        },
        "metrics": metrics,
        "quality": {
            "metric": "auc",
            "higher_is_better": True,
            "rows": 114,
            "live": metrics["auc"],
            "unmeasured": None,
            "evaluated": metrics["auc"],
            "threshold": 0.95,
            "tolerance": 0.001,
            "passed": True,
        },
        "slices": [],
    }
    return canonical_json(document | changes)


def made(release: Release, account: str) -> Release:
    """Give a release as a target has trained it."""
    archive = replace(release.archive, sha256=ARCHIVES[account])
    return replace(release, archive=archive, data=Data("s3://own", DATA[account]))


def train(bureau: Bureau, account: str, execution: str = EXECUTION, **changes: Any) -> None:
    """Let a target have trained the release of the bureau and serve what came of it."""
    release = bureau.statement.release
    bureau.runs(account, made(release, account))
    keep(bureau, account, retraining(release, account, execution, **changes), execution)


def keep(bureau: Bureau, account: str, report: bytes, execution: str = EXECUTION) -> None:
    """Keep a report of a training as evidence of the release of the bureau."""
    bureau.objects.kept[place(bureau, account, execution)] = report


def place(bureau: Bureau, account: str, execution: str = EXECUTION) -> str:
    """Tell where a target keeps its report of a training."""
    bucket = bureau.naming.bucket_name(account, "evidence")
    release = bureau.statement.release
    return f"{bucket}/releases/{MODEL}/{release.id}/{execution}/{account}/retraining.json"
