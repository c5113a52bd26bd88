"""Credentials of an AWS service itself, for what it does without a role of the customer."""

from __future__ import annotations

from twin.credentials import Credentials
from twin.twin import Twin


def credentials(
    twin: Twin, service: str, account_id: str, source_arn: str | None = None
) -> Credentials:
    """Return keys of a service (``events.amazonaws.com``) acting for a resource of an account.

    Its requests are those of a service principal: what it reaches is decided by the policies of
    resources alone, which may ask for whom it acts.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
    """
    return twin.identities.add_service(service, account_id, source_arn=source_arn)
