"""What clients ask of the twin under load, and what the evaluator says of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from policies.iam import Layers, Policy, Principal, Request, Resource, decide, parse_policy
from tests.twin.concurrency.grounds import EVERYTHING, HELD, PEOPLE, SHIFTING, Account, Grounds
from tests.twin.concurrency.switches import Switch
from tests.twin.engines.accounts import REGION
from twin.credentials import Credentials
from twin.identity import SessionRequest

_REFUSED = ("AccessDenied", "AccessDeniedException")
_FULL = parse_policy("everything", EVERYTHING)
_SWITCHES = ("identity", "managed", "boundary", "control")


@dataclass(frozen=True)
class Ask:
    """An action on a resource of an account."""

    action: str
    resource: str
    owner: str


@dataclass(frozen=True)
class Wanted:
    """A request that somebody makes, and what it asks for."""

    account: str
    person: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True)
class Outcome:
    """How a request ended, and between which moments."""

    wanted: Wanted
    asked: float
    answered: float
    allowed: bool
    request_id: str


class Clients:
    """Clients of all people, shared by the threads."""

    def __init__(self, grounds: Grounds) -> None:
        twin = grounds.lab.twin
        self._made: dict[tuple[str, str, str], Any] = {}
        for account in grounds.accounts.values():
            for person in PEOPLE:
                request = SessionRequest(account.role(person), "load")
                keys = twin.identities.add_session(request)[1]
                for service in ("iam", "kms", "s3", "sagemaker", "sqs", "ssm"):
                    self._made[account.id, person, service] = _client(twin.url, service, keys)

    def of(self, account: str, person: str, service: str) -> Any:
        """Return a client of somebody."""
        return self._made[account, person, service]

    def close(self) -> None:
        """Close all connections."""
        for client in self._made.values():
            client.close()


class Asker:
    """Makes the random requests of one thread."""

    def __init__(self, grounds: Grounds, clients: Clients, account: str, seed: int) -> None:
        self._accounts = grounds.accounts
        self._clients = clients
        self._account = account
        self._dice = Random(seed)  # noqa: S311 - to be had again
        self._key = f"new-{seed}"

    def ask(self) -> Outcome:
        """Make one request and tell how it ended."""
        person = self._dice.choice(PEOPLE)
        kinds = (self._read, self._write, self._describe, self._data_key, self._parameter)
        kind = self._dice.choice(kinds)
        other = self._accounts[self._dice.choice(list(self._accounts))]
        asks, request = kind(person, other)
        return _outcome(Wanted(self._account, person, asks), request)

    def _client(self, person: str, service: str) -> Any:
        return self._clients.of(self._account, person, service)

    def _read(self, person: str, other: Account) -> Made:
        s3 = self._client(person, "s3")
        asks = (
            Ask("s3:GetObject", f"arn:aws:s3:::{other.bucket}/{HELD}", other.id),
            Ask("kms:Decrypt", other.key, other.id),
        )

        def request() -> Any:
            answer = s3.get_object(Bucket=other.bucket, Key=HELD)
            assert answer["Body"].read() == b"held"
            return answer

        return asks, request

    def _write(self, person: str, other: Account) -> Made:
        s3 = self._client(person, "s3")
        asks = (
            Ask("s3:PutObject", f"arn:aws:s3:::{other.bucket}/{self._key}", other.id),
            Ask("kms:GenerateDataKey", other.key, other.id),
        )
        return asks, lambda: s3.put_object(Bucket=other.bucket, Key=self._key, Body=b"new")

    def _describe(self, person: str, other: Account) -> Made:
        kms = self._client(person, "kms")
        asks = (Ask("kms:DescribeKey", other.key, other.id),)
        return asks, lambda: kms.describe_key(KeyId=other.key)

    def _data_key(self, person: str, other: Account) -> Made:
        kms = self._client(person, "kms")
        asks = (Ask("kms:GenerateDataKey", other.key, other.id),)
        return asks, lambda: kms.generate_data_key(KeyId=other.key, KeySpec="AES_256")

    def _parameter(self, person: str, _other: Account) -> Made:
        ssm = self._client(person, "ssm")
        arn = f"arn:aws:ssm:{REGION}:{self._account}:parameter/ledger"
        asks = (Ask("ssm:GetParameter", arn, self._account),)
        return asks, lambda: ssm.get_parameter(Name="/ledger")


def _client(url: str, service: str, keys: Credentials) -> Any:
    # Nothing is repeated: each request is answered, and recorded, once.
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=16, proxies={})
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=config,
    )


Made = tuple[tuple[Ask, ...], Callable[[], Any]]


def _outcome(wanted: Wanted, request: Callable[[], Any]) -> Outcome:
    asked = time.monotonic()
    try:
        answer, allowed = request(), True
    except ClientError as error:
        if error.response["Error"]["Code"] not in _REFUSED:
            raise
        answer, allowed = error.response, False
    told = str(answer["ResponseMetadata"]["RequestId"])
    return Outcome(wanted, asked, time.monotonic(), allowed, told)


class Judge:
    """Says what the evaluator may have decided, by the policies that may have been in force."""

    def __init__(self, grounds: Grounds) -> None:
        self._accounts = grounds.accounts
        self._decide = lru_cache(maxsize=None)(self._decided)

    def answers(self, outcome: Outcome) -> frozenset[bool]:
        """Return every answer that some policies in force at that time give."""
        wanted = outcome.wanted
        switches = tuple(self._bearing_on(wanted))
        possible = [switch.possible(outcome.asked, outcome.answered) for switch in switches]
        return frozenset(
            self._decide(wanted, tuple(zip((s.name for s in switches), chosen, strict=True)))
            for chosen in product(*possible)
        )

    def _bearing_on(self, wanted: Wanted) -> Iterator[Switch]:
        own, owner = self._accounts[wanted.account], self._accounts[wanted.asks[0].owner]
        names = _SWITCHES if wanted.person == SHIFTING else ("control",)
        yield from (own.switches[name] for name in names)
        yield from (owner.switches[name] for name in ("bucket", "key"))

    def _decided(self, wanted: Wanted, chosen: tuple[tuple[str, int], ...]) -> bool:
        own, owner = self._accounts[wanted.account], self._accounts[wanted.asks[0].owner]
        held = {
            name: (own if name in _SWITCHES else owner).switches[name].variants[number]
            for name, number in chosen
        }
        principal = Principal.role(own.role(wanted.person), "load")
        return all(
            decide(
                Request.of(principal, ask.action, ask.resource, resource_account=ask.owner),
                _layers(wanted.person, ask, held),
            ).allowed
            for ask in wanted.asks
        )


def _layers(person: str, ask: Ask, held: dict[str, Policy | None]) -> Layers:
    own = (held["identity"], held["managed"]) if person == SHIFTING else (_FULL,)
    control = tuple(policy for policy in (_FULL, held["control"]) if policy is not None)
    service = ask.action.partition(":")[0]
    resource = {"s3": held["bucket"], "kms": held["key"]}.get(service)
    return Layers(
        identity=tuple(policy for policy in own if policy is not None),
        boundary=held.get("boundary"),
        service_control=((_FULL,), (_FULL,), control),
        resource=resource,
        resource_counts=Resource.DECISIVE if service == "kms" else Resource.ORDINARY,
    )
