"""Approvals that the command would not make: signed with people's true keys, past its checks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from securesystemslib.signer import CryptoSigner, Signer

from pipelines.attestations.approval import Decision, approve
from pipelines.attestations.envelope import sign, unproven
from pipelines.attestations.signing import kms_signer
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.naming import approval_key
from scripts.releases.carried import read_carried
from scripts.releases.decisions import ApprovalPlace, Decisions
from scripts.releases.judging import stated
from tests.journeys.stage import MODEL, until
from tests.rehearsals.rehearsing import HOME, Rehearsing


def now() -> datetime:
    """Tell the time as statements carry it."""
    return datetime.now(UTC).replace(microsecond=0)


def own_key(at: Rehearsing, person: str) -> Signer:
    """Give somebody's own key, with which KMS signs for them."""
    alias = at.naming.key_alias_arn(HOME, approval_key(person))
    return kms_signer(at.by(person, "kms"), alias)


def a_key_of_ones_own_making() -> Signer:
    """Give a key of the right kind that is in no KMS and pinned nowhere."""
    return CryptoSigner.generate_ecdsa()


def envelope_of(
    at: Rehearsing, execution: str, person: str, signer: Signer | None = None, **change: Any
) -> bytes:
    """Sign that a person approves a promotion, with some of what it says changed."""
    carried = read_carried(at.flow, execution)
    tests = [
        TestAttestation.parse(
            one.envelope.address, unproven(one.envelope.address, one.envelope.content)
        )
        for one in carried.tests.values()
    ]
    made_at = now()
    decision = Decision(
        person, ("production",), "rehearsal", "REH-1", made_at, made_at + timedelta(hours=1)
    )
    approval = replace(approve(stated(carried), tests, decision), **change)
    return sign(approval.statement(), signer or own_key(at, person))


def lay_down(at: Rehearsing, execution: str, person: str, envelope: bytes) -> None:
    """Keep an envelope as a person's approval of a promotion, as that person."""
    release = read_carried(at.flow, execution).parsed()
    home, said = at.naming.organization.account(HOME), now()
    # A name tells the second, and nobody writes over what was said in it.
    later = until(lambda: now() if now() > said else None, "the next second", 5)
    place = ApprovalPlace(MODEL, release.id, execution, person, later)
    Decisions(at.access(person), at.naming, home).approve(place, envelope)
