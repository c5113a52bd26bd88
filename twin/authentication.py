"""From an HTTP request to the principal who sent it, or to the refusal to believe it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from twin import signing, streamed_payloads, wire
from twin.call import Call, Caller
from twin.canonical_request import SentRequest
from twin.errors import ServiceError
from twin.identity import Identities
from twin.signing import Signature
from twin.twin import Twin
from twin.unauthentic import Reason, Unauthentic

# Signed by nobody: the token or assertion in these requests speaks for its sender.
_WITHOUT_KEY = ("AssumeRoleWithWebIdentity", "AssumeRoleWithSAML")
_SCOPE_SOMEWHERE = re.compile(r"/\d{8}/[a-z0-9-]+/([a-z0-9-]+)/aws4_request")
_STANDARD_REGION = "us-east-1"

ANONYMOUS = Caller("", "", "", "")
"""Who sends an unsigned request: nobody that is known, in no account."""

NOBODYS_SIGNATURE = (
    f"AWS4-HMAC-SHA256 Credential=/20000101/{_STANDARD_REGION}/s3/aws4_request, "
    "SignedHeaders=host, Signature="
)
"""For what wants to see a header where nobody signed: it proves nothing, and is read by none."""


@dataclass(frozen=True)
class Addressed:
    """A request of which service, region and (not yet verified) signature are known."""

    service: str
    region: str
    signature: Signature | None


def addressed(request: SentRequest) -> Addressed:
    """Read which service a request is for.

    Raises Unauthentic where its signature cannot be read, or where it carries none although the
    service would want one; ServiceError AccessDenied for an address that AWS does not have.
    """
    signature = signing.read(request)
    path = request.target[0]
    target = request.header("x-amz-target") or ""
    if signature is not None:
        name = wire.service_name(signature.signing_name, path, target)
        return Addressed(name, signature.region, signature)
    service = _of_unsigned(request, target)
    return Addressed(wire.service_name(service, path, target), _STANDARD_REGION, None)


def supposed(request: SentRequest) -> tuple[str | None, str | None]:
    """Return service and protocol that a request without a readable signature seems to be for.

    AWS knows both by the host that was asked; here all services have one.
    """
    path, _ = request.target
    target = request.header("x-amz-target") or ""
    told = f"{request.header('authorization') or ''} {request.query.get('X-Amz-Credential', '')}"
    found = _SCOPE_SOMEWHERE.search(told)
    try:
        if found is not None:
            return wire.service_name(found[1], path, target), None
        return wire.service_name(_of_unsigned(request, target), path, target), None
    except ServiceError:
        return None, "json" if target else "query"


def authenticated(
    request: SentRequest, address: Addressed, identities: Identities, now: datetime
) -> tuple[Caller, SentRequest]:
    """Return who sent a request, and the request with its body in one piece.

    Raises Unauthentic for an unknown, disabled or expired key, a foreign session token, and
    whatever ``signing.verify`` and ``streamed_payloads.unpacked`` refuse.
    """
    signature = address.signature
    if signature is None:
        return ANONYMOUS, request
    caller = identities.caller(signature.access_key_id, signature.token)
    secret = identities.secret(signature.access_key_id)
    key = signing.verify(request, signature, secret, now)
    if signature.is_s3 and streamed_payloads.is_streamed(request):
        request = streamed_payloads.unpacked(request, signature, key)
    return caller, request


def refuse_anonymous(twin: Twin, call: Call) -> None:
    """Raise Unauthentic for an unsigned request that AWS would not serve unsigned.

    That leaves those of STS that the twin answers itself, and those about a bucket that exists,
    which its policy decides.
    """
    if call.caller is not ANONYMOUS:
        return
    if call.operation in _WITHOUT_KEY and twin.registry.answer_of(call.service, call.operation):
        return
    if not (call.service == "s3" and call.owner_id is not None):
        raise Unauthentic(Reason.MISSING)


def _of_unsigned(request: SentRequest, target: str) -> str:
    """Return the service that an unsigned request is for: STS with a token, or S3."""
    if target:
        raise Unauthentic(Reason.MISSING)
    if "form-urlencoded" in (request.header("content-type") or ""):
        form = parse_qs(request.body.decode("latin-1"))
        action = (form.get("Action") or [""])[0]
        if action in _WITHOUT_KEY:
            return "sts"
        if action:
            raise Unauthentic(Reason.MISSING)
    action = request.query.get("Action", "")
    if action in _WITHOUT_KEY:
        return "sts"
    if action:
        raise Unauthentic(Reason.MISSING)
    return "s3"
