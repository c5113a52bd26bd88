"""What the recording of uses takes from trails, and what it leaves out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from scripts.permissions.purposes import Permission, Purposes
from scripts.permissions.recorded import permissions_used
from tests.scripts.audit_records import ACCOUNT, asked, record, written
from tests.scripts.permissions.record import learned

_ROLE = f"arn:aws:iam::{ACCOUNT}:role/acme-lab-job"
_POLICY = f"{_ROLE}/inline"
_TEXT = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
    }
)


def _trail(tmp_path: Path) -> Path:
    named = {"RoleName": "acme-lab-job", "PolicyName": "inline", "PolicyDocument": _TEXT}
    late = {"eventTime": "2026-11-23T12:00:00.000+00:00"}
    return written(
        tmp_path / "audit.jsonl",
        [
            record("iam", "CreateRole", requestParameters={"RoleName": "acme-lab-job"}),
            record("iam", "PutRolePolicy", requestParameters=named),
            record(
                "s3",
                "PutObject",
                asked("s3:PutObject", by=[f"{_POLICY}#Read", "arn:aws:s3:::b#Others"]),
                asked("s3:PutObjectTagging", layer="identity-based policy"),
                role=_ROLE,
            ),
            record("s3", "GetObject", asked("s3:GetObject", by=[f"{_POLICY}#Read"]), role=_ROLE)
            | late,
        ],
    )


def _used(trail: Path, prefix: str = "acme-lab-", until: datetime | None = None) -> list[str]:
    found = list(permissions_used(*learned(trail, until), Purposes((prefix,))))
    assert all(each == Permission("job", "Read", each.action) for each in found)
    return sorted(each.action for each in found)


def test_what_a_roles_own_statements_allowed_is_taken(tmp_path: Path) -> None:
    assert _used(_trail(tmp_path)) == ["s3:GetObject", "s3:PutObject"]


def test_what_came_later_is_left_out(tmp_path: Path) -> None:
    until = datetime.fromisoformat("2026-11-23T11:00:00+00:00")
    assert _used(_trail(tmp_path), until=until) == ["s3:PutObject"]


def test_roles_that_the_platform_did_not_name_are_left_out(tmp_path: Path) -> None:
    assert _used(_trail(tmp_path), prefix="other-") == []
