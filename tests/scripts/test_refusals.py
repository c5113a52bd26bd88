"""A refusal of AWS is read from the words of each service."""

from __future__ import annotations

import pytest

from scripts.refusals import read_refusal

_ROLE = "arn:aws:sts::222222222222:assumed-role/gatehouse-staging-apply/x"


@pytest.mark.parametrize(
    ("told", "action", "who"),
    [
        (
            f"creating KMS Key: operation error KMS: CreateKey, https response error StatusCode: "
            f"400, AccessDeniedException: User: {_ROLE} is not authorized to perform: "
            "kms:CreateKey on resource: * because no identity-based policy allows it",
            "kms:CreateKey",
            _ROLE,
        ),
        (
            "creating S3 Bucket (x): operation error S3: CreateBucket, https response error "
            "StatusCode: 403, RequestID: 1, api error AccessDenied: Access Denied",
            "s3:CreateBucket",
            "apply",
        ),
        (
            "An error occurred (AccessDenied) when calling the DeleteObject operation: Denied",
            "DeleteObject",
            "apply",
        ),
    ],
)
def test_a_refusal_names_action_and_role(told: str, action: str, who: str) -> None:
    refusal = read_refusal(told, "apply")
    assert refusal is not None
    assert (refusal.action, refusal.who) == (action, who)
    assert refusal.hint().startswith(f"{who} must be allowed {action}")


def test_what_is_no_refusal_is_not_read_as_one() -> None:
    told = "creating IAM Role (x): operation error IAM: CreateRole, StatusCode: 409"
    assert read_refusal(told, "apply") is None
