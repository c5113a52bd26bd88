"""A twin of its own and the `gatehouse` command, run on it as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from pipelines.naming import Naming
from pipelines.organization import load_organization

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = ("data-science", "staging", "production")
MODEL = "breast-cancer"
T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Read what it wrote for programs."""
        return json.loads(self.out)


class Stage:
    """One running twin, with a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.naming = Naming(load_organization(ROOT))
        self.region = self.naming.organization.region
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        self.environment = inherited | {"GATEHOUSE_STATE": str(folder), "NO_COLOR": "1"}

    def open(self) -> None:
        """Start the twin and take its variables."""
        self.gatehouse("twin", "up", "--port", str(free_port()))
        self.environment |= self.gatehouse("twin", "env", "--json").json()

    def close(self) -> None:
        """End the twin."""
        self.gatehouse("twin", "down")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a gatehouse command."""
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("gatehouse")), *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def gatehouse(self, *arguments: str, code: int = 0, seconds: float = 400) -> Done:
        """Run a gatehouse command to its end; it must end with that exit code."""
        return finish(self.start(*arguments), arguments, code, seconds)

    def apply(self, *accounts: str) -> None:
        """Plan and apply accounts, one after the other."""
        for account in accounts:
            self.gatehouse("plan", "--account", account)
            self.gatehouse("apply", "--account", account)

    def apply_side_by_side(self, *accounts: str) -> None:
        """Plan and apply accounts at the same time."""
        started = {name: self.start("apply", "--auto", "--account", name) for name in accounts}
        for name, process in started.items():
            finish(process, ("apply", name), 0, 400)

    def planned_changes(self, account: str) -> list[str]:
        """Plan an account and list what would change."""
        plan = self.gatehouse("plan", "--account", account, "--json").json()
        return [f"{change['action']} {change['address']}" for change in plan["changes"]]

    def client(self, service: str, account: str, role: str | None = None) -> Any:
        """Give a boto3 client in an account, through a role of it."""
        found = self.naming.organization.account(account)
        arn = self.naming.sign_in_role_arn(account)
        keys = (
            self._session(None)
            .client("sts", config=_CONFIG)
            .assume_role(RoleArn=arn, RoleSessionName="journey")["Credentials"]
        )
        if role is not None:
            person = self._person_of(role)
            request = {"RoleSessionName": person or "journey"}
            if person:
                request["SourceIdentity"] = person
            keys = (
                self._session(keys)
                .client("sts", config=_CONFIG)
                .assume_role(RoleArn=self.naming.role_arn(account, role), **request)["Credentials"]
            )
        return self._session(keys).client(service, region_name=found.region, config=_CONFIG)

    def aws(self, *arguments: str) -> Any:
        """Run the stock aws command in the data-science account and read its JSON."""
        arn = self.naming.sign_in_role_arn("data-science")
        keys = (
            self._session(None)
            .client("sts", config=_CONFIG)
            .assume_role(RoleArn=arn, RoleSessionName="journey")["Credentials"]
        )
        done = subprocess.run(
            [str(Path(sys.executable).with_name("aws")), *arguments, "--output", "json"],
            env=self.environment
            | {
                "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                "AWS_SESSION_TOKEN": keys["SessionToken"],
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return json.loads(done.stdout)

    def _session(self, keys: Mapping[str, str] | None) -> Any:
        env = self.environment
        os.environ["AWS_ENDPOINT_URL"] = env["AWS_ENDPOINT_URL"]
        if keys is None:
            return boto3.session.Session(
                env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], region_name=self.region
            )
        return boto3.session.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], self.region
        )

    def _person_of(self, role: str) -> str | None:
        people = self.naming.organization.people.values()
        return next((person.name for person in people if person.persona.value == role), None)


class Story:
    """What people do on a stage that is laid out: train, decide, look."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def data(self) -> Path:
        """Write the bundled data set as CSV."""
        out = self.stage.folder / f"{MODEL}.csv"
        if not out.exists():
            subprocess.run(
                [
                    *(sys.executable, "-m", "pipelines.models.sample"),
                    *("--model", MODEL, "--out", str(out)),
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
            "pipeline", "start", MODEL, "--data", str(self.data()), "--wait", "--as", "sofia"
        )
        return max(int(found["version"]) for found in self.versions())

    def versions(self) -> list[dict[str, Any]]:
        """List the registered versions."""
        listed: list[dict[str, Any]] = self.stage.gatehouse(
            "model", "list", MODEL, "--as", "lena", "--json"
        ).json()
        return listed

    def decide_version(self, version: int, decision: str) -> None:
        """Approve or reject a version as the lead."""
        self.stage.gatehouse(
            *("model", decision, MODEL, "--version", str(version)),
            *("--summary", f"journey: {decision}", "--as", "lena"),
        )

    def promotions(self) -> list[dict[str, Any]]:
        """List the promotions, the latest first."""
        listed: list[dict[str, Any]] = self.stage.gatehouse(
            "release", "list", MODEL, "--as", "rita", "--json"
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
                raise AssertionError(self.show(found["execution"]))
            return found if found and found["waits"] else None

        return until(at_gate, f"promotion of version {version} waits at the gate", 180)

    def wait_for_end(self, version: int) -> dict[str, Any]:
        """Wait until the promotion of a version has ended."""

        def ended() -> dict[str, Any] | None:
            found = self.promotion_of(version)
            return found if found and found["status"] not in ("InProgress", "Stopping") else None

        return until(ended, f"promotion of version {version} ends", 180)

    def decide_release(self, decision: str) -> None:
        """Approve or reject the release at the gate as the release manager."""
        self.stage.gatehouse(
            *("release", decision, MODEL, "--summary", f"journey: {decision}", "--as", "rita")
        )

    def show(self, execution: str) -> dict[str, Any]:
        """Show a promotion with its actions and its release."""
        shown: dict[str, Any] = self.stage.gatehouse(
            "release", "show", MODEL, "--execution", execution, "--as", "rita", "--json"
        ).json()
        return shown

    def live(self, account: str) -> dict[str, Any] | None:
        """Describe what a target serves, or None where it serves nothing."""
        client = self.stage.client("sagemaker", account)
        name = self.stage.naming.endpoint_name(account, MODEL)
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
        """Read an object of the data-science account."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        client = self.stage.client("s3", "data-science")
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def ask(self, account: str, rows: bytes, accept: str = "text/csv") -> bytes:
        """Ask a target's endpoint about rows of CSV."""
        client = self.stage.client("sagemaker-runtime", account)
        name = self.stage.naming.endpoint_name(account, MODEL)
        answer: bytes = client.invoke_endpoint(
            EndpointName=name, ContentType="text/csv", Accept=accept, Body=rows
        )["Body"].read()
        return answer


_CONFIG = Config(retries={"total_max_attempts": 2}, proxies={}, read_timeout=120)


def finish(
    process: subprocess.Popen[str], arguments: tuple[str, ...], code: int, seconds: float
) -> Done:
    """Wait for a command; it must end in time and with that exit code."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        out, err = process.communicate(timeout=30)
        raise AssertionError(f"gatehouse {' '.join(arguments)} hung\n{out}\n{err}") from None
    done = Done(process.returncode, out, err)
    assert done.code == code, f"gatehouse {' '.join(arguments)}: {done.code}\n{out}\n{err}"
    return done


def until(found: Callable[[], T | None], what: str, seconds: float) -> T:
    """Ask again until there is an answer; fail when it takes longer than it may."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer is not None:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def free_port() -> int:
    """Give a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def table(text: str) -> list[dict[str, str]]:
    """Read CSV with a header."""
    return list(csv.DictReader(io.StringIO(text)))
