"""Which account owns a resource."""

from __future__ import annotations

from moto.s3.models import s3_backends

from policies.iam.arn import parse_arn
from twin.call import Call

_BUCKETS = "arn:"


def owner_of(resource: str, call: Call) -> str:
    """Return the account that owns what an ARN names, the caller's where it names nobody's.

    A bucket's ARN names no account: its owner is who made it. What AWS itself owns (managed
    policies, public parameters) is asked for in the account of the caller.
    """
    found = parse_arn(resource)
    if found is None:
        return call.caller.account_id
    if found.service == "s3" and not found.account:
        if call.operation == "CreateBucket":
            # Who may make a bucket is no matter of whoever has the name already.
            return call.caller.account_id
        made = s3_backends.bucket_accounts.get(found.resource.partition("/")[0])
        return call.caller.account_id if made is None else str(made[1])
    return found.account if found.account.isdigit() else call.caller.account_id
