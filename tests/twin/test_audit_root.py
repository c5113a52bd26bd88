"""The audit modules on the twin: applied, unchanged by a second plan, at work, and gone."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tftest
from botocore.exceptions import ClientError

from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.twins import DATA_SCIENCE, RunningTwin
from twin.control_client import ControlClient

CHECKOUT = Path(__file__).resolve().parents[2]
_ROOT = Path("tests") / "twin" / "roots" / "audit"
_FUNCTION = "watch-lab-detective"
_IMAGE = f"{DATA_SCIENCE}.dkr.ecr.eu-west-1.amazonaws.com/watch/model@sha256:{'a' * 64}"


@pytest.mark.terraform
@pytest.mark.long
def test_an_audit_comes_works_and_goes(running_twin: RunningTwin, tmp_path: Path) -> None:
    terraform = _prepared(running_twin, tmp_path)
    before = _inventory(running_twin)

    terraform.apply(output=False)
    second = terraform.plan(output=True)

    changed = {
        address: change["change"]["actions"]
        for address, change in second.resource_changes.items()
        if change["change"]["actions"] not in (["no-op"], ["read"])
    }
    assert not changed
    _removes_what_slipped_past(running_twin)
    _leaves_what_is_right(running_twin, dict(terraform.output()))
    _tells_what_aws_found(running_twin)

    terraform.destroy()
    assert _inventory(running_twin) == before


def _removes_what_slipped_past(twin: RunningTwin) -> None:
    sagemaker = twin.client("sagemaker")
    _model(sagemaker, "watch-lab-bad")

    _until(lambda: not _has_model(sagemaker, "watch-lab-bad"), "the model is deleted")
    notice = _until(lambda: _notice(twin, "watch-lab-bad"), "people hear of the model")
    assert notice["subject"] == "Deleted: model watch-lab-bad"
    assert "- SME-01: a model must be isolated from the network" in notice["message"]
    assert [one["endpoint"] for one in notice["recipients"]] == ["petra@example.com"]


def _leaves_what_is_right(twin: RunningTwin, outputs: dict[str, Any]) -> None:
    sagemaker = twin.client("sagemaker")
    network = {
        "SecurityGroupIds": [outputs["security_group_id"]],
        "Subnets": outputs["subnet_ids"],
    }
    _model(sagemaker, "watch-lab-good", EnableNetworkIsolation=True, VpcConfig=network)

    _until(lambda: _logged(twin, "model watch-lab-good holds"), "the model is judged")
    assert _has_model(sagemaker, "watch-lab-good")
    assert _notice(twin, "watch-lab-good") is None
    sagemaker.delete_model(ModelName="watch-lab-good")


def _tells_what_aws_found(twin: RunningTwin) -> None:
    """A finding is put by hand: the twin's GuardDuty finds nothing."""
    detail = {"title": "Watched", "severity": 8, "type": "Test", "description": "d", "id": "f-1"}
    event = {"detail-type": "GuardDuty Finding", "detail": detail, "account": DATA_SCIENCE}
    answer = twin.client("lambda").invoke(
        FunctionName=_FUNCTION, Payload=json.dumps(event).encode()
    )
    assert json.loads(answer["Payload"].read()) == {"findings": 1}
    assert _until(lambda: _notice(twin, "Watched"), "people hear")["subject"] == "Threat: Watched"


def _model(sagemaker: Any, name: str, **more: Any) -> None:
    role = f"arn:aws:iam::{DATA_SCIENCE}:role/{_FUNCTION}"
    container = {"Image": _IMAGE}
    sagemaker.create_model(
        ModelName=name, ExecutionRoleArn=role, PrimaryContainer=container, **more
    )


def _has_model(sagemaker: Any, name: str) -> bool:
    try:
        sagemaker.describe_model(ModelName=name)
    except ClientError:
        return False
    return True


def _notice(twin: RunningTwin, ending: str) -> dict[str, Any] | None:
    client = ControlClient(twin.url, twin.folder)
    for notice in client.get("notices")["notices"]:
        if str(notice["subject"]).endswith(ending):
            return dict(notice)
    return None


def _logged(twin: RunningTwin, words: str) -> bool:
    logs, group = twin.client("logs"), f"/aws/lambda/{_FUNCTION}"
    return any(
        words in event["message"]
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])[
            "events"
        ]
    )


def _until(found: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within 60 s")


def _prepared(twin: RunningTwin, folder: Path) -> Any:
    """Copy the root and the modules that it calls, and initialise it."""
    ignored = shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl", "tests")
    shutil.copytree(CHECKOUT / "modules", folder / "modules", ignore=ignored)
    shutil.copytree(CHECKOUT / _ROOT, folder / _ROOT)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {**environment.variables, **twin.environment(DATA_SCIENCE)}
    terraform = tftest.TerraformTest(str(folder / _ROOT), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform


def _inventory(twin: RunningTwin) -> dict[str, int]:
    """Count what an audit leaves behind where its removal is not complete."""
    config, securityhub = twin.client("config"), twin.client("securityhub")
    return {
        "alarms": len(twin.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        "analyzers": len(twin.client("accessanalyzer").list_analyzers()["analyzers"]),
        "detectors": len(twin.client("guardduty").list_detectors()["DetectorIds"]),
        "functions": len(twin.client("lambda").list_functions()["Functions"]),
        "log groups": len(twin.client("logs").describe_log_groups()["logGroups"]),
        "queues": len(twin.client("sqs").list_queues().get("QueueUrls", [])),
        "recorders": len(config.describe_configuration_recorders()["ConfigurationRecorders"]),
        "roles": len(twin.client("iam").list_roles()["Roles"]),
        "event rules": len(twin.client("events").list_rules()["Rules"]),
        "rules": len(config.describe_config_rules()["ConfigRules"]),
        "standards": len(securityhub.get_enabled_standards()["StandardsSubscriptions"]),
        "topics": len(twin.client("sns").list_topics()["Topics"]),
        "trails": len(twin.client("cloudtrail").list_trails()["Trails"]),
    }
