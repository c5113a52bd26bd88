"""What must hold of people's approvals before a release goes into a stage.

An approval that does not hold counts nothing, and spoils no other one: whoever approved by mistake
what they made themselves does not keep a colleague from approving it. Nobody writes over an
approval, so a person whose first one expired has two; of those that hold the latest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.attestations.approval import Approval, approved_subjects, report_digests
from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.evidence import Document, Expectation, Signed
from pipelines.attestations.force import check_force
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import Refused, asking
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.errors import Finding


@dataclass(frozen=True)
class _Case:
    """What approvals are compared with."""

    signed: Signed
    tests: tuple[TestAttestation, ...]
    trusted: TrustedKeys
    expected: Expectation


def judge_approvals(
    documents: Sequence[Document],
    signed: Signed,
    tests: tuple[TestAttestation, ...],
    trusted: TrustedKeys,
    expected: Expectation,
) -> tuple[tuple[Approval, ...], tuple[Refused, ...]]:
    """Give the approvals that hold, the latest of each person, and why others do not.

    Raises Refused where they are too few: by the first rule that one of the others breaks whose
    person has no approval that holds, or else because nobody or not enough people approved.
    """
    case = _Case(signed, tests, trusted, expected)
    held: dict[str, Approval] = {}
    refused: list[tuple[str | None, Refused]] = []
    for one in documents:
        person = None
        try:
            approval = _signed_approval(one, case)
            person = approval.approver
            _judge(one.address, approval, case)
        except Refused as error:
            refused.append((person, error))
        else:
            held[approval.approver] = _later(held.get(approval.approver), approval)
    if len(held) < expected.required_approvals:
        raise _too_few(held, [error for who, error in refused if who not in held], case)
    return tuple(held.values()), tuple(error for _, error in refused)


def _later(found: Approval | None, other: Approval) -> Approval:
    return other if found is None or other.made_at > found.made_at else found


def _too_few(held: dict[str, Approval], refused: Sequence[Refused], case: _Case) -> Refused:
    if refused:
        return min(refused, key=lambda error: error.place)
    address = f"release {case.signed.statement.release.id}"
    hint = "`gatehouse release approve` signs; a click in the console signs nothing"
    if not held:
        return Refused(
            "approvals-signed",
            address,
            f"must have a signed approval for {case.expected.stage}",
            got="none",
            hint=hint,
        )
    return Refused(
        "enough-approvers",
        address,
        f"must be approved by {case.expected.required_approvals} people",
        got=f"{len(held)}: {', '.join(held)}",
        hint=hint,
    )


def _judge(address: str, approval: Approval, case: _Case) -> None:
    with asking("approved-these-digests"):
        _check_digests(address, approval, case)
    with asking("approved-for-this-stage-and-execution"):
        _check_place(address, approval, case.expected)
    with asking("approval-in-force"):
        _check_force(address, approval, case)
    with asking("approver-is-nobody-of-the-makers"):
        _check_hands(address, approval, case)


def _signed_approval(document: Document, case: _Case) -> Approval:
    with asking("approvals-signed"):
        return _believed(document, case)


def _believed(document: Document, case: _Case) -> Approval:
    address = document.address
    keys = case.trusted.of(SignerKind.APPROVAL, account=case.expected.home)
    opened = open_envelope(address, document.content, keys)
    approval = Approval.parse(address, opened.statement)
    if approval.approver != opened.key.person:
        raise Finding(
            address, f"must be the word of {opened.key.person}, who signed", got=approval.approver
        )
    if not any(one.approves and one.name == approval.approver for one in case.expected.people):
        raise Finding(
            address, "must be signed by somebody who may approve today", got=approval.approver
        )
    return approval


def _check_digests(address: str, approval: Approval, case: _Case) -> None:
    statement = case.signed.statement
    reports = report_digests(case.tests)
    for what, wanted, found in (
        ("release", statement.release.id, approval.release_id),
        ("release with digest", statement.release.sha256, approval.release_sha256),
        ("statement with digest", case.signed.sha256, approval.statement_sha256),
        ("test reports", ", ".join(reports), ", ".join(approval.test_report_sha256)),
    ):
        if found != wanted:
            raise Finding(address, f"must approve the {what} {wanted}", got=found)
    subjects = approved_subjects(statement, case.tests)
    if approval.subjects != subjects:
        odd = {subject.name for subject in set(approval.subjects) ^ set(subjects)}
        raise Finding(
            address,
            "must name every digest of the release and its tests",
            got=", ".join(sorted(odd)),
        )


def _check_place(address: str, approval: Approval, expected: Expectation) -> None:
    if approval.stage != expected.stage:
        raise Finding(address, f"must be for the stage {expected.stage}", got=approval.stage)
    if expected.account not in approval.accounts:
        raise Finding(
            address, f"must be for the account {expected.account}", got=", ".join(approval.accounts)
        )
    if approval.execution_id != expected.execution_id:
        raise Finding(
            address, f"must be for the execution {expected.execution_id}", got=approval.execution_id
        )


def _check_force(address: str, approval: Approval, case: _Case) -> None:
    expected, made = case.expected, spell(approval.made_at)
    if case.tests:
        what, since = "tests", max(test.made_at for test in case.tests)
    else:
        what, since = "statement", case.signed.statement.made_at
    if approval.made_at < since:
        raise Finding(address, f"must be made after the {what} of {spell(since)}", got=made)
    check_force(address, approval, expected.now, expected.approval_valid, "approve again")


def _check_hands(address: str, approval: Approval, case: _Case) -> None:
    actors = case.signed.statement.actors
    email = actors.author.email.casefold()
    # The statement's own reading of the email may be older than the file at hand.
    authors = {one.name for one in case.expected.people if one.email.casefold() == email}
    hands: dict[str, set[str | None]] = {
        "who wrote the commit": {*authors, actors.author.person},
        **{hand: {person} for hand, person in actors.hands.items()},
    }
    for hand, people in hands.items():
        if approval.approver in people:
            raise Finding(
                address,
                "must be by somebody who had no hand in the release",
                got=f"{approval.approver}, {hand}",
            )
