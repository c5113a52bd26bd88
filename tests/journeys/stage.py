"""A twin of its own and the `gatehouse` command, run on it as a user runs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from pipelines.naming import Naming
from pipelines.organization import load_organization

ROOT = Path(__file__).resolve().parents[2]
ACCOUNTS = ("data-science", "staging", "production")
MODEL = "breast-cancer"
T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Read what it wrote for programs."""
        return json.loads(self.out)


class Stage:
    """One running twin with a state folder of its own, for the accounts of a checkout."""

    def __init__(self, folder: Path, root: Path = ROOT) -> None:
        self.folder = folder
        self.root = root
        self.naming = Naming(load_organization(root))
        self.region = self.naming.organization.region
        self._set_up: set[str] = set()
        self._inside: dict[str, Mapping[str, str]] = {}
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        self.environment = inherited | {"GATEHOUSE_STATE": str(folder), "NO_COLOR": "1"}
        if root != ROOT:
            self.environment["PYTHONPATH"] = str(root)

    def open(self, *, guarded: bool = True, pace: float = 60.0) -> None:
        """Start the twin, take its variables, and attach the guardrails before anything else.

        At the ``pace`` N, N seconds of what rollouts and alarms wait for pass in one.
        """
        self.gatehouse("twin", "up", "--port", str(free_port()), "--pace", f"{pace:g}")
        self.environment |= self.gatehouse("twin", "env", "--json").json()
        if guarded:
            try:
                self.attach_guardrails()
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End the twin."""
        self.gatehouse("twin", "down")

    def start(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """Start a gatehouse command."""
        return subprocess.Popen(
            [str(Path(sys.executable).with_name("gatehouse")), *arguments],
            cwd=self.root,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def gatehouse(
        self, *arguments: str, code: int = 0, seconds: float = 400, inside: str | None = None
    ) -> Done:
        """Run a gatehouse command to its end; it must end with that exit code.

        ``inside`` is the account in whose network it is run; by default the internet.
        """
        variables = self.inside(inside) if inside else {}
        return finish(self.start(*arguments, **variables), arguments, code, seconds)

    def inside(self, account: str) -> Mapping[str, str]:
        """Give the variables with which one is the administrator inside an account's network."""
        if account not in self._inside:
            told = self.gatehouse("twin", "env", "--inside", account, "--json")
            self._inside[account] = told.json()
        return self._inside[account]

    def attach_guardrails(self) -> None:
        """Attach the organisation's guardrails, from its management account."""
        self.gatehouse("apply", "--auto", "--account", "organization")

    def trust_keys(self) -> None:
        """Pin the keys that sign, in every target, once all accounts are laid out."""
        self.gatehouse("release", "trust", "--yes")

    def set_up(self, *accounts: str) -> None:
        """Set accounts up at the same time, those that are not yet."""
        side_by_side(self._set_up_one, accounts)

    def apply(self, *accounts: str) -> None:
        """Set accounts up, then plan and apply them, one after the other."""
        self.set_up(*accounts)
        for account in accounts:
            self.gatehouse("plan", "--account", account)
            self.gatehouse("apply", "--account", account)

    def apply_side_by_side(self, *accounts: str) -> None:
        """Set up, plan and apply accounts at the same time, each on its own way."""
        side_by_side(self._lay_out, accounts)

    def run_side_by_side(self, accounts: Iterable[str], *arguments: str) -> dict[str, Done]:
        """Run a command for accounts at the same time."""
        started = {name: self.start(*arguments, "--account", name) for name in accounts}
        try:
            return {
                name: finish(process, (*arguments, name), 0, 400)
                for name, process in started.items()
            }
        except BaseException:
            # What is left of them would outlive the test, and be told by another one.
            for process in (one for one in started.values() if one.poll() is None):
                process.terminate()
                process.communicate(timeout=60)
            raise

    def requests(self, account: str) -> Iterator[str]:
        """Give the operations that were asked for in an account, from the audit trail."""
        identifier = self.naming.organization.account(account).id
        trail = self.folder / "twin" / "audit.jsonl"
        for line in trail.read_text("utf-8").splitlines():
            # The last line may be cut off: it is being written.
            if line.endswith("}") and f'"recipientAccountId":"{identifier}"' in line:
                yield str(json.loads(line)["eventName"])

    def _set_up_one(self, account: str) -> None:
        if account not in self._set_up:
            self.gatehouse("bootstrap", "--account", account)
            self._set_up.add(account)

    def _lay_out(self, account: str) -> None:
        self._set_up_one(account)
        self.gatehouse("apply", "--auto", "--account", account)

    def planned_changes(self, account: str) -> list[str]:
        """Plan an account and list what would change."""
        plan = self.gatehouse("plan", "--account", account, "--json").json()
        return [f"{change['action']} {change['address']}" for change in plan["changes"]]

    def client(
        self, service: str, account: str, role: str | None = None, *, vpc: str | None = None
    ) -> Any:
        """Give a boto3 client in an account, through a role of it.

        ``vpc`` is the account in whose network it is; by default it is on the internet.
        """
        return self.client_with(service, self._keys_of(account, role), vpc=vpc)

    def client_with(self, service: str, keys: Mapping[str, str], *, vpc: str | None = None) -> Any:
        """Give a boto3 client with keys that somebody has, as STS hands them out."""
        address = self.inside(vpc)["AWS_ENDPOINT_URL"] if vpc else None
        return self._client(service, keys, address)

    def management_client(self, service: str) -> Any:
        """Give a boto3 client of the management account's administrator."""
        return self._client(service, None)

    def variables_of(self, account: str, role: str | None = None) -> dict[str, str]:
        """Give the environment in which a program acts in an account, through a role of it."""
        keys = self._keys_of(account, role)
        return self.environment | {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }

    def aws(self, *arguments: str, role: str | None = None) -> Any:
        """Run the stock aws command in the data-science account and read its JSON."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name("aws")), *arguments, "--output", "json"],
            env=self.variables_of("data-science", role),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"aws {' '.join(arguments)}: {done.stderr}"
        return json.loads(done.stdout)

    def _keys_of(self, account: str, role: str | None = None) -> Mapping[str, str]:
        """Arrive in an account through its sign-in role, and take another from there."""
        arn = self.naming.sign_in_role_arn(account)
        keys: Mapping[str, str] = self._client("sts", None).assume_role(
            RoleArn=arn, RoleSessionName="journey"
        )["Credentials"]
        if role is None:
            return keys
        request = {"RoleSessionName": "journey"}
        person = self._person_of(role)
        if person:
            request |= {"RoleSessionName": person, "SourceIdentity": person}
        arn = self.naming.role_arn(account, role)
        taken: Mapping[str, str] = self._client("sts", keys).assume_role(RoleArn=arn, **request)[
            "Credentials"
        ]
        return taken

    def _client(
        self, service: str, keys: Mapping[str, str] | None, address: str | None = None
    ) -> Any:
        env = self.environment
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=address or env["AWS_ENDPOINT_URL"],
            aws_access_key_id=keys["AccessKeyId"] if keys else env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["SecretAccessKey"] if keys else env["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys["SessionToken"] if keys else None,
            # S3 Control puts the account before the host, a name that nobody resolves.
            config=_CONFIG.merge(Config(proxies={"http": env["AWS_ENDPOINT_URL"]}))
            if service == "s3control"
            else _CONFIG,
        )

    def _person_of(self, role: str) -> str | None:
        people = self.naming.organization.people.values()
        # Platform admins plan and apply in their own name where the forge does not.
        persona = "platform-admin" if role in ("apply", "data-loader", "plan") else role
        return next((person.name for person in people if person.persona.value == persona), None)


_CONFIG = Config(retries={"total_max_attempts": 2}, proxies={}, read_timeout=120)


def finish(
    process: subprocess.Popen[str], arguments: tuple[str, ...], code: int, seconds: float
) -> Done:
    """Wait for a command; it must end in time and with that exit code."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.terminate()
        out, err = process.communicate(timeout=30)
        raise AssertionError(f"gatehouse {' '.join(arguments)} hung\n{out}\n{err}") from None
    done = Done(process.returncode, out, err)
    assert done.code == code, f"gatehouse {' '.join(arguments)}: {done.code}\n{out}\n{err}"
    return done


def side_by_side(work: Callable[[str], None], names: tuple[str, ...]) -> None:
    """Do some work for each name at the same time; the first failure is told."""
    if names:
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(work, names))


def until(found: Callable[[], T | None], what: str, seconds: float) -> T:
    """Ask again until there is an answer; fail when it takes longer than it may."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = found()
        if answer is not None:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def free_port() -> int:
    """Give a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
