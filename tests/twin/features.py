"""Short ways to a twin's feature ingestion: laid out by Terraform, fed, and asked."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tftest

from pipelines.images import Registry
from pipelines.images.build import build_image, push_image
from scripts.terraform_environment import one_at_a_time, terraform_environment
from scripts.terraform_install import ensure_terraform, release_for
from tests.twins import DATA_SCIENCE, RunningTwin
from twin.control_client import ControlClient

CHECKOUT = Path(__file__).resolve().parents[2]
ROOT = Path("tests") / "twin" / "roots" / "features"
FUNCTION = "keep-lab-features"
BUCKET = f"keep-lab-data-{DATA_SCIENCE}"
QUEUE = f"{FUNCTION}-undelivered"
_PATIENCE_SECONDS = 240


def prepared(twin: RunningTwin, folder: Path) -> Any:
    """Copy the root and the modules that it calls, and initialise it."""
    ignored = shutil.ignore_patterns(".terraform", "*.tfstate", ".terraform.lock.hcl", "tests")
    shutil.copytree(CHECKOUT / "modules", folder / "modules", ignore=ignored)
    shutil.copytree(CHECKOUT / ROOT, folder / ROOT)
    environment = terraform_environment(os.environ, CHECKOUT / ".tools" / "terraform-plugins")
    binary = ensure_terraform(CHECKOUT, release_for(os.environ), os.environ.get("PATH"), sys.stderr)
    variables = {
        **environment.variables,
        **twin.environment(DATA_SCIENCE),
        "TF_VAR_image_digest": build_image(CHECKOUT).digest,
    }
    terraform = tftest.TerraformTest(str(folder / ROOT), binary=str(binary), env=variables)
    with one_at_a_time(environment.variables):
        terraform.setup(cleanup_on_exit=False)
    return terraform


@dataclass(frozen=True)
class Ingestion:
    """An ingestion of one feature group on a twin."""

    twin: RunningTwin
    outputs: Mapping[str, Any]
    folder: Path

    @property
    def pipeline(self) -> str:
        """The name of the group's pipeline."""
        return str(self.outputs["pipeline_name"])

    def push_image(self) -> None:
        """Push the image of this checkout, which the pipelines name by its digest."""
        repository = str(self.outputs["repository_url"]).partition("/")[2]
        registry = Registry(self.twin.client("ecr"), DATA_SCIENCE, repository)
        push_image(CHECKOUT, registry, "a" * 40, self.folder)

    def executions(self, status: str | None = None) -> list[dict[str, Any]]:
        """Return the executions, of one status or of all."""
        sagemaker = self.twin.client("sagemaker")
        found: list[dict[str, Any]] = []
        for page in sagemaker.get_paginator("list_pipeline_executions").paginate(
            PipelineName=self.pipeline
        ):
            found += page["PipelineExecutionSummaries"]
        return [one for one in found if status in (None, one["PipelineExecutionStatus"])]

    def fault(self, **wanted: Any) -> None:
        """Make requests fail."""
        ControlClient(self.twin.url, self.twin.folder).post("faults", wanted)

    def heal(self) -> None:
        """Make no request fail any more."""
        ControlClient(self.twin.url, self.twin.folder).post("faults", {"clear": None})

    def notices(self) -> list[dict[str, Any]]:
        """Return what people were told."""
        found = ControlClient(self.twin.url, self.twin.folder).get("notices")["notices"]
        return [dict(one) for one in found]

    def query(self, athena: Any, sql: str) -> list[list[str | None]]:
        """Return the rows of a query without their header."""
        group = self.outputs["work_group"]
        name = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": group["database"]},
            WorkGroup=group["name"],
        )["QueryExecutionId"]

        def ended() -> Any:
            told = athena.get_query_execution(QueryExecutionId=name)["QueryExecution"]
            return told if told["Status"]["State"] not in ("QUEUED", "RUNNING") else None

        told = until(ended, f"the end of {sql}")
        assert told["Status"]["State"] == "SUCCEEDED", told["Status"]
        rows = athena.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"]
        return [[datum.get("VarCharValue") for datum in row["Data"]] for row in rows[1:]]

    def person(self, name: str, statements: list[dict[str, Any]]) -> Callable[[str], Any]:
        """Make a role of some statements; return what gives its clients."""
        iam = self.twin.client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{DATA_SCIENCE}:root"},
            "Action": "sts:AssumeRole",
        }
        document = {"Version": "2012-10-17", "Statement": [trust]}
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        listed = [
            {
                "Effect": "Allow",
                "Action": one["actions"],
                "Resource": one["resources"],
                **({"Condition": one["condition"]} if "condition" in one else {}),
            }
            for one in statements
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": listed})
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=policy)
        sts = self.twin.client("sts")
        keys = sts.assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName=name)["Credentials"]
        return lambda service: _client_of(self.twin, service, keys)


def until(found: Callable[[], Any], what: str, seconds: float = _PATIENCE_SECONDS) -> Any:
    """Wait until something is found and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer:
            return answer
        time.sleep(0.5)
    raise AssertionError(f"{what}: not within {seconds} s")


def _client_of(twin: RunningTwin, service: str, keys: Mapping[str, Any]) -> Any:
    import boto3
    from botocore.config import Config

    from tests.twins import REGION

    return boto3.client(
        service,
        endpoint_url=twin.url,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 8}),
    )
