"""Approving: one person's signed word for a release at the gate, and whether words are enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from securesystemslib.signer import Signer

from pipelines.attestations.approval import Approval, Decision, approve
from pipelines.attestations.envelope import sign
from pipelines.attestations.evidence import Document
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.signing import KmsClient, kms_signer
from pipelines.errors import Finding, Misuse
from scripts.releases.judging import Case, check_hands, proven, standing
from scripts.releases.signers import SigningKey


@dataclass(frozen=True)
class Word:
    """What a person says when they approve."""

    person: str
    reason: str
    ticket: str
    made_at: datetime
    minutes: int


@dataclass(frozen=True)
class Tally:
    """Who has approved so that it holds in every account behind the gate, and what is missing."""

    approvals: tuple[Approval, ...]
    required: int

    @property
    def missing(self) -> int:
        """Tell how many more people must approve."""
        return max(0, self.required - len(self.approvals))

    def of(self, person: str) -> Approval | None:
        """Give the approval of a person, if it holds."""
        return next((one for one in self.approvals if one.approver == person), None)


def signer_of(key: SigningKey, kms: Callable[[str], KmsClient], cases: Sequence[Case]) -> Signer:
    """Get ready to sign as a person; raises Misuse where a target has not pinned their key."""
    return signer_of_pinned(key, kms, {case.target.name: case.trusted for case in cases})


def signer_of_pinned(
    key: SigningKey, kms: Callable[[str], KmsClient], pins: Mapping[str, TrustedKeys]
) -> Signer:
    """Get ready to sign as a person what targets believe by their pinned key only."""
    signer = kms_signer(kms(key.account.region), key.alias_arn)
    for target, trusted in pins.items():
        pinned = trusted.of(SignerKind.APPROVAL, account=key.account.name, person=key.person)
        if signer.public_key.keyid not in {one.keyid for one in pinned}:
            raise Misuse(
                f"account {target}",
                f"must have pinned the key with which {key.person} signs",
                got=", ".join(one.fingerprint for one in pinned) or "none of theirs",
                hint=f"a platform admin: gatehouse release trust --account {target}",
            )
    return signer


def tally(cases: Sequence[Case]) -> Tally:
    """Count who has approved; raises Refused where a target refuses for another reason."""
    counted = [standing(case) for case in cases]
    required = max(one.required for one in counted)
    people = set.intersection(*({each.approver for each in one.held} for one in counted))
    held = [each for each in counted[0].held if each.approver in people]
    return Tally(tuple(held), required)


def make_approval(cases: Sequence[Case], word: Word, signer: Signer) -> bytes:
    """Sign that a person approves what all accounts behind a gate would deploy.

    Raises Refused where one of them would not even with an approval, or the person had a hand in
    the release; and Misuse for a duration that nobody may ask for.
    """
    check_minutes(word.minutes, int(cases[0].expected.approval_valid.total_seconds() // 60))
    (signed, tests), *_ = [proven(case) for case in cases]
    check_hands(signed.statement, word.person, cases[0].expected.people)
    decision = Decision(
        word.person,
        tuple(case.target.name for case in cases),
        word.reason,
        word.ticket,
        word.made_at,
        word.made_at + timedelta(minutes=word.minutes),
        cases[0].expected.stage.value,
    )
    return sign(approve(signed.statement, tests, decision).statement(), signer)


def check_minutes(minutes: int, most: int) -> None:
    """Refuse an approval that lasts for no time, or longer than the organisation lets it."""
    if not 1 <= minutes <= most:
        raise Misuse(
            "--expires",
            f"must be 1 to {most} minutes (promotion.approval_valid_minutes)",
            got=str(minutes),
        )


def with_approval(cases: Sequence[Case], approval: Document) -> tuple[Case, ...]:
    """Give the cases as they are once an approval is there, beside earlier ones."""

    def more(case: Case) -> Case:
        approvals = (*case.evidence.approvals, approval)
        return replace(case, evidence=replace(case.evidence, approvals=approvals))

    return tuple(more(case) for case in cases)


def counted_after(cases: Sequence[Case], person: str, address: str) -> Tally:
    """Count again after a person has signed; raises Finding where their word does not hold."""
    found = tally(cases)
    if found.of(person) is None:
        refused = [one for case in cases for one in standing(case).passed_over]
        mine = [one for one in refused if one.address == address] or refused
        raise mine[0] if mine else Finding(person, "must have an approval that holds", got="none")
    return found


def approval_document(approval: Approval) -> dict[str, Any]:
    """Tell an approval for programs."""
    return {
        "person": approval.approver,
        "made_at": approval.made_at,
        "expires_at": approval.expires_at,
        "reason": approval.reason,
        "ticket": approval.ticket,
    }
