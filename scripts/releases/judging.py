"""What the rules say about a promotion, asked at a desk with the keys that a target has pinned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.attestations.approval import Approval
from pipelines.attestations.envelope import unproven
from pipelines.attestations.evidence import (
    Document,
    Evidence,
    Expectation,
    KnownPerson,
    Signed,
    Stage,
    Verified,
)
from pipelines.attestations.keys import TrustedKeys
from pipelines.attestations.refusal import ALL_RULES, RULES, Refused
from pipelines.attestations.release_statement import ReleaseStatement
from pipelines.attestations.rules import judge
from pipelines.attestations.rules_of_tests import judge_tests
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.errors import Finding
from pipelines.organization import Account, AccountKind, Organization
from pipelines.promotion.people import known_people
from scripts.releases.carried import Carried

# From this rule on, the rules ask what people decided.
_FIRST_OF_APPROVALS = [rule.id for rule in RULES].index("approvals-signed")
_RULE = re.compile(r"\brule ([a-z][a-z-]+)\b")
_RULES = frozenset(rule.id for rule in ALL_RULES)


@dataclass(frozen=True)
class Case:
    """One promotion as one target account would judge it."""

    target: Account
    evidence: Evidence
    trusted: TrustedKeys
    expected: Expectation


@dataclass(frozen=True)
class Judged:
    """What a target would say: it deploys, or it refuses by a rule."""

    account: str
    verified: Verified | None
    refused: Refused | None


@dataclass(frozen=True)
class Standing:
    """How many approvals of a case hold, and why others do not."""

    held: tuple[Approval, ...]
    passed_over: tuple[Refused, ...]
    required: int

    @property
    def missing(self) -> int:
        """Tell how many more people must approve."""
        return max(0, self.required - len(self.held))


def make_evidence(
    carried: Carried,
    approvals: Sequence[Document] = (),
    revocations: Sequence[Document] = (),
    freezes: Sequence[Document] = (),
) -> Evidence:
    """Lay before the rules what a promotion carries and what people decided."""
    release, statement = carried.signed()
    return Evidence(
        release,
        statement,
        tuple(carried.tests[account] for account in sorted(carried.tests)),
        tuple(approvals),
        tuple(revocations),
        tuple(freezes),
    )


def make_expectation(
    organization: Organization, target: Account, model: str, carried: Carried, now: datetime
) -> Expectation:
    """Tell what a target expects of a promotion at a moment.

    The digests of Terraform and guardrails are taken from the statement itself: only the target
    has the source that it would deploy from, and it compares them.
    """
    unit, promotion = target.business_unit, organization.promotion
    terraform, guardrails = _stated(carried)
    staging = organization.of_kind(AccountKind.STAGING, unit)
    return Expectation(
        account=target.name,
        stage=Stage(target.kind.value),
        home=organization.home_of(target).name,
        model=model,
        package_arn=carried.package_arn,
        execution_id=carried.execution,
        terraform_sha256=terraform,
        guardrails_sha256=guardrails,
        now=now,
        staging_accounts=frozenset(found.name for found in staging),
        required_approvals=promotion.approvals[target.kind],
        approval_valid=timedelta(minutes=promotion.approval_valid_minutes),
        people=known_people(organization, unit),
    )


def judge_case(case: Case) -> Judged:
    """Ask the rules as the target would."""
    try:
        verified = judge(case.evidence, case.trusted, case.expected)
    except Refused as refused:
        return Judged(case.target.name, None, refused)
    return Judged(case.target.name, verified, None)


def standing(case: Case) -> Standing:
    """Count the approvals that hold; raises Refused by a rule that asks for no approval."""
    required = case.expected.required_approvals
    try:
        found = judge(case.evidence, case.trusted, replace(case.expected, required_approvals=1))
    except Refused as refused:
        if refused.place < _FIRST_OF_APPROVALS:
            raise
        return Standing((), (refused,), required)
    return Standing(found.approvals, found.passed_over, required)


def proven(case: Case) -> tuple[Signed, tuple[TestAttestation, ...]]:
    """Give what build and tests have signed; raises Refused where a person must not approve."""
    standing(case)
    # What stops was asked for just now, as the target asks; staging has its own.
    unstopped = replace(case.evidence, revocations=(), freezes=())
    alone = replace(case.expected, stage=Stage.STAGING, required_approvals=0)
    signed = judge(unstopped, case.trusted, alone).release
    if case.expected.stage is Stage.STAGING:
        # What staging will test nobody has tested yet.
        return signed, ()
    return signed, judge_tests(case.evidence.tests, signed, case.trusted, case.expected)


def check_hands(statement: ReleaseStatement, person: str, people: Sequence[KnownPerson]) -> None:
    """Refuse whoever had a hand in a release, before anything is signed."""
    for hand, who in hands(statement, people).items():
        if person in who:
            raise Refused(
                "approver-is-nobody-of-the-makers",
                f"release {statement.release.id}",
                "must be approved by somebody who had no hand in it",
                got=f"{person}, {hand}",
            )


def hands(statement: ReleaseStatement, people: Sequence[KnownPerson]) -> dict[str, frozenset[str]]:
    """Tell who did what in the making of a release."""
    actors = statement.actors
    email = actors.author.email.casefold()
    authors = {one.name for one in people if one.email.casefold() == email}
    found = {
        "who wrote the commit": {*authors, actors.author.person},
        **{hand: {person} for hand, person in actors.hands.items()},
    }
    return {hand: frozenset(name for name in who if name) for hand, who in found.items()}


def stated(carried: Carried) -> ReleaseStatement:
    """Read the statement of a release, whoever signed it; raises Finding where it is none."""
    _, statement = carried.signed()
    return ReleaseStatement.parse(statement.address, unproven(statement.address, statement.content))


def refusing_rule(text: str | None) -> str | None:
    """Find the rule that a reason names, if it names one of ours."""
    found = (match[1] for match in _RULE.finditer(text or ""))
    return next((rule for rule in found if rule in _RULES), None)


def _stated(carried: Carried) -> tuple[str, str]:
    try:
        found = stated(carried)
    except Finding:
        # What cannot be read is refused by an earlier rule.
        return "", ""
    return found.terraform_sha256, found.guardrails_sha256
