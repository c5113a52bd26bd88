"""What people do on a stage that is laid out: train, decide, look, ask."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.journeys.stage import MODEL, ROOT, Stage, until


class Story:
    """What people do on a stage that is laid out: train, decide, look."""

    def __init__(self, stage: Stage, model: str = MODEL) -> None:
        self.stage = stage
        self.model = model

    def data(self) -> Path:
        """Write the bundled data set as CSV."""
        out = self.stage.folder / f"{self.model}.csv"
        if not out.exists():
            subprocess.run(
                [
                    *(sys.executable, "-m", "pipelines.models.sample"),
                    *("--model", self.model, "--out", str(out)),
                ],
                cwd=ROOT,
                check=True,
                capture_output=True,
                timeout=60,
            )
        return out

    def train(self) -> int:
        """Train as the data scientist and give the version that was registered."""
        self.stage.gatehouse(
            *("pipeline", "start", self.model, "--data", str(self.data())),
            *("--wait", "--as", "sofia"),
            inside="data-science",
        )
        return max(int(found["version"]) for found in self.versions())

    def versions(self) -> list[dict[str, Any]]:
        """List the registered versions."""
        listed: list[dict[str, Any]] = self.stage.gatehouse(
            "model", "list", self.model, "--as", "lena", "--json"
        ).json()
        return listed

    def decide_version(self, version: int, decision: str) -> None:
        """Approve or reject a version as the lead."""
        self.stage.gatehouse(
            *("model", decision, self.model, "--version", str(version)),
            *("--summary", f"journey: {decision}", "--as", "lena"),
        )

    def promotions(self) -> list[dict[str, Any]]:
        """List the promotions, the latest first."""
        listed: list[dict[str, Any]] = self.stage.gatehouse(
            "release", "list", self.model, "--as", "rita", "--json"
        ).json()
        return listed

    def promotion_of(self, version: int) -> dict[str, Any] | None:
        """Give the latest promotion of a version."""
        found = [each for each in self.promotions() if int(each["version"]) == version]
        return found[0] if found else None

    def wait_for_gate(self, version: int) -> dict[str, Any]:
        """Wait until the promotion of a version stands at the gate."""

        def at_gate() -> dict[str, Any] | None:
            found = self.promotion_of(version)
            if found and found["status"] in ("Failed", "Stopped"):
                raise AssertionError(self.why(found["execution"]))
            return found if found and found["waits"] else None

        return until(at_gate, f"promotion of version {version} waits at the gate", 180)

    def wait_for_end(self, version: int) -> dict[str, Any]:
        """Wait until the promotion of a version has ended."""

        def ended() -> dict[str, Any] | None:
            found = self.promotion_of(version)
            return found if found and found["status"] not in ("InProgress", "Stopping") else None

        return until(ended, f"promotion of version {version} ends", 180)

    def decide_release(self, decision: str) -> None:
        """Approve the release at the gate by a signature, or reject it, as the release manager."""
        ticket = ("--ticket", "JOURNEY-1") if decision == "approve" else ()
        summary = ("--summary", f"journey: {decision}")
        self.stage.gatehouse("release", decision, self.model, *summary, *ticket, "--as", "rita")

    def show(self, execution: str) -> dict[str, Any]:
        """Show a promotion with its actions and its release."""
        shown: dict[str, Any] = self.stage.gatehouse(
            "release", "show", self.model, "--execution", execution, "--as", "rita", "--json"
        ).json()
        return shown

    def why(self, execution: str) -> str:
        """Tell what went wrong in a promotion: its reason and the last lines of its builds."""
        lines = [str(self.show(execution)["reason"])]
        for account in ("data-science", "staging", "production"):
            logs = self.stage.client("logs", account)
            for group in logs.describe_log_groups(logGroupNamePrefix="/aws/codebuild/")[
                "logGroups"
            ]:
                name = group["logGroupName"]
                events = logs.filter_log_events(logGroupName=name)["events"][-40:]
                lines += [f"{name}: {event['message'].rstrip()}" for event in events]
        return "\n".join(lines)

    def live(self, account: str) -> dict[str, Any] | None:
        """Describe what a target serves, or None where it serves nothing."""
        client = self.stage.client("sagemaker", account)
        name = self.stage.naming.endpoint_name(account, self.model)
        try:
            endpoint = client.describe_endpoint(EndpointName=name)
        except client.exceptions.ClientError as error:
            assert "Could not find" in str(error), error
            return None
        config = client.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
        model = client.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
        return {
            "status": endpoint["EndpointStatus"],
            "configuration": endpoint["EndpointConfigName"],
            "image": model["PrimaryContainer"]["Image"],
            "archive": model["PrimaryContainer"]["ModelDataUrl"],
            "isolated": model["EnableNetworkIsolation"],
        }

    def read(self, uri: str) -> bytes:
        """Read an object of the data-science account, as a data scientist in its network."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        client = self.stage.client("s3", "data-science", "data-scientist", vpc="data-science")
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def ask(self, account: str, rows: bytes, accept: str = "text/csv") -> bytes:
        """Ask a target's endpoint about rows of CSV."""
        client = self.stage.client("sagemaker-runtime", account, vpc=account)
        name = self.stage.naming.endpoint_name(account, self.model)
        answer: bytes = client.invoke_endpoint(
            EndpointName=name, ContentType="text/csv", Accept=accept, Body=rows
        )["Body"].read()
        return answer


def table(text: str) -> list[dict[str, str]]:
    """Read CSV with a header."""
    return list(csv.DictReader(io.StringIO(text)))
