"""The address at which a connection arrives tells from where in the network it comes."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    EndpointConnectionError,
)

from tests.twin.engines.accounts import REGION, TOOLS, Lab, until
from tests.twin.network.conftest import Watched
from tests.twin.network.ground import Ground
from twin import application
from twin.authorization.decision import Ruling
from twin.call import INTERNET, Position
from twin.errors import TwinError
from twin.network import of_service, somewhere
from twin.registry import Registry
from twin.twin import Settings, Twin


@pytest.fixture
def undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody decide for one test: what stands nowhere is answered too."""
    monkeypatch.setattr(application, "authorise", lambda _twin, _call: Ruling())


@pytest.mark.parametrize(
    "position",
    [
        INTERNET,
        Position(secure=False),
        of_service("codepipeline.amazonaws.com"),
        Position("vpc-1", "10.0.0.5", subnet_ids=("subnet-1",), security_group_ids=("sg-1",)),
    ],
    ids=["internet", "without TLS", "service", "vpc"],
)
def test_a_call_has_the_position_of_the_address_that_it_came_to(
    lab: Lab, watched: Watched, undecided: None, position: Position
) -> None:
    assert _asked_from(lab, watched, position) == [position]


def test_a_caller_cannot_tell_a_position_that_is_not_its_own(lab: Lab, watched: Watched) -> None:
    sts = lab.client("sts")

    def forge(request: Any, **_rest: Any) -> None:
        request.headers["twin.position"] = request.headers["X-Forwarded-For"] = "10.1.0.5"
        request.headers["X-Twin-Position"] = "vpc-1"

    sts.meta.events.register("before-sign.sts", forge)
    with watched.watching() as calls:
        sts.get_caller_identity()
    sts.meta.events.unregister("before-sign.sts", forge)
    assert [each.position for each in calls] == [INTERNET]


def test_each_position_has_one_address_that_stays(lab: Lab, ground: Ground) -> None:
    addresses = {lab.twin.address_of(ground.position) for _ in range(3)}
    assert len(addresses) == 1
    others = {lab.twin.address_of(each) for each in (INTERNET, somewhere(ground.vpc))}
    assert len(addresses | others) == 3
    assert lab.twin.url in others


def test_many_at_once_from_many_positions_are_told_apart(
    lab: Lab, watched: Watched, undecided: None
) -> None:
    positions = [Position(f"vpc-{number}", f"10.9.0.{number}") for number in range(1, 13)]
    keys = lab.credentials(TOOLS)

    def ask(position: Position) -> None:
        sts = lab.twin.client("sts", keys, REGION, position)
        for _ in range(5):
            sts.get_caller_identity()
        sts.close()

    with watched.watching() as calls, ThreadPoolExecutor(12) as pool:
        list(pool.map(ask, positions))
    assert sorted(str(each.position) for each in calls) == sorted(
        str(each) for each in positions for _ in range(5)
    )


def test_a_link_that_somebody_else_made_is_followed_from_where_one_sits(
    lab: Lab, watched: Watched, ground: Ground
) -> None:
    bucket = lab.bucket()
    lab.client("s3").put_object(Bucket=bucket, Key="one", Body=b"content")
    keys = lab.credentials(TOOLS)
    s3 = boto3.client(
        "s3",
        endpoint_url=lab.twin.url,
        region_name=REGION,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=Config(signature_version="s3v4"),
    )
    link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "one"})
    s3.close()
    inside = build_opener(ProxyHandler({"http": lab.twin.address_of(ground.position)}))
    with watched.watching() as calls:
        with inside.open(link, timeout=20) as answer:
            assert answer.read() == b"content"
    assert [each.position for each in calls] == [ground.position]


def test_what_no_way_leads_to_gets_no_answer_and_is_recorded(lab: Lab, ground: Ground) -> None:
    sns = lab.twin.client("sns", lab.credentials(TOOLS), REGION, ground.position)
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        sns.list_topics()
    sns.close()
    last = lab.twin.audit.recent()[-1]
    assert (last["eventName"], last["errorCode"]) == ("ListTopics", "Unreachable")
    assert "no endpoint for com.amazonaws.us-east-1.sns" in last["errorMessage"]


def test_a_request_that_gets_no_answer_changes_nothing(lab: Lab, ground: Ground) -> None:
    sns = lab.twin.client("sns", lab.credentials(TOOLS), REGION, ground.position)
    with pytest.raises(BotoCoreError):
        sns.create_topic(Name="from-nowhere")
    sns.close()
    topics = lab.client("sns").list_topics()["Topics"]
    assert not [each for each in topics if each["TopicArn"].endswith(":from-nowhere")]


def test_a_closed_connection_carries_not_one_byte(lab: Lab, ground: Ground) -> None:
    sns = lab.twin.client("sns", lab.credentials(TOOLS), REGION, ground.position)
    sent: dict[str, Any] = {}

    def keep(request: Any, **_rest: Any) -> None:
        sent.update(body=request.body, headers=dict(request.headers.items()))

    sns.meta.events.register("before-send.sns.ListTopics", keep)
    with pytest.raises(BotoCoreError):
        sns.list_topics()
    sns.close()
    address = urlsplit(lab.twin.address_of(ground.position))
    with socket.create_connection((address.hostname, address.port), 20) as raw:
        head = {**sent["headers"], "Host": address.netloc, "Content-Length": len(sent["body"])}
        lines = [f"{name}: {_text(value)}" for name, value in head.items()]
        raw.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "", _text(sent["body"])]).encode())
        assert raw.recv(1024) == b""


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def test_layers_of_images_come_by_way_of_s3(lab: Lab, ground: Ground) -> None:
    lonely = Ground(lab.client("ec2"), REGION).lay_out()
    for each, reached in ((ground, True), (lonely, False)):
        address = lab.twin.address_of(each.position)
        link = lab.twin.blobs.link(address, b"a layer")
        opener = build_opener(ProxyHandler({}))
        if reached:
            with opener.open(link, timeout=20) as answer:
                assert answer.read() == b"a layer"
        else:
            with pytest.raises(RemoteDisconnected):
                opener.open(link, timeout=20)
    last = lab.twin.audit.recent()[-1]
    assert (last["eventName"], last["errorCode"]) == ("GetLayer", "Unreachable")


def test_an_endpoint_that_is_there_answers_also_where_refusals_are_enforced(
    lab: Lab, ground: Ground
) -> None:
    sts = lab.twin.client("sts", lab.credentials(TOOLS), REGION, ground.position)
    assert sts.get_caller_identity()["Account"] == TOOLS
    sts.close()


def test_addresses_of_positions_close_when_the_twin_is_reset(lab: Lab) -> None:
    position = Position("vpc-short", "10.0.0.9")
    host, _, port = lab.twin.address_of(position).removeprefix("http://").partition(":")
    socket.create_connection((host, int(port)), 5).close()
    lab.twin._listeners.close_listeners()  # type: ignore[union-attr]

    def refused() -> bool:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            return True
        return False

    until(refused, "the end of the address", 10)
    assert lab.client("sts").get_caller_identity()["Account"] == TOOLS
    again = lab.twin.address_of(position)
    assert lab.twin.address_of(position) == again


def test_positions_take_no_threads(lab: Lab) -> None:
    lab.client("sts").get_caller_identity()
    before = threading.active_count()
    for number in range(30):
        lab.twin.address_of(Position(f"vpc-thread-{number}"))
    assert threading.active_count() == before


def test_nobody_reaches_a_twin_that_is_not_served(tmp_path: Any) -> None:
    settings = Settings(tmp_path, 1, "100000000000", (), "/bin")
    twin = Twin(settings, Registry())
    assert twin.address_of(INTERNET) == "http://127.0.0.1:1"
    with pytest.raises(TwinError, match="must be served"):
        twin.address_of(Position("vpc-1"))
    twin.audit.close()


def _asked_from(lab: Lab, watched: Watched, position: Position) -> list[Position]:
    sts = lab.twin.client("sts", lab.credentials(TOOLS), REGION, position)
    with watched.watching() as calls:
        sts.get_caller_identity()
    sts.close()
    return [each.position for each in calls]
