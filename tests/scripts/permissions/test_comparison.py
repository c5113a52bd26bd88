"""What roles were granted against what they used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.permissions.comparison import Comparison, compare
from scripts.permissions.granted import Policies, policies_in
from scripts.permissions.kept import Kept
from scripts.permissions.proposal import propose
from scripts.permissions.purposes import Permission
from scripts.permissions.reasons import Reason
from scripts.permissions.recorded import Recorded, recorded
from scripts.permissions.used import uses_in
from tests.scripts.audit_records import ACCOUNT, ROLE, asked, record, written
from tests.scripts.command_line import CommandLine

_INLINE, _MANAGED = f"{ROLE}/inline", f"arn:aws:iam::{ACCOUNT}:policy/managed"
_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"], "Resource": "*"},
        {"Sid": "Guard", "Effect": "Deny", "Action": "iam:*", "Resource": "*"},
    ],
}
_TOPICS = {
    "Version": "2012-10-17",
    "Statement": {"Sid": "Tell", "Effect": "Allow", "Action": "sns:Publish", "Resource": "*"},
}


def _iam(operation: str, **parameters: Any) -> dict[str, Any]:
    return record("iam", operation, requestParameters=parameters)


_GRANTS = [
    _iam("CreateRole", RoleName="worker", Path="/"),
    _iam(
        "PutRolePolicy",
        RoleName="worker",
        PolicyName="inline",
        PolicyDocument=json.dumps(_DOCUMENT),
    ),
    _iam("CreatePolicy", PolicyName="managed", PolicyDocument=json.dumps(_TOPICS)),
    _iam("AttachRolePolicy", RoleName="worker", PolicyArn=_MANAGED),
]
_USES = [
    record("s3", "GetObject", asked("s3:GetObject", "o", by=[f"{_INLINE}#Read"])),
    record("sns", "CreateTopic", asked("sns:CreateTopic", "topic", layer="identity-based policy")),
    record(
        "iam",
        "CreateUser",
        asked("iam:CreateUser", "u", by=["x"], layer="identity-based policy", explicit=True),
    ),
]


def _compared(
    *reasons: Reason, role: str | None = None, used: Recorded | None = None
) -> Comparison:
    given: list[Mapping[str, Any]] = [*_GRANTS, *_USES]
    kept = Kept(recorded=used or Recorded(), reasons=reasons)
    return compare(policies_in(given), uses_in(given), kept, role)


def test_a_grant_is_used_by_what_its_statement_allowed() -> None:
    found = _compared()
    assert [(each.grant.sid, each.grant.action) for each in found.unused] == [
        ("Read", "s3:ListBucket"),
        ("Tell", "sns:Publish"),
    ]


def test_what_a_role_lacked_is_told_and_what_was_denied_is_not() -> None:
    lacks = _compared().lacks
    assert [(lack.action, lack.resource, times) for lack, times in lacks] == [
        ("sns:CreateTopic", "topic", 1)
    ]


def test_a_reason_keeps_a_grant_and_a_stale_one_is_a_finding() -> None:
    kept = Reason(("work*",), ("*",), ("s3:List*", "sns:*"), "for emergencies")
    stale = Reason(("worker",), ("Read",), ("s3:Get*",), "used by now")
    found = _compared(kept, stale)
    assert [each.reason for each in found.unused] == ["for emergencies"] * 2
    assert found.stale == (stale,)
    assert found.findings == 2


def test_a_reason_is_about_its_statements_alone() -> None:
    assert _compared(Reason(("worker",), ("Other",), ("*:*",), "no")).unused[0].reason is None


def test_reasons_of_roles_that_a_trail_has_none_of_are_not_stale() -> None:
    assert _compared(Reason(("somebody",), ("*",), ("s3:*",), "elsewhere")).stale == ()


def test_what_another_rehearsal_used_is_no_finding() -> None:
    used = recorded([Permission("worker", "Read", "s3:ListBucket")])
    found = _compared(used=used)
    assert [each.finding for each in found.unused] == ["elsewhere", "unused"]


def test_a_role_is_looked_at_alone() -> None:
    assert _compared(role="nobody").findings == 0
    assert _compared(role="worker").findings == 3


def test_a_policy_of_a_failed_request_grants_nothing() -> None:
    refused = [each | {"errorCode": "AccessDenied"} for each in _GRANTS]
    assert list(policies_in(refused).grants()) == []


def test_a_policy_that_was_cut_off_grants_nothing_known() -> None:
    policies = Policies({_INLINE: '{"Version": "2012'}, {ROLE: {_INLINE: None}})
    assert list(policies.grants()) == []


def test_a_proposal_allows_what_was_used_and_keeps_denials() -> None:
    given = [*_GRANTS, *_USES]
    made = propose(policies_in(given), uses_in(given), Kept(), ROLE)
    assert made == {
        _INLINE: {
            "Version": "2012-10-17",
            "Statement": [
                {**_DOCUMENT["Statement"][0], "Action": ["s3:GetObject"]},  # type: ignore[dict-item]
                _DOCUMENT["Statement"][1],
            ],
        }
    }


def test_a_proposal_keeps_what_has_a_reason() -> None:
    given = [*_GRANTS, *_USES]
    kept = Kept(reasons=(Reason(("worker",), ("Tell",), ("sns:Publish",), "alarms"),))
    made = propose(policies_in(given), uses_in(given), kept, ROLE)
    assert made[_MANAGED]["Statement"][0]["Action"] == ["sns:Publish"]


def test_the_command_ends_with_one_where_something_is_found(tmp_path: Path) -> None:
    trail = written(tmp_path / "audit.jsonl", [*_GRANTS, *_USES])
    told = CommandLine(tmp_path)("permissions", "--audit", str(trail), "--role", "worker", "--json")
    assert told.code == 1, told.err
    assert {each["finding"] for each in json.loads(told.out)} == {"unused", "lacking"}


def test_a_trail_without_decisions_is_no_ground_to_judge_by(tmp_path: Path) -> None:
    bare = {k: v for k, v in _GRANTS[0].items() if k != "additionalEventData"}
    trail = written(tmp_path / "audit.jsonl", [bare])
    told = CommandLine(tmp_path)("permissions", "--audit", str(trail))
    assert "must hold decisions" in told.is_refusal(2)
