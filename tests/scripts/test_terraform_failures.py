"""What a Terraform command that failed said: who holds a lock, and what to do about it."""

from __future__ import annotations

import json

import pytest

from scripts.processes import Ended
from scripts.terraform_events import EventReader
from scripts.terraform_failures import StateLockedError, terraform_failure

LOCK = """Error message: operation error S3: PutObject, api error PreconditionFailed
Lock Info:
  ID:        0a1b2c3d-0000-1111-2222-333344445555
  Path:      gatehouse-staging-tfstate-222222222222/accounts/staging/terraform.tfstate
  Operation: OperationTypeApply
  Who:       petra@desk
  Version:   1.11.4
  Created:   2026-11-22 21:58:46.123456789 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time."""


def _failed(summary: str, detail: str) -> Exception:
    reader = EventReader()
    diagnostic = {"severity": "error", "summary": summary, "detail": detail}
    event = {"@level": "error", "@message": "", "type": "diagnostic", "diagnostic": diagnostic}
    reader.read(json.dumps(event))
    return terraform_failure(Ended(("/bin/terraform", "plan"), 1, ()), reader)


def test_a_lock_tells_who_holds_it_since_when_and_for_what() -> None:
    failure = _failed("Error acquiring the state lock", LOCK)
    assert isinstance(failure, StateLockedError)
    assert failure.lock_id == "0a1b2c3d-0000-1111-2222-333344445555"
    assert str(failure).startswith(
        "terraform plan: the state must be free, "
        "got a lock of petra@desk since 2026-11-22 21:58:46 UTC for apply"
    )


def test_a_lock_that_cannot_be_read_is_a_failure_like_any() -> None:
    failure = _failed("Error acquiring the state lock", "AccessDenied")
    assert not isinstance(failure, StateLockedError)
    assert "must succeed, got Error acquiring the state lock. AccessDenied" in str(failure)


@pytest.mark.parametrize("told", ["S3 bucket does not exist", "api error NoSuchBucket: gone"])
def test_a_bucket_that_is_missing_names_the_command_that_makes_it(told: str) -> None:
    assert "make bootstrap ACCOUNT=" in str(_failed("Failed to get existing workspaces", told))
