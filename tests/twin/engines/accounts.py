"""Short ways to act in the accounts of a twin and to wait for what happens there."""

from __future__ import annotations

import io
import json
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.credentials import Credentials
from twin.identity import SessionRequest
from twin.twin import Twin

MANAGEMENT = "100000000000"
ACCOUNTS = ("111111111111", "222222222222", "333333333333")
TOOLS, STAGING, PRODUCTION = ACCOUNTS
REGION = "us-east-1"
_ADMINISTRATOR = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


@dataclass
class Lab:
    """A running twin and administrators in its accounts."""

    twin: Twin
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def credentials(self, account_id: str) -> Credentials:
        """Return keys of the access role of an account."""
        role_arn = f"arn:aws:iam::{account_id}:role/{self.twin.settings.access_role}"
        return self.twin.identities.add_session(SessionRequest(role_arn, "admin"))[1]

    def client(self, service: str, account_id: str = TOOLS) -> Any:
        """Return an administrator's client in an account."""
        key = (service, account_id)
        if key not in self._clients:
            credentials = self.credentials(account_id)
            self._clients[key] = self.twin.client(service, credentials, REGION)
        return self._clients[key]

    def close(self) -> None:
        """Close the connections of all clients."""
        for client in self._clients.values():
            client.close()

    def role(self, service: str, account_id: str = TOOLS, trust: Any = None) -> str:
        """Make a role that a service may assume and that may do everything."""
        principal = trust or {"Service": f"{service}.amazonaws.com"}
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}],
        }
        iam = self.client("iam", account_id)
        name = unique(service.split(".")[0])
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=_ADMINISTRATOR)
        return str(made["Role"]["Arn"])

    def bucket(self, account_id: str = TOOLS, *, shared: bool = True) -> str:
        """Make a bucket with versions, which all accounts may use and trails may write to."""
        name = unique("bucket")
        s3 = self.client("s3", account_id)
        s3.create_bucket(Bucket=name)
        if shared:
            arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
            principal = {"AWS": list(ACCOUNTS), "Service": "cloudtrail.amazonaws.com"}
            s3.put_bucket_policy(Bucket=name, Policy=_admitting(principal, "s3:*", arns))
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def queue(self, account_id: str = TOOLS) -> tuple[str, str]:
        """Make a queue that EventBridge and topics may send to, and return its address and ARN."""
        sqs = self.client("sqs", account_id)
        name = unique("queue")
        arn = f"arn:aws:sqs:{REGION}:{account_id}:{name}"
        principal = {"Service": ["events.amazonaws.com", "sns.amazonaws.com"]}
        policy = _admitting(principal, "sqs:SendMessage", [arn])
        url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
        return url, arn

    def shared_key(self, account_id: str = TOOLS) -> str:
        """Make a key that all accounts may use, and return its ARN."""
        principal = {"AWS": [f"arn:aws:iam::{each}:root" for each in ACCOUNTS]}
        policy = _admitting(principal, "kms:*", ["*"])
        made = self.client("kms", account_id).create_key(Policy=policy)
        return str(made["KeyMetadata"]["Arn"])

    def topic(self, account_id: str = TOOLS) -> str:
        """Make a topic on which EventBridge may speak, and return its ARN."""
        arn = f"arn:aws:sns:{REGION}:{account_id}:{unique('topic')}"
        policy = _admitting({"Service": "events.amazonaws.com"}, "sns:Publish", [arn])
        self.client("sns", account_id).create_topic(
            Name=arn.rpartition(":")[2], Attributes={"Policy": policy}
        )
        return arn

    def received(self, url: str, account_id: str = TOOLS) -> dict[str, Any]:
        """Wait for a message in a queue and return it."""
        sqs = self.client("sqs", account_id)
        return dict(
            until(
                lambda: sqs.receive_message(
                    QueueUrl=url, MessageAttributeNames=["All"], WaitTimeSeconds=0
                ).get("Messages"),
                "a message in the queue",
            )[0]
        )

    def project(self, buildspec: str, account_id: str = TOOLS, **options: Any) -> str:
        """Make a build project without a source and return its name."""
        name = unique("project")
        given = {
            "source": {"type": "NO_SOURCE", "buildspec": buildspec},
            "artifacts": {"type": "NO_ARTIFACTS"},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
            },
            **options,
        }
        role = given.pop("serviceRole", None) or self.role("codebuild", account_id)
        self.client("codebuild", account_id).create_project(name=name, serviceRole=role, **given)
        return name

    def build(self, project: str, account_id: str = TOOLS, **options: Any) -> dict[str, Any]:
        """Start a build and wait for its end."""
        codebuild = self.client("codebuild", account_id)
        started = codebuild.start_build(projectName=project, **options)["build"]["id"]
        return self.finished(started, account_id)

    def finished(self, build_id: str, account_id: str = TOOLS) -> dict[str, Any]:
        """Wait for the end of a build."""
        codebuild = self.client("codebuild", account_id)

        def complete() -> Any:
            build = codebuild.batch_get_builds(ids=[build_id])["builds"][0]
            return build if build["buildComplete"] else None

        return dict(until(complete, f"the end of {build_id}"))

    def log(self, build: Mapping[str, Any], account_id: str = TOOLS) -> str:
        """Return what a build wrote to its log."""
        answer = self.client("logs", account_id).get_log_events(
            logGroupName=build["logs"]["groupName"],
            logStreamName=build["logs"]["streamName"],
            startFromHead=True,
        )
        return "\n".join(event["message"] for event in answer["events"])


def _admitting(principal: Mapping[str, Any], action: str, resources: list[str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": resources}]}
    return json.dumps(document)


def unique(name: str) -> str:
    """Return a name that nothing else has."""
    return f"{name}-{uuid.uuid4().hex[:10]}"


def until(found: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Wait until something is found and return it."""
    limit = time.monotonic() + seconds
    pause = threading.Event()
    while not (value := found()):
        if time.monotonic() > limit:
            raise AssertionError(f"{what} must come within {seconds} s")
        pause.wait(0.1)
    return value


def zipped(files: Mapping[str, str]) -> bytes:
    """Return a zip of texts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return held.getvalue()


def unzipped(body: bytes) -> dict[str, str]:
    """Return the texts of a zip."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}
