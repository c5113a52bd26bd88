"""Which principals a policy names, and which of them do not exist.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations import organizations_backends

from twin.twin import Twin

_PARTITION = "aws"
_ACCOUNT = re.compile(r"\d{12}")
_IAM = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):(root|role/.+|user/.+)")
_SESSION = re.compile(r"arn:aws[a-z-]*:sts::(\d{12}):(assumed-role|federated-user)/([^/]+)(/.+)?")
_UNIQUE_ID = re.compile(r"A(?:ROA|IDA)[A-Z0-9]{12,}")
_SERVICE = re.compile(r"[a-z0-9][a-z0-9.-]*\.[a-z]{2,}")
_ORIGIN = re.compile(r"arn:aws[a-z-]*:iam::cloudfront:user/\S+")


def unknown(twin: Twin, text: str) -> tuple[str, str] | None:
    """Return kind and name of the first principal in a policy that does not exist.

    None also for what is no policy: that is for its service to refuse.
    """
    for kind, name in named(text):
        if not exists(twin, kind, name):
            return kind, name
    return None


def named(text: str) -> Iterator[tuple[str, str]]:
    """Give kind and name of each principal that the statements of a policy name."""
    for statement in statements(text):
        for member in ("Principal", "NotPrincipal"):
            principal = statement.get(member)
            if isinstance(principal, str) and principal != "*":
                yield "AWS", principal
            if isinstance(principal, dict):
                for kind, names in principal.items():
                    for name in names if isinstance(names, list) else [names]:
                        yield str(kind), str(name)


def statements(text: str) -> list[dict[str, Any]]:
    """Return the statements of a policy; none where it cannot be read."""
    try:
        document = json.loads(text)
    except ValueError:
        return []
    found = document.get("Statement") if isinstance(document, dict) else None
    listed = found if isinstance(found, list) else [found]
    return [statement for statement in listed if isinstance(statement, dict)]


def exists(twin: Twin, kind: str, name: str) -> bool:
    """Tell whether a principal exists, as far as that can be told here."""
    if kind == "Service":
        return _SERVICE.fullmatch(name) is not None
    if kind != "AWS":
        # Providers and canonical users: IAM looks at their form only, where at all.
        return bool(name) and "*" not in name
    if name == "*" or _ACCOUNT.fullmatch(name) or _ORIGIN.fullmatch(name):
        return True
    if _UNIQUE_ID.fullmatch(name):
        return any(name == entity.id for entity in _everybody())
    session = _SESSION.fullmatch(name)
    if session is not None:
        account_id, what, entity = session[1], session[2], session[3]
        if what == "federated-user":
            return "*" not in name
        roles = (role.name for role in _roles(account_id))
        return bool(session[4]) and (entity in roles or not _is_here(twin, account_id))
    found = _IAM.fullmatch(name)
    if found is None:
        return False
    account_id, entity = found[1], found[2]
    if entity == "root":
        return True
    if not _is_here(twin, account_id):
        return "*" not in entity
    entities = _roles(account_id) if entity.startswith("role/") else _users(account_id)
    return any(name == entity.arn for entity in entities)


def _is_here(twin: Twin, account_id: str) -> bool:
    settings = twin.settings
    return (
        account_id in settings.account_ids
        or account_id == settings.management_account_id
        or account_id in organizations_backends.master_accounts
    )


def _roles(account_id: str) -> list[Any]:
    return list(iam_backends[account_id][_PARTITION].roles.values())


def _users(account_id: str) -> list[Any]:
    return list(iam_backends[account_id][_PARTITION].users.values())


def _everybody() -> Iterator[Any]:
    for account_id in list(iam_backends):
        yield from _roles(account_id)
        yield from _users(account_id)
