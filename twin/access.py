"""Credentials on a running twin, for people and tests: from the administrator's key to a role.

Where somebody sits is told by a ``Seat``; without one it is the internet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from twin import lifecycle
from twin.control_client import ControlClient
from twin.credentials import Credentials
from twin.errors import TwinError


@dataclass(frozen=True)
class Seat:
    """Where somebody sits in the network: in a VPC, as far as it is told where in it.

    Without ``vpc_id`` it is the internet; ``tls`` tells whether connections are encrypted.
    """

    vpc_id: str | None = None
    subnet_ids: tuple[str, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    tls: bool = True


def reached_from(folder: Path, seat: Seat) -> lifecycle.Running:
    """Return the running twin as it is reached from a seat; its address holds until a reset.

    Raises TwinError where the twin does not run, or where there is no such VPC, subnet or group.
    """
    running = lifecycle.require(folder)
    if seat == Seat():
        return running
    asked: list[tuple[str, str]] = [("tls", "yes" if seat.tls else "no")]
    asked += [("vpc", seat.vpc_id)] if seat.vpc_id is not None else []
    asked += [("subnet", each) for each in seat.subnet_ids]
    asked += [("group", each) for each in seat.security_group_ids]
    told = ControlClient(running.url, folder.resolve()).get(f"address?{urlencode(asked)}")
    return replace(running, url=str(told["url"]))


def session(
    folder: Path,
    account_id: str,
    role_name: str | None = None,
    *,
    session_name: str = "twin",
    source_identity: str | None = None,
    seat: Seat | None = None,
) -> Credentials:
    """Return temporary keys of a role in an account, by default of its access role.

    The way is that of a person: the administrator of the management account takes the
    account's access role, and from there the role that is asked for, all from the same seat.
    Raises TwinError where the twin does not run or the role does not let the caller in.
    """
    running = reached_from(folder, seat or Seat())
    access_role = running.wanted.access_role
    names = [access_role] if role_name in (None, access_role) else [access_role, str(role_name)]
    credentials = administrator(folder)
    for name in names:
        last = name == names[-1]
        request: dict[str, Any] = {
            "RoleArn": f"arn:aws:iam::{account_id}:role/{name}",
            "RoleSessionName": session_name if last else "twin",
        }
        if last and source_identity is not None:
            request["SourceIdentity"] = source_identity
        credentials = _assume(running, credentials, request)
    return credentials


def administrator(folder: Path) -> Credentials:
    """Return the long-lived key of the management account, which the state folder holds."""
    path = folder / "administrator.json"
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(held["access_key_id"], held["secret_access_key"])
    except (OSError, ValueError, KeyError) as error:
        raise TwinError(
            str(path),
            "must hold the administrator's key",
            got=f"{type(error).__name__}: {error}",
            hint="start the twin anew: gatehouse twin down, then gatehouse twin up",
        ) from error


def environment(
    running: lifecycle.Running, credentials: Credentials, region: str
) -> dict[str, str]:
    """Return the variables with which SDKs, the aws command and Terraform meet the twin.

    ``running`` is the twin as it is reached from where they run (``reached_from``). All that they
    ask for by another address goes the same way, such as a presigned link that somebody else made.
    """
    there = urlsplit(running.url)
    on_the_internet = there.port == running.wanted.port
    made = {
        "AWS_ENDPOINT_URL": running.url,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        # SDKs put an account's id in front of the host of some services, and no resolver knows
        # 111111111111.127.0.0.1; as a proxy, the twin is asked for such a host by itself.
        "HTTP_PROXY": running.url,
        "NO_PROXY": "127.0.0.1,localhost" if on_the_internet else there.netloc,
    }
    if credentials.session_token is not None:
        made["AWS_SESSION_TOKEN"] = credentials.session_token
    return made


def _assume(
    running: lifecycle.Running, credentials: Credentials, request: dict[str, Any]
) -> Credentials:
    client = boto3.client(
        "sts",
        endpoint_url=running.url,
        region_name=running.wanted.region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
        config=Config(proxies={}, retries={"total_max_attempts": 2}, read_timeout=30),
    )
    try:
        keys = client.assume_role(**request)["Credentials"]
    except (ClientError, BotoCoreError) as error:
        raise TwinError(
            request["RoleArn"],
            "this role must let the caller in",
            got=str(error),
            hint="see whether the account's root is applied and its trust policy names the caller",
        ) from error
    return Credentials(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], keys["Expiration"]
    )
