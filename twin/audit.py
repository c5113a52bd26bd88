"""One record per request, written as JSON lines and kept (the last ones) in memory.

The shape follows CloudTrail's record contents; the twin's ruling stands in additionalEventData:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from twin.call import Call, Caller, Response
from twin.errors import ServiceError

if TYPE_CHECKING:
    from twin.authorization.decision import Ruling, Weighed

READS = ("BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Search", "Select", "View")
"""How the names of operations begin that only read."""

_VERSION = "1.11"
_KEPT = 5_000
_SECRET_WORDS = ("password", "secretaccesskey", "secretstring", "sessiontoken", "plaintext")
_LONG = 2_048
# Policies are kept whole: who reads a trail wants to know what was granted.
_LONGEST_POLICY = 32_768
_CODE_IN_XML = re.compile(rb"<Code>([^<]+)</Code>")
_MESSAGE_IN_XML = re.compile(rb"<Message>([^<]*)</Message>")


@dataclass(frozen=True)
class Outcome:
    """How a request ended: the answer, how long it took, and the ruling that let it pass."""

    response: Response
    error: ServiceError | None
    milliseconds: float
    ruling: Ruling | None = None


class Audit:
    """Writes audit records; ``path`` None keeps them in memory only."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._recent: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._file: TextIO | None = path.open("a", encoding="utf-8", buffering=1) if path else None

    def write(self, call: Call, outcome: Outcome) -> None:
        """Record one request that was identified."""
        self.add(record_of(call, outcome))

    def add(self, record: dict[str, Any]) -> None:
        """Append a record."""
        line = json.dumps(record, default=str, separators=(",", ":"))
        with self._lock:
            self._recent.append(record)
            if self._file is not None:
                self._file.write(line + "\n")

    def recent(self) -> list[dict[str, Any]]:
        """Return the kept records, oldest first."""
        with self._lock:
            return list(self._recent)

    def close(self) -> None:
        """Flush and close the file."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None


def record_of(call: Call, outcome: Outcome) -> dict[str, Any]:
    """Return the record of a request.

    ``attempt``, ``status`` and ``milliseconds`` are the twin's own; all else is CloudTrail's.
    """
    ruling = outcome.ruling
    way = ruling.route if ruling is not None else None
    record: dict[str, Any] = {
        "eventVersion": _VERSION,
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "eventSource": f"{call.service}.amazonaws.com",
        "eventName": call.operation,
        "awsRegion": call.region,
        "recipientAccountId": call.account_id,
        "userIdentity": identity(call.caller),
        "sourceIPAddress": call.caller.service or (way.address if way else call.position.address),
        "userAgent": call.user_agent,
        "requestID": call.request_id,
        "eventID": str(uuid.uuid4()),
        "eventType": "AwsApiCall",
        "readOnly": call.operation.startswith(READS),
        "requestParameters": shortened(call.parameters),
        "errorCode": outcome.error.code if outcome.error else None,
        "attempt": _attempt(call),
        "status": outcome.response.status,
        "milliseconds": round(outcome.milliseconds, 2),
    }
    if outcome.error is not None:
        record["errorMessage"] = outcome.error.message
    if way is not None and way.endpoint_id is not None:
        record["vpcEndpointId"] = way.endpoint_id
        record["vpcEndpointAccountId"] = way.endpoint_owner
    if ruling is not None:
        record["resources"] = _resources(ruling)
        record["additionalEventData"] = {"decision": _ruled(ruling)}
    return record


def _resources(ruling: Ruling) -> list[dict[str, str]]:
    own = [each.asked for each in ruling.decisions if each.service is None]
    named = {(asked.resource, asked.owner): None for asked in own if asked.resource != "*"}
    return [{"ARN": arn, "accountId": owner} for arn, owner in named]


def _ruled(ruling: Ruling) -> dict[str, Any]:
    ruled: dict[str, Any] = {
        "allowed": ruling.allowed,
        "asked": [_weighed(each) for each in ruling.decisions],
    }
    if ruling.error is not None:
        ruled["refusal"] = {"code": ruling.error.code, "message": ruling.error.message}
    if ruling.unknown is not None:
        ruled["unknown"] = ruling.unknown
    if ruling.unreachable is not None:
        ruled["unreachable"] = ruling.unreachable
    return ruled


def _weighed(each: Weighed) -> dict[str, Any]:
    decision = each.decision
    described: dict[str, Any] = {
        "action": each.asked.action,
        "resource": each.asked.resource,
        "account": each.asked.owner,
        "allowed": decision.allowed,
        "statements": [statement.address for statement in decision.statements],
    }
    if each.service is not None:
        described["service"] = each.service
    if not decision.allowed:
        # Why somebody was refused is asked again and again; why not, hardly ever.
        described["explicit"] = decision.explicit
        described["layer"] = decision.layer.value if decision.layer else None
        described["keys"] = {key: list(values) for key, values in sorted(each.keys.items())}
    return described


def told(response: Response) -> ServiceError | None:
    """Return the error that an answer tells, in any of AWS's protocols; None for a success."""
    if response.ok or response.status == 304:
        return None
    return (
        _from_json(response)
        or _from_xml(response)
        or ServiceError(str(response.status), "", response.status)
    )


def _from_xml(response: Response) -> ServiceError | None:
    code = _CODE_IN_XML.search(response.body)
    message = _MESSAGE_IN_XML.search(response.body)
    text = message.group(1).decode(errors="replace") if message else ""
    return ServiceError(code.group(1).decode(), text, response.status) if code else None


def _from_json(response: Response) -> ServiceError | None:
    if not response.body.lstrip().startswith(b"{"):
        return None
    try:
        body: dict[str, Any] = json.loads(response.body)
    except ValueError:
        return None
    headers = {name.lower(): value for name, value in response.headers.items()}
    code = body.get("__type") or body.get("code") or headers.get("x-amzn-errortype")
    if not code:
        return None
    short = str(code).rpartition("#")[2].partition(":")[0]
    text = body.get("message") or body.get("Message") or ""
    return ServiceError(short, str(text), response.status)


def _attempt(call: Call) -> int:
    """Return the how-manieth try of a client's own retries this request is."""
    found = call.headers.get("Amz-Sdk-Request", "").partition("attempt=")[2].partition(";")[0]
    return int(found) if found.isdigit() else 1


def identity(caller: Caller) -> dict[str, Any]:
    """Describe a principal in CloudTrail's words.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """
    if caller.is_service:
        return {"type": "AWSService", "invokedBy": caller.arn}
    described: dict[str, Any] = {
        "type": _kind(caller),
        "arn": caller.arn,
        "accountId": caller.account_id,
        "principalId": caller.principal_id,
        "accessKeyId": caller.access_key_id,
    }
    if caller.role_arn:
        described["sessionContext"] = _session(caller, caller.role_arn)
    if caller.service or caller.called_via:
        described["invokedBy"] = caller.service or caller.called_via[-1]
    return described


def _kind(caller: Caller) -> str:
    if caller.role_arn:
        return "AssumedRole"
    if not caller.arn:
        return "Anonymous"
    return "Root" if caller.arn.endswith(":root") else "IAMUser"


def _session(caller: Caller, role_arn: str) -> dict[str, Any]:
    session: dict[str, Any] = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": caller.principal_id.partition(":")[0],
            "arn": role_arn,
            "accountId": caller.account_id,
            "userName": role_arn.rpartition("/")[2],
        },
        "sourceIdentity": caller.source_identity,
    }
    if caller.issued is not None:
        session["attributes"] = {
            "creationDate": caller.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "mfaAuthenticated": "false",
        }
    if caller.federated_provider is not None:
        session["webIdFederationData"] = {"federatedProvider": caller.federated_provider}
    return session


def shortened(value: Any, key: str = "") -> Any:
    """Return parameters fit for a record: secrets masked, long or binary values cut."""
    if any(word in key.lower() for word in _SECRET_WORDS):
        return "HIDDEN"
    if isinstance(value, dict):
        return {name: shortened(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [shortened(item, key) for item in value[:100]]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    if isinstance(value, str):
        longest = _LONGEST_POLICY if "policy" in key.lower() else _LONG
        return value if len(value) <= longest else value[:longest] + "..."
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
