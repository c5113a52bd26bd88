"""An account set up before its own root: state bucket, boundaries, roles; its own state moved in.

The first run keeps its state beside the copied root, because the bucket is what it makes; then
the state moves into the bucket. A run that was cut off is taken up where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from pipelines.errors import EnvironmentFault, Misuse
from scripts.access import Access, aws_errors, in_account
from scripts.account_root import setup_source
from scripts.adoption import Place
from scripts.deployers import Identities, platform_admin, take_role
from scripts.leftovers.look import asking
from scripts.root_work import RootWork, Workshop
from scripts.state_backend import LOCAL, setup_state, setup_state_key
from scripts.terraform import OnProgress
from scripts.waiting import patience_for

# AWS tells all its parts of a new role within this time.
_KNOWN_WITHIN = 120


@dataclass(frozen=True)
class SetUp:
    """What setting an account up has done."""

    changes: int
    moved: bool


class AccountSetup:
    """The set-up of one account, by the sign-in role and under the name of a platform admin."""

    def __init__(self, shop: Workshop, account: str, person: str | None = None) -> None:
        self._shop = shop
        self._account = shop.naming.organization.account(account)
        self._person = platform_admin(shop.naming, self._account, person).name
        self._arrived = in_account(shop.access, shop.naming, account)
        self._bucket = setup_state(shop.naming, account, shop.access.endpoint, self._person)

    def run(self, on_progress: OnProgress) -> SetUp:
        """Plan and apply; where the state is not in the bucket yet, move it there."""
        if self._is_in_bucket():
            _, done = self.work().plan_and_apply(on_progress)
            return SetUp(done, moved=False)
        first = RootWork(
            self._shop, setup_source(self._account), LOCAL, self._place, self._identities
        )
        _, done = first.plan_and_apply(on_progress)
        self._await_keeper()
        first.move_state(self._bucket)
        return SetUp(done, moved=True)

    @property
    def is_home(self) -> bool:
        """Tell whether the state has come back beside the root, as before it is removed."""
        source = setup_source(self._account)
        state = self._shop.folder / source.place / source.path / "terraform.tfstate"
        return state.exists() and not self._is_in_bucket()

    def come_home(self) -> RootWork:
        """Move the state back beside the root, from where the set-up can be taken away.

        Once it is out of the bucket it is found beside the root, by a run that goes on too.
        """
        if self._is_in_bucket():
            work = self.work()
            work.init()
            work.move_state(LOCAL)
            self._forget_state()
            return work
        return RootWork(
            self._shop, setup_source(self._account), LOCAL, self._place, self._identities
        )

    def _forget_state(self) -> None:
        """Delete the state that was moved: what is in the bucket would count as the newer one."""
        keeper = self._keeper()
        bucket = self._shop.naming.state_bucket_name(self._account.name)
        if keeper is not None:
            with aws_errors(bucket, "must let go of the state", keeper.endpoint):
                keeper.client("s3", self._account.region).delete_object(
                    Bucket=bucket, Key=setup_state_key(self._account.name)
                )

    def work(self) -> RootWork:
        """Give Terraform in the set-up's root, with its state in the bucket."""
        work = RootWork(
            self._shop, setup_source(self._account), self._bucket, self._place, self._identities
        )
        work.root.forget_local_state()
        return work

    @property
    def _place(self) -> Place:
        return Place.of(self._account, asking(self._client))

    def _client(self, service: str) -> Any:
        return self._arrived.client(service, self._account.region)

    @property
    def _identities(self) -> Identities:
        return Identities.same(self._arrived)

    def _is_in_bucket(self) -> bool:
        keeper = self._keeper()
        if keeper is None:
            return False
        bucket = self._shop.naming.state_bucket_name(self._account.name)
        client = keeper.client("s3", self._account.region)
        with aws_errors(
            bucket, "must be readable by the role that keeps its state", keeper.endpoint
        ):
            try:
                client.head_object(Bucket=bucket, Key=setup_state_key(self._account.name))
            except ClientError as error:
                status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                if status == 404 or (status == 403 and self._is_keeper_unfinished()):
                    return False
                raise
        return True

    def _is_keeper_unfinished(self) -> bool:
        """Tell whether a run was cut off before it gave the keeper anything to do.

        Such a keeper has never written a state. One that has a policy has, perhaps: its refusal
        is an error.
        """
        role = self._shop.naming.state_role_arn(self._account.name)
        name = role.rpartition("/")[2]
        iam = self._client("iam")
        with aws_errors(role, "must tell its policies", self._arrived.endpoint):
            inline = iam.list_role_policies(RoleName=name)["PolicyNames"]
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return not inline and not attached

    def _keeper(self) -> Access | None:
        role = self._shop.naming.state_role_arn(self._account.name)
        try:
            return take_role(self._arrived, role, self._account, self._person)
        except Misuse:
            return None

    def _await_keeper(self) -> None:
        patience = patience_for(local=self._shop.access.is_local, seconds=_KNOWN_WITHIN)
        role = self._shop.naming.state_role_arn(self._account.name)
        try:
            patience.last(f"role {role}", self._keeper, lambda keeper: keeper is not None)
        except EnvironmentFault as late:
            raise EnvironmentFault(
                role,
                "must admit the sign-in role to keep the state of this set-up",
                got="a refusal",
                hint=f"run it again: make bootstrap ACCOUNT={self._account.name}; "
                "it goes on where it was",
            ) from late
