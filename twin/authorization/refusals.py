"""What a service answers to somebody who may not: code, wording and status, as AWS has them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.core.utils import get_service_model

from policies.iam import Decision, Layer
from twin.authorization.asked import Asked, UnknownAction
from twin.call import Call
from twin.errors import ServiceError

# Services whose code is another than that of their protocol.
_CODES: Mapping[str, str] = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
_XML = ("query", "ec2", "rest-xml")
_ROLE_TRUST = "role trust policy"


def refusal(call: Call, asked: Asked, decision: Decision) -> ServiceError:
    """Return the error of a request that is not allowed."""
    return _error(call, f"{_who(call, asked)} {_why(asked, decision)}")


def unknown(call: Call, error: UnknownAction) -> ServiceError:
    """Return the error of a request of which the twin does not know what it asks for.

    AWS has no such answer; it is refused as what nobody is allowed to do.
    """
    return _error(
        call,
        f"User: {named(call)} is not authorized to perform: {call.service}:{call.operation}: "
        f"the twin does not know what this asks for ({error.why})",
    )


def named(call: Call) -> str:
    """Return the principal as a refusal names it."""
    return call.caller.arn or "anonymous"


def _who(call: Call, asked: Asked) -> str:
    resource = f'"{asked.resource}"' if call.service == "s3" else asked.resource
    return (
        f"User: {named(call)} is not authorized to perform: {asked.action} on resource: {resource}"
    )


def _why(asked: Asked, decision: Decision) -> str:
    kind = decision.layer.value if decision.layer else Layer.IDENTITY.value
    if decision.layer is Layer.RESOURCE and asked.action.startswith("sts:"):
        kind = _ROLE_TRUST
    if decision.explicit:
        article = "an" if kind[0] in "aeiou" else "a"
        return f"with an explicit deny in {article} {kind}"
    return f"because no {kind} allows the {asked.action} action"


def _error(call: Call, message: str) -> ServiceError:
    if call.service == "ec2":
        # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
        message = f"You are not authorized to perform this operation. {message}"
    code, status = _form(call.service)
    return ServiceError(_CODES.get(call.service, code), message, status)


def _form(service: str) -> tuple[str, int]:
    """Return code and status of a refusal in the protocol of a service.

    Protocols in XML have AccessDenied, those in JSON AccessDeniedException, which is a status of
    400 where the body alone tells what happened.
    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    """
    protocol = str(get_service_model(service).metadata["protocol"])
    if protocol in _XML:
        return "AccessDenied", 403
    return "AccessDeniedException", 403 if protocol == "rest-json" else 400
