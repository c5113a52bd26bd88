"""The administrator of the management account: the one person who is there at the beginning.

It is a user and not the account's root, for AWS lets no root user take a role:
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moto.iam.models import iam_backends

from twin.credentials import Credentials
from twin.identity import new_key

NAME = "administrator"
RIGHTS: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "AdministratorAccess", "Effect": "Allow", "Action": "*", "Resource": "*"}
    ],
}
"""What AWS calls AdministratorAccess."""


def open_to(management_account_id: str, folder: Path) -> None:
    """Let the administrator in, with the key that the state folder holds or is given now."""
    credentials = _held(folder) or _made(folder)
    backend = iam_backends[management_account_id]["aws"]
    backend.create_user("us-east-1", NAME)
    backend.put_user_policy(NAME, "AdministratorAccess", json.dumps(RIGHTS))
    key = backend.create_access_key(NAME)
    # moto gives keys of its own; this one stays the same when the accounts are emptied.
    backend.access_keys.pop(key.physical_resource_id, None)
    key.access_key_id = credentials.access_key_id
    key.secret_access_key = credentials.secret_access_key
    backend.access_keys[key.physical_resource_id] = key


def _held(folder: Path) -> Credentials | None:
    path = folder / "administrator.json"
    if not path.exists():
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    return Credentials(held["access_key_id"], held["secret_access_key"])


def _made(folder: Path) -> Credentials:
    credentials = Credentials(new_key("AKIA"), secrets.token_urlsafe(30))
    path = folder / "administrator.json"
    path.touch(mode=0o600)
    document = {
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key,
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return credentials
