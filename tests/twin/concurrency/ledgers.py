"""Writes that must not be lost: many threads change the same things, then all is looked at."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.twin.concurrency.asking import Clients
from tests.twin.concurrency.grounds import STEADY, Account, Grounds
from tests.twin.engines.accounts import REGION

_LATEST = "latest"


@dataclass
class _Accepted:
    """What an account's threads were told that they have done."""

    tags: dict[str, str] = field(default_factory=dict)
    parameter_versions: list[int] = field(default_factory=list)
    object_versions: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    winners: dict[str, list[str]] = field(default_factory=dict)
    request_ids: list[str] = field(default_factory=list)


class Ledger:
    """The writes of one account, by the role whose rights nobody changes."""

    def __init__(self, account: Account, clients: Clients) -> None:
        self._account = account
        self._clients = clients
        self._lock = threading.Lock()
        self.accepted = _Accepted()

    def write(self, thread: str, number: int) -> None:
        """Make one round of writes."""
        self._tag(thread, str(number))
        self._overwrite(thread, number)
        self._send(thread, number)
        if number % 2:
            self._receive()
        self._take_lock(thread, f"lock-{number}")
        self._make_same(thread, f"same-{number}")
        self._make_own(f"own-{thread}-{number}")

    def _client(self, service: str) -> Any:
        return self._clients.of(self._account.id, STEADY, service)

    def _noted(self, answer: Any) -> Any:
        with self._lock:
            self.accepted.request_ids.append(str(answer["ResponseMetadata"]["RequestId"]))
        return answer

    def _tag(self, thread: str, value: str) -> None:
        """Change one's own tag among those of all."""
        tags = [{"Key": thread, "Value": value}]
        self._noted(self._client("iam").tag_role(RoleName="ledger", Tags=tags))
        self._noted(self._client("sagemaker").add_tags(ResourceArn=self._group, Tags=tags))
        self.accepted.tags[thread] = value

    def _overwrite(self, thread: str, number: int) -> None:
        """Write the one parameter and the one object that everybody writes."""
        value = f"{thread} {number}"
        parameter = self._noted(
            self._client("ssm").put_parameter(Name="/ledger", Value=value, Overwrite=True)
        )
        stored = self._noted(
            self._client("s3").put_object(
                Bucket=self._account.ledger, Key=_LATEST, Body=value.encode()
            )
        )
        self.accepted.parameter_versions.append(int(parameter["Version"]))
        self.accepted.object_versions.append(str(stored["VersionId"]))

    def _send(self, thread: str, number: int) -> None:
        sent = self._client("sqs").send_message(
            QueueUrl=self._account.queue, MessageBody=f"{thread} {number}"
        )
        self.accepted.messages.append(str(self._noted(sent)["MessageId"]))

    def _receive(self) -> None:
        """Take a message out of the queue; one may be handed out twice, but is one message."""
        sqs, url = self._client("sqs"), self._account.queue
        for message in self._noted(sqs.receive_message(QueueUrl=url)).get("Messages", ()):
            handle = message["ReceiptHandle"]
            self._noted(sqs.delete_message(QueueUrl=url, ReceiptHandle=handle))
            self.accepted.taken.add(message["MessageId"])

    def _take_lock(self, thread: str, name: str) -> None:
        """Take a lock as Terraform does: by writing an object that must not be there."""
        s3, given = self._client("s3"), {"Bucket": self._account.ledger, "Key": name}
        try:
            answer = s3.put_object(**given, Body=thread.encode(), IfNoneMatch="*")
        except ClientError as error:
            assert error.response["Error"]["Code"] == "PreconditionFailed", error
            answer = error.response
        else:
            self._won(name, thread)
        self._noted(answer)

    def _make_same(self, thread: str, name: str) -> None:
        """Make a role of a name that all threads want."""
        iam = self._client("iam")
        try:
            answer = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_NOBODY)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "EntityAlreadyExists", error
            answer = error.response
        else:
            self._won(name, thread)
        self._noted(answer)

    def _make_own(self, name: str) -> None:
        """Make, find and delete a role that nobody else touches."""
        iam = self._client("iam")
        self._noted(iam.create_role(RoleName=name, AssumeRolePolicyDocument=_NOBODY))
        self._noted(iam.get_role(RoleName=name))
        self._noted(iam.delete_role(RoleName=name))

    def _won(self, name: str, thread: str) -> None:
        with self._lock:
            self.accepted.winners.setdefault(name, []).append(thread)

    @property
    def _group(self) -> str:
        group = "model-package-group/ledger"
        return f"arn:aws:sagemaker:{REGION}:{self._account.id}:{group}"

    def require_all(self, grounds: Grounds, rounds: int) -> None:
        """Fail unless everything that was accepted is there, and nothing else."""
        accepted, account = self.accepted, self._account
        lab = grounds.lab
        listed = lab.client("iam", account.id).list_role_tags(RoleName="ledger")["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in listed} == accepted.tags
        listed = lab.client("sagemaker", account.id).list_tags(ResourceArn=self._group)["Tags"]
        assert {tag["Key"]: tag["Value"] for tag in listed} == accepted.tags
        # The first version was there before.
        count = len(accepted.parameter_versions)
        assert sorted(accepted.parameter_versions) == list(range(2, count + 2))
        self._require_objects(lab.client("s3", account.id))
        assert len(set(accepted.messages)) == len(accepted.messages)
        assert accepted.taken
        left = self._messages_left(lab.client("sqs", account.id))
        assert left == len(accepted.messages) - len(accepted.taken)
        names = [f"{kind}-{number}" for kind in ("lock", "same") for number in range(rounds)]
        assert sorted(accepted.winners) == sorted(names)
        assert [name for name, won in accepted.winners.items() if len(won) > 1] == []

    def _messages_left(self, sqs: Any) -> int:
        counted = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        told = sqs.get_queue_attributes(QueueUrl=self._account.queue, AttributeNames=counted)
        return sum(int(told["Attributes"][name]) for name in counted)

    def _require_objects(self, s3: Any) -> None:
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=self._account.ledger)
        versions = list(itertools.chain.from_iterable(page["Versions"] for page in pages))
        latest = [each["VersionId"] for each in versions if each["Key"] == _LATEST]
        assert sorted(latest) == sorted(self.accepted.object_versions)
        locks = [each["Key"] for each in versions if each["Key"].startswith("lock-")]
        assert sorted(locks) == sorted(n for n in self.accepted.winners if n.startswith("lock-"))


_NOBODY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "ec2.amazonaws.com"}}]}'
)
