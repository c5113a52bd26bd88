"""The state of one running twin, which answers, wraps and engines are given."""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from moto.iam.models import iam_backends
from moto.moto_api._internal import moto_api_backend

from twin import administrator, organization, trust
from twin.audit import Audit
from twin.call import INTERNET, Position
from twin.clock import Clock
from twin.control import Blobs
from twin.credentials import Credentials
from twin.errors import ServiceError, TwinError
from twin.faults import Faults
from twin.identity import Identities, SessionRequest
from twin.layer_store import LayerStore
from twin.processes import ProcessTable
from twin.registry import Registry
from twin.table import Table, Tables
from twin.unit import Unit

_log = logging.getLogger(__name__)


class Listeners(Protocol):
    """Opens an address for each position in the network."""

    def address_of(self, position: Position) -> tuple[str, int]:
        """Return host and port at which connections from a position arrive."""

    def close_listeners(self) -> None:
        """Close all but the address that the internet reaches."""


@dataclass(frozen=True)
class Settings:
    """Where and for whom a twin runs.

    ``folder`` holds logs, audit and working files; ``path`` is the PATH that build and
    container processes see, in place of the base layers of their images. ``pace`` is that of the
    clock by which services wait.
    """

    folder: Path
    port: int
    management_account_id: str
    account_ids: tuple[str, ...]
    path: str
    access_role: str = "OrganizationAccountAccessRole"
    region: str = "us-east-1"
    organization_id: str | None = None
    units: tuple[Unit, ...] = ()
    pace: float = 1.0


class Twin:
    """One running twin: identities, records, processes and the way to call oneself."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self.settings = settings
        self.registry = registry
        self.clock = Clock(settings.pace)
        self.identities = Identities()
        self.tables = Tables()
        self.processes = ProcessTable(settings.folder / "children.json")
        self.audit = Audit(settings.folder / "audit.jsonl")
        self.blobs = Blobs()
        self.faults = Faults()
        self.layers = LayerStore(settings.folder / "layers")
        # Held by whoever decides by what moto holds, or lets moto change it: moto reads, changes
        # and puts back without a lock, so that of two updates one could be lost, and a reader
        # could meet half of one.
        self.turn = threading.RLock()
        self.shutdown = threading.Event()
        self.stopping = threading.Event()
        self._sdk = boto3.session.Session(region_name=settings.region)
        self._making = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._resets: list[Callable[[], None]] = []
        self._listeners: Listeners | None = None

    @property
    def url(self) -> str:
        """The address of the twin's AWS endpoint, as it is reached from the internet."""
        return f"http://127.0.0.1:{self.settings.port}"

    def listen_with(self, listeners: Listeners) -> None:
        """Take over who opens further addresses of the twin."""
        self._listeners = listeners

    def address_of(self, position: Position) -> str:
        """Return the address at which the twin is reached from a position.

        Which it is decides what the twin takes a caller's network to be: the address is opened at
        the first call and stays until the next reset. Raises TwinError where nothing listens yet.
        """
        if position == INTERNET:
            return self.url
        if self._listeners is None:
            raise TwinError(
                self.url,
                "must be served before anybody reaches it from elsewhere",
                got=str(position),
            )
        host, port = self._listeners.address_of(position)
        return f"http://{host}:{port}"

    def now(self) -> datetime:
        """The time of day, in UTC, whatever the pace of ``clock``."""
        return datetime.now(UTC)

    def table(self, kind: str, account_id: str, region: str) -> Table:
        """Return the records of one resource type in an account and region."""
        return self.tables.of(kind, account_id, region)

    def service_session(
        self,
        role_arn: str,
        service: str,
        session_name: str,
        *,
        source_arn: str | None = None,
        source_account: str | None = None,
    ) -> Credentials:
        """Assume a role as an AWS service does, within what the role's trust policy allows.

        ``service`` is a service principal such as ``sagemaker.amazonaws.com``.
        Raises ServiceError AccessDenied when the role is missing or does not trust it.
        """
        if not trust.service_may_assume(role_arn, service, source_arn, source_account):
            raise ServiceError(
                "AccessDeniedException",
                f"The role {role_arn} cannot be assumed by {service}: it must exist and its trust "
                "policy must allow the service principal",
                403,
            )
        request = SessionRequest(role_arn, session_name[:64], service=service)
        return self.identities.add_session(request)[1]

    def client(
        self,
        service: str,
        credentials: Credentials,
        region: str,
        position: Position = INTERNET,
        patience: float | None = None,
    ) -> Any:
        """Return a boto3 client of the twin itself, acting as the given principal from a position.

        Engines call AWS through it, so that what they do is identified and recorded too. With
        patience it asks once and waits as many seconds.
        """
        config = Config(
            retries={"max_attempts": 2 if patience is None else 0},
            read_timeout=120 if patience is None else patience,
            max_pool_connections=4,
            proxies={},
        )
        # A session makes one client at a time, but all of them from models that it reads once:
        # a session for each client would cost up to 0.15 s.
        with self._making:
            return self._sdk.client(
                service,
                region_name=region,
                endpoint_url=self.address_of(position),
                aws_access_key_id=credentials.access_key_id,
                aws_secret_access_key=credentials.secret_access_key,
                aws_session_token=credentials.session_token,
                config=config,
            )

    def environment(
        self, credentials: Credentials, region: str, position: Position = INTERNET
    ) -> dict[str, str]:
        """Return the environment in which a process acts as the given principal from a position."""
        return {
            "AWS_ENDPOINT_URL": self.address_of(position),
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token or "",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1,localhost",
        }

    def background(self, name: str, work: Callable[[], None]) -> None:
        """Run work on a thread of its own; what it raises is logged with its name."""

        def guarded() -> None:
            try:
                work()
            except Exception:
                _log.exception("%s ended with an error", name)

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def on_reset(self, action: Callable[[], None]) -> None:
        """Register what an engine must do when the twin is reset or stopped."""
        self._resets.append(action)

    def reset(self) -> None:
        """Forget everything but the administrator's key, and lay out the accounts anew."""
        self._end_work()
        if self._listeners is not None:
            self._listeners.close_listeners()
        moto_api_backend.reset()
        self.tables.clear()
        self.layers.clear()
        self.faults.clear()
        self.identities.clear_sessions()
        self.stopping = threading.Event()
        self.open_accounts()

    def stop(self) -> None:
        """End all work and close the audit file."""
        self._end_work()
        self.audit.close()

    def open_accounts(self) -> None:
        """Lay out the organisation, and the access role that it puts into every new account."""
        settings = self.settings
        administrator.open_to(settings.management_account_id, settings.folder)
        if settings.organization_id is not None and settings.units:
            organization.lay_out(
                settings.management_account_id,
                settings.organization_id,
                settings.region,
                settings.units,
            )
        trust_document = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "ManagementAccountMayAssume",
                    "Effect": "Allow",
                    "Principal": {
                        "AWS": f"arn:aws:iam::{self.settings.management_account_id}:root"
                    },
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        for account_id in self.settings.account_ids:
            backend = iam_backends[account_id]["aws"]
            backend.create_role(
                role_name=self.settings.access_role,
                assume_role_policy_document=json.dumps(trust_document),
                path="/",
                permissions_boundary=None,
                description="Made by AWS Organizations in every new account.",
                tags=[],
                max_session_duration="3600",
            )
            backend.put_role_policy(
                self.settings.access_role, "AdministratorAccess", json.dumps(administrator.RIGHTS)
            )

    def _end_work(self) -> None:
        self.stopping.set()
        for action in self._resets:
            action()
        self.processes.end_all()
        for thread in self._threads:
            thread.join(timeout=10)


def new_request_id() -> str:
    """Return a request identifier as AWS makes them."""
    return str(uuid.uuid4())
