"""The policies of roles, gathered from the requests that put and attached them.

What was taken away again at the end of a trail still counts: a rehearsal ends with destroying all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from policies.iam import MalformedPolicy, Statement, parse_policy
from scripts.audit_trail import Record

_AWS_MANAGED = ":iam::aws:policy/"


@dataclass(frozen=True)
class Grant:
    """One action pattern of one Allow statement in a policy of a role."""

    role: str
    policy: str
    statement: str
    action: str

    @property
    def sid(self) -> str:
        """The statement without its policy."""
        return sid_of(self.statement)


def sid_of(statement: str) -> str:
    """Return what a statement is called in its policy, from its address."""
    return statement.rpartition("#")[2]


@dataclass
class Policies:
    """The policies that a trail has seen: texts by their address, and those of each role."""

    texts: dict[str, str] = field(default_factory=dict)
    of_role: dict[str, dict[str, None]] = field(default_factory=dict)

    def learn(self, record: Record) -> None:
        """Take what a request changed in IAM, if it did."""
        if record.get("eventSource") != "iam.amazonaws.com" or record.get("errorCode"):
            return
        given: Mapping[str, Any] = record.get("requestParameters") or {}
        account = str(record.get("recipientAccountId"))
        match record.get("eventName"):
            case "CreateRole":
                self._role(account, given, str(given.get("Path") or "/"))
            case "PutRolePolicy":
                role = self._role(account, given)
                self._put(role, f"{role}/{given['PolicyName']}", str(given["PolicyDocument"]))
            case "CreatePolicy":
                path = str(given.get("Path") or "/")
                arn = f"arn:aws:iam::{account}:policy{path}{given['PolicyName']}"
                self.texts[arn] = str(given["PolicyDocument"])
            case "CreatePolicyVersion" if given.get("SetAsDefault"):
                self.texts[str(given["PolicyArn"])] = str(given["PolicyDocument"])
            case "AttachRolePolicy":
                self.of_role[self._role(account, given)][str(given["PolicyArn"])] = None

    def grants(self) -> Iterator[Grant]:
        """Give every action pattern that a role was allowed, in the order of roles."""
        for role in sorted(self.of_role):
            for address in self.of_role[role]:
                for statement, raw in self.statements(address):
                    if statement.allows and not statement.excludes_actions:
                        for action in listed(raw["Action"]):
                            yield Grant(role, address, statement.address, action)

    def statements(self, address: str) -> list[tuple[Statement, Mapping[str, Any]]]:
        """Return the statements of a policy, parsed and as they were written.

        Of AWS's own policies, and of a text that was cut off, nothing is known.
        """
        text = self.texts.get(address)
        if text is None or _AWS_MANAGED in address:
            return []
        try:
            document = json.loads(text)
            parsed = parse_policy(address, document)
        except (ValueError, MalformedPolicy):
            return []
        return list(zip(parsed.statements, listed(document["Statement"]), strict=True))

    def _role(self, account: str, given: Mapping[str, Any], path: str | None = None) -> str:
        name = str(given["RoleName"])
        end = f"/{name}"
        if path is None:
            known = (r for r in self.of_role if r.split(":")[4] == account and r.endswith(end))
            found = next(known, None)
            if found is not None:
                return found
        arn = f"arn:aws:iam::{account}:role{path or '/'}{name}"
        self.of_role.setdefault(arn, {})
        return arn

    def _put(self, role: str, address: str, text: str) -> None:
        self.texts[address] = text
        self.of_role[role][address] = None


def listed(value: Any) -> list[Any]:
    """Return what stands in a policy once or as a list, as a list."""
    return value if isinstance(value, list) else [value]


def policies_in(records: Iterable[Record]) -> Policies:
    """Gather the policies of a trail."""
    found = Policies()
    for record in records:
        found.learn(record)
    return found
