"""Clients of AWS for the builds: as the build's own role, or as a role that it may assume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from pipelines.aws_call import aws_call


class Aws(Protocol):
    """Somebody who can call AWS."""

    def client(self, service: str, region: str) -> Any:
        """Make the client of a service in a region."""
        ...

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become a role."""
        ...


class Session:
    """Calls AWS with the credentials of a boto3 session, or with those of a role."""

    def __init__(self, session: Any, keys: Mapping[str, str] | None = None) -> None:
        self._session = session
        self._keys = dict(keys or {})

    def client(self, service: str, region: str) -> Any:
        """Make the client of a service in a region."""
        from botocore.config import Config

        # A model answers within 60 seconds or not at all; a retry would only hide that.
        attempts = 1 if service == "sagemaker-runtime" else 5
        config = Config(
            retries={"total_max_attempts": attempts, "mode": "standard"},
            connect_timeout=10,
            read_timeout=70,
        )
        return self._session.client(service, region_name=region, config=config, **self._keys)

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Become a role for an hour."""
        with aws_call(role_arn, "must be a role that this build may assume"):
            answer = self.client("sts", region).assume_role(
                RoleArn=role_arn, RoleSessionName=session_name[:64]
            )
        given = answer["Credentials"]
        keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        return Session(self._session, keys)
