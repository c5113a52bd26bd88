"""Why the sender of a request is not believed, in the words that each kind of service has for it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from enum import Enum, auto

from twin.errors import ServiceError


class Reason(Enum):
    """Why a request's sender is not believed."""

    MISSING = auto()
    """Nothing is signed."""
    MALFORMED = auto()
    """The signature's parts are missing or contradict each other."""
    MALFORMED_LINK = auto()
    """The same of a presigned link."""
    UNSUPPORTED = auto()
    """Signed by an algorithm that is not accepted any more."""
    UNKNOWN_KEY = auto()
    WRONG_TOKEN = auto()
    EXPIRED_TOKEN = auto()
    MISMATCH = auto()
    """The signature is not the one that key and request give."""
    SKEWED = auto()
    """Signed too long ago, or in the future."""
    EXPIRED_LINK = auto()
    UNSIGNED_HEADERS = auto()
    WRONG_BODY_HASH = auto()


class Unauthentic(ServiceError):
    """The sender of a request is not believed; ``detail`` says more than the reason does.

    Code and message are those of services with a JSON protocol; ``worded`` gives others theirs.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(*_JSON_WORDS[reason].filled(detail))


class _Words:
    def __init__(self, code: str, message: str, status: int = 403) -> None:
        self._code = code
        self._message = message
        self._status = status

    def filled(self, detail: str) -> tuple[str, str, int]:
        # Services say the detail where there is one, else their fixed sentence.
        return self._code, detail or self._message, self._status


def worded(error: Unauthentic, service: str | None, protocol: str | None) -> ServiceError:
    """Return the error as a service (botocore's name of it) of this protocol answers it."""
    if service in ("s3", "s3control"):
        table = _S3_WORDS
    elif protocol == "ec2":
        table = _EC2_WORDS
    elif protocol in ("query", "rest-xml"):
        table = _QUERY_WORDS
    else:
        table = _JSON_WORDS
    words = table[error.reason]
    # A detail is a whole sentence; EC2 never says one.
    return ServiceError(*words.filled("" if table is _EC2_WORDS else error.detail))


_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)
_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105
_EXPIRED_TOKEN = "The security token included in the request is expired"  # noqa: S105
_NOT_VALIDATED = _Words(
    "AuthFailure", "AWS was not able to validate the provided access credentials", 401
)
_HEADER_NEEDS = "The authorization header requires Credential, SignedHeaders and Signature."

_JSON_WORDS = {
    Reason.MISSING: _Words("MissingAuthenticationTokenException", "Missing Authentication Token"),
    Reason.MALFORMED: _Words("IncompleteSignatureException", _HEADER_NEEDS),
    Reason.MALFORMED_LINK: _Words("IncompleteSignatureException", _HEADER_NEEDS),
    Reason.UNSUPPORTED: _Words("IncompleteSignatureException", "Unsupported signature algorithm"),
    Reason.UNKNOWN_KEY: _Words("UnrecognizedClientException", _INVALID_TOKEN),
    Reason.WRONG_TOKEN: _Words("UnrecognizedClientException", _INVALID_TOKEN),
    Reason.EXPIRED_TOKEN: _Words("ExpiredTokenException", _EXPIRED_TOKEN),
    Reason.MISMATCH: _Words("InvalidSignatureException", _MISMATCH),
    Reason.SKEWED: _Words("InvalidSignatureException", "Signature expired"),
    Reason.EXPIRED_LINK: _Words("InvalidSignatureException", "Signature expired"),
    Reason.UNSIGNED_HEADERS: _Words("InvalidSignatureException", _MISMATCH),
    Reason.WRONG_BODY_HASH: _Words("InvalidSignatureException", _MISMATCH),
}

_QUERY_WORDS = {
    Reason.MISSING: _Words("MissingAuthenticationToken", "Request is missing Authentication Token"),
    Reason.MALFORMED: _Words("IncompleteSignature", _HEADER_NEEDS),
    Reason.MALFORMED_LINK: _Words("IncompleteSignature", _HEADER_NEEDS),
    Reason.UNSUPPORTED: _Words("IncompleteSignature", "Unsupported signature algorithm"),
    Reason.UNKNOWN_KEY: _Words("InvalidClientTokenId", _INVALID_TOKEN),
    Reason.WRONG_TOKEN: _Words("InvalidClientTokenId", _INVALID_TOKEN),
    Reason.EXPIRED_TOKEN: _Words("ExpiredToken", _EXPIRED_TOKEN),
    Reason.MISMATCH: _Words("SignatureDoesNotMatch", _MISMATCH),
    Reason.SKEWED: _Words("SignatureDoesNotMatch", "Signature expired"),
    Reason.EXPIRED_LINK: _Words("SignatureDoesNotMatch", "Signature expired"),
    Reason.UNSIGNED_HEADERS: _Words("SignatureDoesNotMatch", _MISMATCH),
    Reason.WRONG_BODY_HASH: _Words("SignatureDoesNotMatch", _MISMATCH),
}

_EC2_WORDS = {
    **dict.fromkeys(Reason, _NOT_VALIDATED),
    Reason.MALFORMED: _Words("IncompleteSignature", _HEADER_NEEDS),
    Reason.EXPIRED_TOKEN: _Words("RequestExpired", "Request has expired.", 400),
    Reason.SKEWED: _Words("RequestExpired", "Request has expired.", 400),
    Reason.EXPIRED_LINK: _Words("RequestExpired", "Request has expired.", 400),
}

_S3_WORDS = {
    Reason.MISSING: _Words("AccessDenied", "Access Denied"),
    Reason.MALFORMED: _Words("AuthorizationHeaderMalformed", _HEADER_NEEDS, 400),
    Reason.MALFORMED_LINK: _Words(
        "AuthorizationQueryParametersError", "The query parameters of the link are not valid.", 400
    ),
    Reason.UNSUPPORTED: _Words(
        "InvalidRequest",
        "The authorization mechanism you have provided is not supported. Please use "
        "AWS4-HMAC-SHA256.",
        400,
    ),
    Reason.UNKNOWN_KEY: _Words(
        "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
    ),
    Reason.WRONG_TOKEN: _Words(
        "InvalidToken", "The provided token is malformed or otherwise invalid.", 400
    ),
    Reason.EXPIRED_TOKEN: _Words("ExpiredToken", "The provided token has expired.", 400),
    Reason.MISMATCH: _Words(
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check "
        "your key and signing method.",
    ),
    Reason.SKEWED: _Words(
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    ),
    Reason.EXPIRED_LINK: _Words("AccessDenied", "Request has expired"),
    Reason.UNSIGNED_HEADERS: _Words(
        "AccessDenied", "There were headers present in the request which were not signed"
    ),
    Reason.WRONG_BODY_HASH: _Words(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        400,
    ),
}
