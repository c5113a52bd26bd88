"""Requests byte by byte, which no SDK would send: signed by botocore, altered, sent by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys
from botocore.exceptions import ClientError

from tests.twins import REGION, RunningTwin
from twin.credentials import Credentials


@dataclass(frozen=True)
class Raw:
    """One request as it goes over the wire."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def having(self, **headers: str) -> Raw:
        """Return the request with further headers; a dash is written as an underscore."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **more})

    def without(self, name: str) -> Raw:
        """Return the request without a header."""
        kept = {k: v for k, v in self.headers.items() if k.lower() != name.lower()}
        return replace(self, headers=kept)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str

    @property
    def code(self) -> str:
        """The error code, in whatever protocol it is written."""
        found = re.search(r"<Code>([^<]+)</Code>|\"__type\":\s*\"([^\"]+)\"", self.body)
        if found is None:
            return f"HTTP {self.status}"
        return (found[1] or found[2]).rpartition("#")[2]


def send(url: str, raw: Raw) -> Answer:
    """Send a request as it is and return the answer."""
    address = urlsplit(url)
    with closing(HTTPConnection(str(address.hostname), address.port, timeout=20)) as connection:
        connection.request(raw.method, raw.path, raw.body, dict(raw.headers))
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
        kind = answer.headers.get("x-amzn-errortype")
        if kind and "__type" not in body:
            body = json.dumps({"__type": kind.partition(":")[0], "body": body})
        return Answer(answer.status, body)


def signed(
    url: str,
    raw: Raw,
    service: str,
    keys: Credentials,
    *,
    late: timedelta = timedelta(0),
    region: str = REGION,
    trailing: bool = False,
) -> Raw:
    """Sign a request as botocore does, at a time that has passed by as much as ``late``.

    With ``trailing`` the body is not signed, but sent in chunks with a checksum after them.
    """
    request = AWSRequest(raw.method, url + raw.path, dict(raw.headers), raw.body)
    if trailing:
        request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    held = Keys(keys.access_key_id, keys.secret_access_key, keys.session_token)
    then = datetime.now(UTC) - late
    with patch("botocore.auth.get_current_datetime", lambda remove_tzinfo=True: then):
        signer(held, service, region).add_auth(request)
    prepared = request.prepare()
    headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in prepared.headers.items()}
    return replace(raw, headers={**headers, "Host": urlsplit(url).netloc})


@dataclass(frozen=True)
class Making:
    """A request that would make something of a name, and how to see whether it did."""

    service: str
    family: str
    """Which words the service has for a sender it does not believe."""
    request: Callable[[str], Raw]
    look: Callable[[RunningTwin, str], object]

    def happened(self, twin: RunningTwin, name: str) -> bool:
        """Tell whether the thing is there."""
        try:
            self.look(twin, name)
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404), error
            return False
        return True


def _json(target: str, **parameters: str) -> Raw:
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    return Raw("POST", "/", json.dumps(parameters).encode(), headers)


def _form(**parameters: str) -> Raw:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Raw("POST", "/", urlencode(parameters).encode(), headers)


def makings(bucket: str) -> list[Making]:
    """Return one request of each protocol."""
    return [
        Making(
            "ssm",
            "json",
            lambda name: _json("AmazonSSM.PutParameter", Name=name, Value="x", Type="String"),
            lambda twin, name: twin.client("ssm").get_parameter(Name=name),
        ),
        Making(
            "iam",
            "query",
            lambda name: _form(Action="CreateUser", Version="2010-05-08", UserName=name),
            lambda twin, name: twin.client("iam").get_user(UserName=name),
        ),
        Making(
            "ec2",
            "ec2",
            lambda name: _form(Action="CreateKeyPair", Version="2016-11-15", KeyName=name),
            lambda twin, name: twin.client("ec2").describe_key_pairs(KeyNames=[name]),
        ),
        Making(
            "codeartifact",
            "json",
            lambda name: Raw("POST", f"/v1/domain?domain={name}", b"{}"),
            lambda twin, name: twin.client("codeartifact").describe_domain(domain=name),
        ),
        Making(
            "s3",
            "s3",
            lambda name: Raw("PUT", f"/{bucket}/{name}", b"put"),
            lambda twin, name: twin.client("s3").head_object(Bucket=bucket, Key=name),
        ),
    ]
