"""The root of one account, worked on by those who may."""

from __future__ import annotations

from typing import Any

from scripts.access import in_account
from scripts.account_root import account_source
from scripts.adoption import Place
from scripts.deployers import deployers
from scripts.leftovers.look import asking
from scripts.root_work import RootWork, Workshop
from scripts.state_backend import account_state


class AccountWork(RootWork):
    """Terraform in the root of one account."""

    def __init__(self, shop: Workshop, account: str, person: str | None = None) -> None:
        self.account = shop.naming.organization.account(account)
        # Whoever arrives in the account sees all of it; Terraform works with less.
        self.access = in_account(shop.access, shop.naming, account)
        super().__init__(
            shop,
            account_source(self.account),
            account_state(shop.naming, account, shop.access.endpoint),
            Place.of(self.account, asking(self._client)),
            deployers(self.access, shop.naming, self.account, person),
        )

    def _client(self, service: str) -> Any:
        return self.access.client(service, self.account.region)
