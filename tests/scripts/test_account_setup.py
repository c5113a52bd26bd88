"""An account set up: where its state is at first, when it moves, and how it comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault, GatehouseError, Misuse
from pipelines.naming import Naming
from pipelines.organization import load_organization
from scripts import account_setup
from scripts.account_setup import AccountSetup, SetUp
from scripts.root_work import Workshop
from scripts.waiting import Patience
from tests.scripts.command_line import ROOT

_KEY = "bootstrap/staging/terraform.tfstate"
_ROLE = "arn:aws:iam::222222222222:role/gatehouse-staging-state"


@dataclass
class Account:
    """An account of AWS: whether its keeper admits anybody, and what its bucket holds."""

    rounds_until_keeper: int = 0
    kept: set[str] = field(default_factory=set)
    refusal: int = 404
    inline: tuple[str, ...] = ("state",)
    attached: tuple[str, ...] = ()
    did: list[str] = field(default_factory=list)
    endpoint: str | None = "http://127.0.0.1:1"
    is_local: bool = True

    def client(self, service: str, region: str) -> Account:
        assert service in ("iam", "s3")
        assert region == "eu-west-1"
        return self

    def head_object(self, *, Bucket: str, Key: str) -> None:
        assert Bucket == "gatehouse-staging-tfstate-222222222222"
        if Key not in self.kept:
            told: Any = {
                "Error": {"Code": "AccessDenied" if self.refusal == 403 else "404"},
                "ResponseMetadata": {"HTTPStatusCode": self.refusal},
            }
            raise ClientError(told, "HeadObject")

    def list_role_policies(self, *, RoleName: str) -> Any:
        assert RoleName == "gatehouse-staging-state"
        return {"PolicyNames": [*self.inline]}

    def list_attached_role_policies(self, *, RoleName: str) -> Any:
        assert RoleName == "gatehouse-staging-state"
        return {"AttachedPolicies": [*self.attached]}

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.did.append(f"delete {Key} in {Bucket}")
        self.kept.remove(Key)

    def keeper(self, _arrived: Any, role: str, _account: Any, person: str) -> Account:
        assert (role, person) == (_ROLE, "petra")
        if self.rounds_until_keeper:
            self.rounds_until_keeper -= 1
            raise Misuse(role, "they must be able to take this role", got="AccessDenied")
        return self


class Root:
    """Terraform in the set-up's root, on an account."""

    def __init__(self, account: Account, backend: Any) -> None:
        self.root = self
        self._account = account
        self._backend = next(iter(backend))

    def plan_and_apply(self, _on_progress: Any) -> tuple[None, int]:
        self._account.did.append(f"apply, {self._backend}")
        return None, 53

    def move_state(self, backend: Any) -> None:
        self._account.did.append(f"move to {next(iter(backend))}")
        if "s3" in backend:
            self._account.kept.add(_KEY)

    def init(self) -> None:
        self._account.did.append(f"init, {self._backend}")

    def forget_local_state(self) -> None:
        self._account.did.append("forget what is beside the root")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account that is empty, in which nothing is waited for in earnest."""
    made = Account()
    monkeypatch.setattr(account_setup, "in_account", lambda access, *_: access)
    monkeypatch.setattr(account_setup, "take_role", made.keeper)
    monkeypatch.setattr(
        account_setup, "RootWork", lambda _shop, _source, backend, *_: Root(made, backend)
    )
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(
        account_setup,
        "patience_for",
        lambda *, local, seconds: Patience(seconds, 1.0, now=lambda: clock[0], sleep=sleep),
    )
    return made


def test_the_first_run_keeps_its_state_beside_the_root_and_moves_it_then(account: Account) -> None:
    account.rounds_until_keeper = 3
    assert _setup(account).run(lambda _: None) == SetUp(53, moved=True)
    assert account.did == ["apply, local", "move to s3"]
    assert account.kept == {_KEY}


def test_a_later_run_works_on_the_state_in_the_bucket(account: Account) -> None:
    account.kept.add(_KEY)
    assert _setup(account).run(lambda _: None) == SetUp(53, moved=False)
    assert account.did == ["forget what is beside the root", "apply, s3"]


def test_a_run_that_was_cut_off_before_the_move_is_taken_up(account: Account) -> None:
    # The keeper is there already, and the bucket is empty still.
    assert _setup(account).run(lambda _: None).moved
    assert account.did == ["apply, local", "move to s3"]


def test_a_keeper_that_admits_nobody_is_told_with_what_to_do(account: Account) -> None:
    account.rounds_until_keeper = 10_000
    with pytest.raises(EnvironmentFault) as refused:
        _setup(account).run(lambda _: None)
    assert refused.value.address == _ROLE
    assert "it goes on where it was" in str(refused.value.hint)
    assert account.did == ["apply, local"]


def test_a_keeper_that_was_given_no_policy_yet_is_finished_first(account: Account) -> None:
    account.refusal = 403
    account.inline = ()
    assert _setup(account).run(lambda _: None) == SetUp(53, moved=True)
    assert account.did == ["apply, local", "move to s3"]


@pytest.mark.parametrize(("inline", "attached"), [(("state",), ()), ((), ("state",))])
def test_a_bucket_that_refuses_to_answer_is_not_taken_for_an_empty_one(
    account: Account, inline: tuple[str, ...], attached: tuple[str, ...]
) -> None:
    account.refusal = 403
    account.inline, account.attached = inline, attached
    with pytest.raises(GatehouseError, match="must be readable by the role that keeps its state"):
        _setup(account).run(lambda _: None)
    assert account.did == []


def test_the_state_comes_home_before_the_set_up_is_removed(account: Account) -> None:
    account.kept.add(_KEY)
    _setup(account).come_home()
    assert account.did == [
        "forget what is beside the root",
        "init, s3",
        "move to local",
        f"delete {_KEY} in gatehouse-staging-tfstate-222222222222",
    ]
    # Cut off here, a second run finds it beside the root and deletes nothing.
    account.did.clear()
    _setup(account).come_home()
    assert account.did == []


def test_it_is_home_only_where_it_lies_beside_the_root_and_not_in_the_bucket(
    account: Account, tmp_path: Path
) -> None:
    assert not _setup(account, tmp_path).is_home
    state = tmp_path / "staging.setup" / "terraform" / "bootstrap" / "terraform.tfstate"
    state.parent.mkdir(parents=True)
    state.touch()
    assert _setup(account, tmp_path).is_home
    account.kept.add(_KEY)
    assert not _setup(account, tmp_path).is_home


def test_only_a_platform_admin_sets_an_account_up(account: Account) -> None:
    with pytest.raises(Misuse, match="must name a platform admin of staging"):
        _setup(account, person="sofia")


def _setup(account: Account, folder: Path = Path(), person: str | None = None) -> AccountSetup:
    @dataclass(frozen=True)
    class Shop:
        naming: Naming
        access: Account
        folder: Path

    shop = Shop(Naming(load_organization(ROOT)), account, folder)
    return AccountSetup(cast(Workshop, shop), "staging", person)
