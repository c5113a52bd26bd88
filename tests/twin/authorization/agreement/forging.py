"""Signs tokens of an identity provider that a twin believes."""

from __future__ import annotations

import time
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.twin.authorization.agreement.estate import AUDIENCE, FORGE
from twin.federation import declare_issuer


class Forge:
    """An issuer of tokens."""

    def __init__(self, folder: Path) -> None:
        self._key = ECKey.generate_key("P-256", {"kid": "one"})
        declare_issuer(folder, f"https://{FORGE}", KeySet([self._key]).as_dict(private=False))

    def token(self, subject: str) -> str:
        """Sign a token for a subject."""
        now = int(time.time())
        said = {"iss": f"https://{FORGE}", "aud": AUDIENCE, "sub": subject}
        times = {"iat": now, "exp": now + 3600}
        return jwt.encode({"alg": "ES256", "kid": "one"}, said | times, self._key)
