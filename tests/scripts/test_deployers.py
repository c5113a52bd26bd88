"""Who plans and applies: roles taken under a platform admin's name, and jobs that have them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from pipelines.errors import Misuse
from pipelines.naming import Naming
from pipelines.organization import Persona, load_organization
from scripts.access import Access
from scripts.deployers import deployers, platform_admin

NAMING = Naming(load_organization(Path(__file__).resolve().parents[2]))
STAGING = NAMING.organization.account("staging")
ROLES = "arn:aws:iam::222222222222:role/gatehouse-staging"


@dataclass
class Arrived:
    """Somebody in the account who takes roles, or is refused."""

    role: str | None = "OrganizationAccountAccessRole"
    is_refused: bool = False
    taken: list[tuple[str, str | None]] = field(default_factory=list)

    def role_name(self, _region: str) -> str | None:
        return self.role

    def assume(self, role: str, _region: str, session: str, person: str | None) -> Any:
        if self.is_refused:
            raise Misuse(role, "they must be able to take this role", got="AccessDenied")
        assert session == person
        self.taken.append((role, person))
        return f"session of {role}"


def test_a_plan_is_made_by_the_role_that_reads_and_an_apply_by_the_one_that_changes() -> None:
    arrived = Arrived()
    identities = deployers(cast(Access, arrived), NAMING, STAGING, None)
    identities.plan()
    identities.apply()
    assert arrived.taken == [(f"{ROLES}-plan", "petra"), (f"{ROLES}-apply", "petra")]


@pytest.mark.parametrize("purpose", ["plan", "apply"])
def test_a_job_of_the_forge_stays_the_role_that_applies(purpose: str) -> None:
    arrived = Arrived("gatehouse-staging-apply")
    identities = deployers(cast(Access, arrived), NAMING, STAGING, None)
    assert getattr(identities, purpose)() is arrived
    assert arrived.taken == []


def test_a_job_that_plans_cannot_apply() -> None:
    arrived = cast(Access, Arrived("gatehouse-staging-plan"))
    identities = deployers(arrived, NAMING, STAGING, None)
    assert identities.plan() is arrived
    with pytest.raises(Misuse, match="must be the role that applies, got gatehouse-staging-plan"):
        identities.apply()


def test_the_role_of_another_account_is_no_role_of_this_one() -> None:
    arrived = Arrived("gatehouse-production-apply")
    deployers(cast(Access, arrived), NAMING, STAGING, None).apply()
    assert arrived.taken == [(f"{ROLES}-apply", "petra")]


def test_an_account_that_is_not_set_up_is_told_how_it_is() -> None:
    arrived = cast(Access, Arrived(is_refused=True))
    with pytest.raises(Misuse) as refusal:
        deployers(arrived, NAMING, STAGING, None).plan()
    assert "set the account up first: make bootstrap ACCOUNT=staging" in str(refusal.value.hint)


def test_only_a_platform_admin_works_under_their_name() -> None:
    with pytest.raises(Misuse, match=r"must name a platform admin of staging \(petra\), got sofia"):
        platform_admin(NAMING, STAGING, "sofia")


def test_where_there_are_several_admins_one_is_named() -> None:
    organization = NAMING.organization
    paul = replace(organization.person("petra"), name="paul")
    several = Naming(replace(organization, people={**organization.people, "paul": paul}))
    assert paul.persona is Persona.PLATFORM_ADMIN
    with pytest.raises(Misuse, match="where there is not exactly one, got paul, petra"):
        platform_admin(several, STAGING, None)
    assert platform_admin(several, STAGING, "paul").name == "paul"
