"""What a request asks for in IAM's words: one action on one resource."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """An IAM action on a resource, such as ``s3:GetObject`` on an object's ARN.

    ``resource`` is ``*`` where the action is about no resource in particular. ``owner`` is the
    account that the resource belongs to, or would once it is made.
    """

    action: str
    resource: str
    owner: str


class UnknownAction(Exception):
    """What an operation asks for is not known; such a request must be refused.

    ``service`` and ``operation`` are botocore's names.
    """

    def __init__(self, service: str, operation: str, why: str) -> None:
        self.service = service
        self.operation = operation
        self.why = why
        super().__init__(f"{service}.{operation}: what it asks for must be known, got {why}")
