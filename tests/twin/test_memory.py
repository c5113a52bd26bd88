"""A twin that answers requests for days stays as small as it was after the first ones.

What a client makes stays, as on AWS; what only passes by must not: records, keys, messages
that were delivered.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError
from moto.sqs.models import sqs_backends

from tests.twin.engines.accounts import ACCOUNTS, REGION, TOOLS, Lab, unique
from tests.twin.engines.laboratory import laboratory
from twin import audit, moto_memory
from twin.application import Application
from twin.authorization.live import parsed
from twin.call import Caller
from twin.engines import notices
from twin.identity import Identities, SessionRequest

_ROLE = f"arn:aws:iam::{TOOLS}:role/OrganizationAccountAccessRole"
Environ = dict[str, Any]


class _Straight:
    """Sends what clients have signed straight to the application, again and again."""

    def __init__(self, lab: Lab) -> None:
        self._application = Application(lab.twin)
        self._sent: list[tuple[Environ, bytes]] = []
        self.statuses: set[str] = set()

    @contextmanager
    def recording(self, client: Any) -> Iterator[None]:
        """Keep what a client sends."""
        events = client.meta.events
        events.register("before-send", self._keep)
        try:
            yield
        finally:
            events.unregister("before-send", self._keep)

    def _keep(self, request: Any, **_: Any) -> None:
        body = request.body or b""
        body = body.getvalue() if isinstance(body, io.BytesIO) else body
        body = body.encode() if isinstance(body, str) else body
        self._sent.append((_environ(request, len(body)), body))

    def send_all(self) -> int:
        """Send everything once; return how many requests that were."""
        for environ, body in self._sent:
            self._application({**environ, "wsgi.input": io.BytesIO(body)}, self._start)
        return len(self._sent)

    def _start(self, status: str, _headers: object, _error: object = None) -> None:
        self.statuses.add(status[:3])


def _environ(request: Any, length: int) -> Environ:
    address = urlsplit(request.url)
    path, query = address.path or "/", address.query
    environ: Environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": path,
        "REQUEST_URI": f"{path}?{query}" if query else path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": address.netloc,
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "CONTENT_LENGTH": str(length),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode() if isinstance(value, bytes) else str(value)
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = text
    return environ


def _record(lab: Lab, straight: _Straight) -> None:
    """Record requests of many services that leave nothing behind, and some that are refused."""
    s3, sns, sqs, ssm, iam = (lab.client(name) for name in ("s3", "sns", "sqs", "ssm", "iam"))
    bucket, topic = lab.bucket(), lab.topic()
    queue, _ = lab.queue()
    made: list[tuple[Any, Callable[[], object]]] = [
        (s3, lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"x" * 512)),
        (s3, lambda: s3.delete_object(Bucket=bucket, Key="nothing", VersionId="null")),
        (s3, lambda: s3.get_object(Bucket=bucket, Key="nothing")),
        (s3, lambda: s3.get_object(Bucket=unique("none"), Key="k")),
        (sns, lambda: sns.publish(TopicArn=topic, Message="news", Subject="news")),
        (sqs, lambda: sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])),
        (ssm, lambda: ssm.put_parameter(Name="/p", Value="v", Type="String", Overwrite=True)),
        (iam, lambda: iam.get_role(RoleName="OrganizationAccountAccessRole")),
        (iam, lambda: iam.list_roles()),
        (iam, lambda: iam.get_role(RoleName="nobody")),
    ]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    for client, request in made:
        with straight.recording(client):
            try:
                request()
            except ClientError as error:
                # What is not there is a request, too.
                assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404, error


def _grown(folder: Path, first: int, then: int) -> float:
    """Return how many blocks of memory a request leaves behind, once a twin has warmed up."""
    with laboratory(folder) as lab:
        straight = _Straight(lab)
        _record(lab, straight)
        for _ in range(first):
            straight.send_all()
        gc.collect()
        before, sent = sys.getallocatedblocks(), 0
        for _ in range(then):
            sent += straight.send_all()
        gc.collect()
        assert straight.statuses == {"200", "204", "404"}
        return (sys.getallocatedblocks() - before) / sent


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is kept of the last ones be few, so that it is soon full."""
    monkeypatch.setattr(audit, "_KEPT", 50)
    monkeypatch.setattr(moto_memory, "_KEPT", 20)
    monkeypatch.setattr(notices, "_KEPT", 20)


@pytest.mark.slow
@pytest.mark.usefixtures("short_memory")
def test_requests_leave_nothing_in_memory(tmp_path: Path) -> None:
    assert _grown(tmp_path, 110, 100) < 0.5


@pytest.mark.long
def test_twenty_thousand_requests_leave_nothing_in_memory(tmp_path: Path) -> None:
    assert _grown(tmp_path, 1_100, 900) < 0.1


def test_deleted_messages_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto_memory, "_KEPT", 5)
    with laboratory(tmp_path) as lab:
        url, arn = lab.queue()
        sqs = lab.client("sqs")
        for _ in range(20):
            sqs.send_message(QueueUrl=url, MessageBody="x")
            message = sqs.receive_message(QueueUrl=url)["Messages"][0]
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

        held = sqs_backends[TOOLS][REGION].queues[arn.rpartition(":")[2]]
        assert len(held.deleted_messages) <= 6


def test_service_that_asks_again_asks_with_the_same_keys() -> None:
    identities = Identities()
    arn = f"arn:aws:events:{REGION}:{TOOLS}:rule/r"

    first = identities.add_service("events.amazonaws.com", TOOLS, source_arn=arn)
    assert identities.add_service("events.amazonaws.com", TOOLS, source_arn=arn) == first
    assert identities.add_service("events.amazonaws.com", TOOLS) != first


def test_keys_of_a_service_are_never_those_of_another_account() -> None:
    identities = Identities()
    lent = [identities.add_service("codebuild.amazonaws.com", each) for each in ACCOUNTS]

    callers = [_asking(identities, keys.access_key_id, keys.session_token) for keys in lent]
    assert tuple(caller.account_id for caller in callers) == ACCOUNTS


def test_keys_of_one_caller_are_never_lent_to_another() -> None:
    identities = Identities()
    one, other = (identities.add_session(SessionRequest(_ROLE, n))[0] for n in ("one", "other"))

    lent = identities.forwarded(one, "s3.amazonaws.com")
    assert identities.forwarded(one, "s3.amazonaws.com") == lent
    assert identities.forwarded(other, "s3.amazonaws.com") != lent
    assert identities.forwarded(one, "kms.amazonaws.com") != lent
    asks = _asking(identities, lent.access_key_id, lent.session_token)
    assert (asks.arn, asks.called_via) == (one.arn, ("s3.amazonaws.com",))


def test_sessions_that_ended_long_ago_are_forgotten() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    times = (now + timedelta(seconds=number) for number in range(1_000_000))
    identities = Identities(lambda: next(times))
    for number in range(40_000):
        identities.add_session(SessionRequest(_ROLE, f"s{number}", seconds=900))

    # A session of 900 s is remembered for an hour; the rest is slack before it is looked through.
    assert len(identities._entries) < 20_000


def _asking(identities: Identities, key: str, token: str | None) -> Caller:
    return identities.caller(key, token)


def test_policies_are_kept_parsed_only_so_many() -> None:
    assert parsed.parsed.cache_info().maxsize is not None
