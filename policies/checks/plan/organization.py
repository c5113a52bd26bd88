"""The organisation: which control policies bind which accounts, and what runs where none binds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import Doubt, Outcome, undecided, violated
from policies.checks.plan.companions import made_from
from policies.checks.plan.reading import reading
from policies.model import AccountFacts, Model, PlannedResource
from policies.verdict import Source

_POLICY, _ATTACHMENT = "aws_organizations_policy", "aws_organizations_policy_attachment"
_CONTROL = ("RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY")
_GOVERNING = {
    "AISERVICES_OPT_OUT_POLICY": "opt out of the use of data by AI services",
    "BACKUP_POLICY": "have backups governed",
    "TAG_POLICY": "have tags governed",
}
_KEY = re.compile(r'\["((?:[^"\\]|\\.)*)"\]$')
_HINT = "attach it with modules/guardrails, in terraform/organization"


def _policies_of(model: Model, attachment: PlannedResource) -> tuple[PlannedResource, ...]:
    """Return the policy that is attached. Where the plan leaves several, the key must name one.

    The identifier is unknown until the policy exists, and a plan does not tell which key of
    `for_each` a reference took.
    """
    found = tuple(it for it in made_from(model, attachment, "policy_id") if it.type == _POLICY)
    if len(found) <= 1:
        return found
    own = _key(attachment.address)
    return tuple(it for it in found if _key(it.address) in (own, own.split("/")[0]))


def _key(address: str) -> str:
    found = _KEY.search(address)
    return found[1] if found else address


def _attached(model: Model, account: AccountFacts, type_: str) -> tuple[PlannedResource, ...]:
    """Return the policies of a type that are attached to an account or to its unit."""
    return tuple(
        policy
        for attachment in model.of_type(_ATTACHMENT)
        if attachment.values.get("target_id") in (account.unit, account.id)
        for policy in _policies_of(model, attachment)
        if policy.values.get("type") == type_
    )


def _unattached(model: Model) -> Iterator[Doubt]:
    """Give the policies that nobody is under, and the attachments that tell nothing."""
    used = {
        (policy.root, policy.address)
        for attachment in model.of_type(_ATTACHMENT)
        for policy in _policies_of(model, attachment)
    }
    for policy in model.of_type(_POLICY):
        if (policy.root, policy.address) not in used:
            yield violated(policy, "must be attached to a unit or an account", "to none", _HINT)
    for attachment in model.of_type(_ATTACHMENT):
        if not _policies_of(model, attachment) and not _is_of_aws(attachment):
            got = reading(attachment, "policy_id").shown()
            yield undecided(attachment, "must attach a policy of the same plan", got, _HINT)


def _is_of_aws(attachment: PlannedResource) -> bool:
    return str(attachment.values.get("policy_id")).startswith("p-FullAWSAccess")


def control_policies_attached(model: Model) -> Outcome:
    """ORG-01: each account of the platform is under control policies of both kinds."""
    policies = tuple(model.of_type(_POLICY, _ATTACHMENT))
    doubts = [
        doubt
        for account in _governed(model)
        for type_ in _CONTROL
        if (doubt := _missing(model, account, type_, f"must be under a `{type_}`"))
    ]
    return Outcome(tuple(it.source for it in policies), (*doubts, *_unattached(model)))


def organization_policies_complete(model: Model) -> Outcome:
    """ORG-11: the accounts opt out of AI services' use of data; tags and backups are governed."""
    policies = tuple(it for it in model.of_type(_POLICY) if it.values.get("type") in _GOVERNING)
    doubts = [
        doubt
        for account in _governed(model)
        for type_, what in _GOVERNING.items()
        if (doubt := _missing(model, account, type_, f"must {what}"))
    ]
    places = tuple(Source("organization", account.key) for account in _governed(model))
    return Outcome((*places, *(it.source for it in policies)), tuple(doubts))


def _missing(model: Model, account: AccountFacts, type_: str, must: str) -> Doubt | None:
    place = Source("organization", account.key)
    if not any(model.of_type(_POLICY)):
        return undecided(place, must, "no plan of the organisation")
    if _attached(model, account, type_):
        return None
    return violated(place, must, f"no `{type_}`", _HINT)


def _governed(model: Model) -> list[AccountFacts]:
    return [it for it in model.accounts.values() if it.id != model.management_account]


_ALLOWED_THERE = ("aws_organizations_", "aws_iam_organizations_features", "aws_ssoadmin_")


def management_account_empty(model: Model) -> Outcome:
    """ORG-12: where control policies bind nobody, nothing runs."""
    doubts = []
    for it in model.resources:
        try:
            there = model.account(it.account).id == model.management_account
        except KeyError:
            there = it.root == "organization"
        if there and not it.type.startswith(_ALLOWED_THERE):
            must = "the management account must hold nothing but what governs the organisation"
            doubts.append(violated(it, must, f"`{it.type}`", "move it to an account of its own"))
    return Outcome((), tuple(doubts))
