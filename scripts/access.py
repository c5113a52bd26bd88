"""Who a command acts as on AWS: the caller, or a person's persona taken from the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    ConnectTimeoutError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)

from pipelines.errors import EnvironmentFault, GatehouseError, Misuse
from pipelines.naming import Naming
from pipelines.organization import Account

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
_UNKNOWN_KEY = ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId")
_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation")


@dataclass(frozen=True)
class Access:
    """An identity on AWS, and the endpoint where AWS is found."""

    session: boto3.session.Session
    endpoint: str | None
    who: str

    @classmethod
    def nobody(cls) -> Access:
        """Give an identity that has no keys: to prepare what needs none yet."""
        return cls(boto3.session.Session(), "http://127.0.0.1", "nobody")

    @property
    def is_local(self) -> bool:
        """Tell whether AWS is a twin on this machine."""
        return is_loopback(self.endpoint)

    def client(self, service: str, region: str, *, attempts: int = 5) -> Any:
        """Make a client of one service; more attempts slow down where AWS throttles."""
        mode = "adaptive" if attempts > 5 else "standard"
        config = Config(retries={"mode": mode, "total_max_attempts": attempts})
        if self.is_local:
            # A proxy or a long patience helps nobody on loopback.
            config = Config(
                proxies={},
                connect_timeout=5,
                read_timeout=120,
                retries={"mode": "standard", "total_max_attempts": 2},
            )
        return self.session.client(
            service, region_name=region, endpoint_url=self.endpoint, config=config
        )

    def account_id(self, region: str) -> str:
        """Ask in which account this identity is."""
        with aws_errors("your AWS credentials", "must be accepted", self.endpoint):
            return str(self.client("sts", region).get_caller_identity()["Account"])

    def role_name(self, region: str) -> str | None:
        """Tell which role this identity is a session of, if of any."""
        with aws_errors("your AWS credentials", "must be accepted", self.endpoint):
            arn = str(self.client("sts", region).get_caller_identity()["Arn"])
        kind, _, session = arn.rpartition(":")[2].partition("/")
        return session.partition("/")[0] if kind == "assumed-role" else None

    def assume(self, role_arn: str, region: str, session_name: str, person: str | None) -> Access:
        """Take a role; `person` becomes the session's source identity, for the audit trail."""
        request = {"RoleArn": role_arn, "RoleSessionName": session_name}
        if person is not None:
            request["SourceIdentity"] = person
        with aws_errors(role_arn, f"{self.who} must be able to take this role", self.endpoint):
            keys = self.client("sts", region).assume_role(**request)["Credentials"]
        session = boto3.session.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region
        )
        return Access(session, self.endpoint, person or role_arn.rpartition("/")[2])

    def variables(self, region: str) -> dict[str, str]:
        """Give the environment in which another program acts as this identity."""
        with aws_errors("your AWS credentials", "must be there", self.endpoint):
            found = self.session.get_credentials()
            if found is None:
                raise NoCredentialsError
            keys = found.get_frozen_credentials()
        variables = {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }
        if keys.token:
            variables["AWS_SESSION_TOKEN"] = keys.token
        if self.endpoint:
            variables["AWS_ENDPOINT_URL"] = self.endpoint
        if self.is_local:
            # SDKs put an account's id in front of the host of some services, which no resolver
            # knows on loopback; what answers there is asked for such a host as a proxy.
            variables |= {
                "AWS_EC2_METADATA_DISABLED": "true",
                "HTTP_PROXY": str(self.endpoint),
                "NO_PROXY": "127.0.0.1,localhost",
            }
        return variables


def caller(environ: Mapping[str, str]) -> Access:
    """Give the caller's own identity, as their environment and AWS configuration say."""
    endpoint = environ.get("AWS_ENDPOINT_URL") or None
    with aws_errors("your AWS configuration", "must be usable", endpoint):
        return Access(boto3.session.Session(), endpoint, "the caller")


def in_account(access: Access, naming: Naming, account_name: str) -> Access:
    """Go to an account: stay where the caller is already, else take its sign-in role."""
    account = naming.organization.account(account_name)
    if access.account_id(account.region) == account.id:
        return access
    role = naming.sign_in_role_arn(account_name)
    return access.assume(role, account.region, "gatehouse", None)


def as_person(access: Access, naming: Naming, name: str, home: Account) -> Access:
    """Take the persona of a person, in the account in which people of a business unit work."""
    person = naming.organization.person(name)
    if not person.works_in(home.business_unit):
        raise Misuse(
            "--as",
            f"must name somebody who works in business unit {home.business_unit}",
            got=f"{name} of {person.business_unit}",
        )
    arrived = in_account(access, naming, home.name)
    role = naming.role_arn(home.name, person.persona.value)
    return arrived.assume(role, home.region, name, name)


def is_loopback(endpoint: str | None) -> bool:
    """Tell whether an endpoint is on this machine."""
    return endpoint is not None and urlsplit(endpoint).hostname in _LOOPBACK


def without_aws(environ: Mapping[str, str]) -> dict[str, str]:
    """Drop every AWS variable, so that a child acts as told and not as found."""
    return {name: value for name, value in environ.items() if not name.startswith("AWS_")}


@contextmanager
def aws_errors(address: str, must_hold: str, endpoint: str | None) -> Iterator[None]:
    """Turn what botocore raises into one sentence with a hint."""
    try:
        yield
    except ClientError as error:
        raise _refused(error, address, must_hold) from error
    except (ConnectionError, ConnectTimeoutError, HTTPClientError) as error:
        raise _unreachable(error, endpoint) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise EnvironmentFault(
            "your AWS credentials", "must be there", got="none", hint=_credentials_hint(endpoint)
        ) from error
    except ProfileNotFound as error:
        raise EnvironmentFault(
            "AWS_PROFILE", "must name a profile of your AWS configuration", got=str(error)
        ) from error
    except BotoCoreError as error:
        raise EnvironmentFault(address, must_hold, got=str(error)) from error


def _refused(error: ClientError, address: str, must_hold: str) -> GatehouseError:
    told = error.response.get("Error", {})
    code = str(told.get("Code", ""))
    got = f"{code} ({' '.join(str(told.get('Message', '')).split())})"
    if code in _EXPIRED:
        return EnvironmentFault(
            "your AWS credentials", "must not have expired", got=code, hint="sign in again"
        )
    if code in _UNKNOWN_KEY:
        return EnvironmentFault(
            "your AWS credentials",
            "must be known there",
            got=code,
            hint='a twin that was started anew has new keys: eval "$(gatehouse twin env)"',
        )
    if code in _DENIED:
        hint = "act as somebody who may: --as PERSON, a key of people in organization.yaml"
        return Misuse(address, must_hold, got=got, hint=hint)
    return EnvironmentFault(address, must_hold, got=got)


def _unreachable(error: Exception, endpoint: str | None) -> EnvironmentFault:
    if is_loopback(endpoint):
        return EnvironmentFault(
            str(endpoint),
            "a twin must be running there",
            got="no answer",
            hint='start one: gatehouse twin up, then: eval "$(gatehouse twin env)"',
        )
    return EnvironmentFault(
        endpoint or "AWS", "must be reachable", got=str(error), hint="check the network"
    )


def _credentials_hint(endpoint: str | None) -> str:
    if is_loopback(endpoint):
        return 'eval "$(gatehouse twin env)"'
    return 'sign in to AWS, or work with a twin: gatehouse twin up, eval "$(gatehouse twin env)"'
