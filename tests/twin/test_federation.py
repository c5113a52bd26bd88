"""Tokens of an identity provider: whom they vouch for, and when they are not believed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from tests.twin.names import role, trusting, unique
from tests.twins import REGION, STAGING, RunningTwin
from twin.credentials import Credentials
from twin.federation import declare_issuer

AUDIENCE = "sts.amazonaws.com"
SUBJECT = "repo:shop/models:ref:refs/heads/main"


class Forge:
    """An issuer of tokens, the provider of it in an account, and a role that trusts one subject."""

    def __init__(self, twin: RunningTwin) -> None:
        self.twin = twin
        self.host = f"{unique('forge')}.example.com"
        self.issuer = f"https://{self.host}"
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        declare_issuer(twin.folder, self.issuer, KeySet([self.key]).as_dict(private=False))
        made = twin.client("iam", STAGING).create_open_id_connect_provider(
            Url=self.issuer, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
        )
        provider = {"Federated": made["OpenIDConnectProviderArn"]}
        condition = {"StringEquals": {f"{self.host}:sub": SUBJECT, f"{self.host}:aud": AUDIENCE}}
        statement = trusting(provider, "sts:AssumeRoleWithWebIdentity", Condition=condition)
        self.role = role(twin, STAGING, statement)

    def token(self, key: RSAKey | None = None, **claims: Any) -> str:
        """Sign a token for the subject that the role trusts."""
        now = int(time.time())
        given = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 300,
            **claims,
        }
        kept = {name: value for name, value in given.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, kept, key or self.key)

    def take(self, token: str, role_arn: str | None = None) -> Mapping[str, Any]:
        """Ask for the role with a token, signing nothing."""
        sts = boto3.client(
            "sts",
            endpoint_url=self.twin.url,
            region_name=REGION,
            config=Config(signature_version=UNSIGNED, proxies={}),
        )
        answer: Mapping[str, Any] = sts.assume_role_with_web_identity(
            RoleArn=role_arn or self.role, RoleSessionName="apply", WebIdentityToken=token
        )
        return answer

    def refusal(self, token: str, role_arn: str | None = None) -> str:
        """Ask for the role and return the code of the refusal."""
        with pytest.raises(ClientError) as refused:
            self.take(token, role_arn)
        return str(refused.value.response["Error"]["Code"])


@pytest.fixture(scope="module")
def forge(running_twin: RunningTwin) -> Forge:
    """A forge whose jobs may take a role."""
    return Forge(running_twin)


def test_token_gives_a_session_of_the_role_that_trusts_its_subject(forge: Forge) -> None:
    answer = forge.take(forge.token())
    keys = answer["Credentials"]
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    who = forge.twin.client("sts", credentials=credentials).get_caller_identity()

    assert answer["SubjectFromWebIdentityToken"] == SUBJECT
    assert answer["Audience"] == AUDIENCE
    assert who["Arn"].endswith("/apply")
    assert who["Account"] == STAGING


def test_token_of_another_key_is_refused(forge: Forge) -> None:
    forged = forge.token(RSAKey.generate_key(2048, {"kid": "one"}))

    assert forge.refusal(forged) == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "https://unknown.example.com"},
        {"exp": None},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"https://aws.amazon.com/source_identity": "rita"},
    ],
)
def test_token_that_does_not_fit_is_refused(forge: Forge, claims: dict[str, Any]) -> None:
    assert forge.refusal(forge.token(**claims)) == "InvalidIdentityToken"


def test_token_that_is_over_is_refused(forge: Forge) -> None:
    assert forge.refusal(forge.token(exp=int(time.time()) - 1)) == "ExpiredTokenException"


def test_token_for_another_subject_is_refused(forge: Forge) -> None:
    assert forge.refusal(forge.token(sub="repo:shop/models:pull_request")) == "AccessDenied"


def test_role_that_trusts_no_provider_is_refused(forge: Forge) -> None:
    plain = role(forge.twin, STAGING, trusting({"AWS": STAGING}))

    assert forge.refusal(forge.token(), plain) == "AccessDenied"


@pytest.mark.parametrize("text", ["nonsense", "a.b.c", "e30.e30."])
def test_what_is_no_token_is_refused(forge: Forge, text: str) -> None:
    assert forge.refusal(text) == "InvalidIdentityToken"


def test_issuer_whose_keys_nobody_declared_is_refused(forge: Forge) -> None:
    issuer = f"https://{unique('silent')}.example.com"
    forge.twin.client("iam", STAGING).create_open_id_connect_provider(
        Url=issuer, ClientIDList=[AUDIENCE], ThumbprintList=["0" * 40]
    )

    assert forge.refusal(forge.token(iss=issuer)) == "InvalidIdentityToken"
