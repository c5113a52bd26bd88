"""Credentials of an AWS service itself, for what it does without a role of the customer."""

from __future__ import annotations

from twin.identity import Credentials, SessionRequest
from twin.twin import Twin


def credentials(twin: Twin, service: str, account_id: str) -> Credentials:
    """Return a session of a service (``events.amazonaws.com``) acting in an account.

    AWS gives a service a role of its own in each account, which only the service can use; it is
    known under the path ``aws-service-role``:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
    """
    name = "AWSServiceRoleFor" + service.split(".", 1)[0].capitalize()
    role_arn = f"arn:aws:iam::{account_id}:role/aws-service-role/{service}/{name}"
    request = SessionRequest(role_arn, service.split(".", 1)[0], service=service)
    return twin.identities.add_session(request)[1]
