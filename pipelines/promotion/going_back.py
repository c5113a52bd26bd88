"""What a production account would go back to; asked by its build, and at a desk beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from pipelines.attestations.evidence import Document, Verified
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.refusal import Refused
from pipelines.attestations.rules_of_kept_releases import KeptRelease, judge_kept
from pipelines.attestations.rules_of_rollbacks import Asked, Runs
from pipelines.aws_call import aws_call
from pipelines.organization import Account, AccountKind, Organization
from pipelines.promotion.kept import Bundle, Kept
from pipelines.promotion.people import known_people

LAST = "last"


class RegistryClient(Protocol):
    """The operation of the `sagemaker` client that is used here."""

    def describe_model_package(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Case:
    """What judges releases that one account keeps: its keys, what was revoked, the registry."""

    kept: Kept
    trusted: TrustedKeys
    asked: Asked
    revocations: Callable[[str], Sequence[Document]]
    package_status: Callable[[str], str]


@dataclass(frozen=True)
class Way:
    """A kept release that may come back, unpacked in a folder; later ones were passed over."""

    kept: KeptRelease
    verified: Verified
    folder: Path
    passed_over: tuple[Refused, ...]


def make_asked(
    organization: Organization, account: Account, model: str, runs: Runs | None, now: datetime
) -> Asked:
    """Tell what an account knows by itself, from the organisation's file."""
    unit, promotion = account.business_unit, organization.promotion
    staging = organization.of_kind(AccountKind.STAGING, unit)
    return Asked(
        account=account.name,
        model=model,
        home=organization.home_of(account).name,
        runs=runs,
        now=now,
        staging_accounts=frozenset(one.name for one in staging),
        required_approvals=promotion.approvals[account.kind],
        approval_valid=timedelta(minutes=promotion.approval_valid_minutes),
        people=known_people(organization, unit),
    )


def find_way(case: Case, wanted: str, scratch: Path) -> Way:
    """Find what to go back to: a release by its id, or `last`, the one before that which runs.

    `last` passes over what may not come back. Raises Refused where nothing may, by the rule that
    keeps the latest from it.
    """
    refused: list[Refused] = []
    for number, bundle in enumerate(_candidates(case, wanted)):
        folder = scratch / f"kept-{number}"
        try:
            kept = case.kept.kept_release(bundle, folder)
            verified = judge(case, kept)
        except Refused as error:
            refused.append(error)
            continue
        return Way(kept, verified, folder, tuple(refused))
    if refused:
        raise refused[0]
    what = "an earlier release" if wanted == LAST else f"release {wanted}"
    raise Refused(
        "kept-here",
        f"model {case.asked.model} in {case.asked.account}",
        f"must have the evidence of {what} to go back to",
        got="none",
        hint="promote a version: gatehouse model approve",
    )


def judge(case: Case, kept: KeptRelease) -> Verified:
    """Lay a kept release before the rules of this account."""
    revocations = case.revocations(kept.release_id)
    return judge_kept(kept, revocations, case.package_status, case.trusted, case.asked)


def package_status(client: RegistryClient, arn: str) -> str:
    """Ask the registry whether a version is approved, rejected or undecided."""
    with aws_call(arn, "must be a model package that can be read"):
        return str(client.describe_model_package(ModelPackageName=arn).get("ModelApprovalStatus"))


def _candidates(case: Case, wanted: str) -> list[Bundle]:
    kept, runs = case.kept, case.asked.runs
    found = kept.promoted()
    if wanted != LAST:
        return [bundle for bundle in found if bundle.release_id == wanted]
    if runs is None:
        return found
    # Before what runs came by a promotion: whoever goes back twice goes further back, and does
    # not come again to what was left the first time.
    own = [kept.moment(one) for one in found if one.release_id == runs.release.id]
    return [
        bundle
        for bundle in found
        if bundle.release_id != runs.release.id and (not own or kept.moment(bundle) < own[0])
    ]
