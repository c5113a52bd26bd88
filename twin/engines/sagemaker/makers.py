"""Who made or changed something, as SageMaker tells it."""

from __future__ import annotations

from twin.audit import identity
from twin.call import Call
from twin.table import Record


def maker_of(call: Call) -> Record:
    """Describe the caller, by source identity where the session has one."""
    described = identity(call.caller)
    return {
        "IamIdentity": {
            "Arn": call.caller.arn,
            "PrincipalId": str(described.get("principalId", call.caller.principal_id)),
            **({"SourceIdentity": source} if (source := call.caller.source_identity) else {}),
        }
    }
