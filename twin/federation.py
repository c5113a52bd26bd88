"""Who comes with a token of an identity provider: the token verified, and its bearer as a caller.

AWS fetches a provider's keys from the provider. The twin asks nobody: the keys of an issuer are
declared by a file in its state folder, and an issuer without one is not believed.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from twin.call import Call, Caller
from twin.errors import ServiceError
from twin.moto_state import iam_of

if TYPE_CHECKING:
    from twin.twin import Twin

# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
_OPERATION = "AssumeRoleWithWebIdentity"
# Tokens may set tags and a source identity of the session, which is not modelled.
_UNREAD = ("https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity")


@dataclass(frozen=True)
class Token:
    """What a verified token says: who vouches for whom, and for which audience."""

    provider_arn: str
    subject: str
    audience: str


def declare_issuer(folder: Path, issuer: str, keys: Mapping[str, Any]) -> None:
    """Let the twin of a state folder believe an issuer (``https://...``) with these public keys.

    ``keys`` is a JSON Web Key Set.
    """
    path = _keys_of(folder, issuer)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_text(json.dumps(keys), encoding="utf-8")


def vouched(twin: Twin, call: Call) -> Call:
    """Return a call with the caller for whom its token vouches; others stay as they are.

    Raises ServiceError InvalidIdentityToken or ExpiredTokenException where the token is not to
    be believed.
    """
    if (call.service, call.operation) != ("sts", _OPERATION):
        return call
    token = token_of(twin, call)
    account = str(call.parameters["RoleArn"]).split(":")[4]
    known = f"{token.provider_arn}:{token.audience}:{token.subject}"
    caller = Caller(account, token.provider_arn, "", known, federated_provider=token.provider_arn)
    return replace(call, caller=caller)


def token_of(twin: Twin, call: Call) -> Token:
    """Verify the token of a call: its signature, its time, and that its provider is known.

    Raises ServiceError as ``vouched`` does.
    """
    account = (str(call.parameters.get("RoleArn") or "").split(":") + [""] * 5)[4]
    text = str(call.parameters.get("WebIdentityToken") or "")
    issuer = _issuer(text)
    name = issuer.removeprefix("https://").rstrip("/")
    arn = f"arn:aws:iam::{account}:oidc-provider/{name}"
    iam = iam_of(account)
    provider = None if iam is None else iam.open_id_providers.get(arn)
    if provider is None or not issuer.startswith("https://"):
        raise _invalid(f"No OpenIDConnect provider found in your account for {issuer}")
    claims = _verified(text, _keys_of(twin.settings.folder, issuer))
    _refuse_late(claims, twin.now())
    if any(claims.get(name) for name in _UNREAD):
        raise _invalid("The twin does not model tokens that set tags or a source identity")
    audience = _audience(claims, provider.client_id_list)
    return Token(arn, str(claims.get("sub") or ""), audience)


def _issuer(text: str) -> str:
    try:
        return str(json.loads(_part(text, 1)).get("iss") or "")
    except (ValueError, IndexError, AttributeError) as error:
        raise _invalid("The ID Token provided is not a valid JWT.") from error


def _part(text: str, number: int) -> bytes:
    part = text.split(".")[number]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _keys_of(folder: Path, issuer: str) -> Path:
    return folder / "issuers" / f"{quote(issuer.rstrip('/'), safe='')}.json"


def _verified(text: str, path: Path) -> Mapping[str, Any]:
    try:
        keys = KeySet.import_key_set(json.loads(path.read_text(encoding="utf-8")))
        claims: Mapping[str, Any] = jwt.decode(text, keys, algorithms=_ALGORITHMS).claims
    except OSError as error:
        raise _invalid(
            "Couldn't retrieve verification key from your identity provider, please reference "
            "AssumeRoleWithWebIdentity documentation for requirements"
        ) from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _invalid(f"The token's signature cannot be verified: {error}") from error
    return claims


def _refuse_late(claims: Mapping[str, Any], now: datetime) -> None:
    times = {name: claims.get(name) for name in ("exp", "iat", "nbf")}
    if not all(value is None or isinstance(value, int | float) for value in times.values()):
        raise _invalid("The token's times are not numbers")
    ends, begins = times["exp"], times["nbf"]
    if ends is None or times["iat"] is None:
        raise _invalid("Missing a required claim: exp, iat")
    if ends <= now.timestamp():
        message = "Token expired: current date/time must be before the expiration date/time"
        raise ServiceError("ExpiredTokenException", message, 400)
    if begins is not None and begins > now.timestamp():
        raise _invalid("The token is not valid yet")


def _audience(claims: Mapping[str, Any], known: list[str]) -> str:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    given = claims.get("azp") or claims.get("aud")
    for audience in given if isinstance(given, list) else [given]:
        if audience in known:
            return str(audience)
    raise _invalid("Incorrect token audience")


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidIdentityToken", message, 400)
