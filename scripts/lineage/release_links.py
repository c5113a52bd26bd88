"""The release as a link of a lineage: who signed it, who approved it, and what the rules say."""

from __future__ import annotations

from pipelines.attestations.approval import Approval
from pipelines.attestations.keys import SignerKind
from pipelines.attestations.moments import spell
from pipelines.attestations.test_attestation import TestAttestation
from pipelines.errors import Finding
from scripts.lineage.comparing import Sources
from scripts.lineage.facts import (
    APPROVAL,
    ATTESTATION,
    EVIDENCE,
    UNREAD,
    Fact,
    Node,
    Said,
    compare,
    mismatch,
    moment,
    unknown,
)
from scripts.lineage.origin_links import package_link
from scripts.lineage.signed_side import deployed_at


def release_link(found: Sources) -> Node:
    """Make the link of the release, with what it rests on and comes from."""
    release, signed = found.release, found.signed
    if release is None:
        because = "no release that is kept could be read"
        facts: tuple[Fact, ...] = (unknown("signature", because),)
        return Node("release", UNREAD, facts, (package_link(found),))
    statement = signed.statement
    # Nobody started it where the registry's event did.
    started = (statement.actors.starter or "the registry's event") if statement else None
    facts = (
        compare("sha256", found.stated(release.sha256), Said(EVIDENCE, signed.kept_sha256)),
        _signature(found),
        _rules(found),
        _revoked(found),
        _execution(found),
        compare("made", found.stated(spell(statement.made_at) if statement else None)),
        compare("started by", found.stated(started)),
    )
    return Node(
        "release",
        release.id,
        facts,
        (
            *(_approval(found, one) for one in signed.approvals),
            *(_test(one) for one in signed.tests),
            package_link(found),
        ),
    )


def _signature(found: Sources) -> Fact:
    key = found.signed.key
    if key is not None:
        value = f"{key.whose} {key.fingerprint}"
        return compare("signature", Said(f"keys that {found.account.name} pinned", value, True))
    if found.target.trusted is None:
        return unknown("signature", "the keys that the account pinned could not be read")
    return mismatch("signature", None, "no pinned build key has signed what is kept")


def _rules(found: Sources) -> Fact:
    signed, name = found.signed, "rules of releases"
    if not signed.judged:
        return unknown(name, "they could not be asked")
    if signed.refused is not None:
        told = f"{signed.refused.must_hold}, got {signed.refused.got}"
        return mismatch(name, f"refused by {signed.refused.rule}", told)
    try:
        held = f"held on {moment(deployed_at(found.target))}"
    except Finding:
        return unknown(name)
    return compare(name, Said(f"rules, by keys that {found.account.name} pinned", held, True))


def _revoked(found: Sources) -> Fact:
    words = found.signed.revocations
    if words is None:
        return unknown("revoked since")
    if words:
        told = ", ".join(f"by {one.by} at {spell(one.made_at)}: {one.reason}" for one in words)
        return mismatch("revoked since", told, f"revoked {told}")
    return compare("revoked since", Said("decisions bucket", "no"))


def _execution(found: Sources) -> Fact:
    statement, record = found.signed.statement, found.target.record
    return compare(
        "promotion",
        found.stated(statement.execution_id if statement else None),
        Said(EVIDENCE, record.bundle.execution_id if record else None),
    )


def _approval(found: Sources, one: Approval) -> Node:
    proven = found.signed.proven
    source = APPROVAL if proven else "approval whose signature is not shown to hold"
    words = {
        "approved": spell(one.made_at),
        "in force until": spell(one.expires_at),
        "because": f"{one.reason} ({one.ticket})",
    }
    facts = (compare(name, Said(source, value, proven)) for name, value in words.items())
    return Node("approval", f"by {one.approver}", (*facts, _key_of(found, one)))


def _key_of(found: Sources, one: Approval) -> Fact:
    """Tell by which key somebody signed; of a person one is pinned, and the rules ask for it."""
    trusted = found.target.trusted
    keys = trusted.of(SignerKind.APPROVAL, person=one.approver) if trusted else ()
    if not found.signed.proven or len(keys) != 1:
        return unknown("key")
    source = f"keys that {found.account.name} pinned"
    return compare("key", Said(source, f"{keys[0].whose} {keys[0].fingerprint}", True))


def _test(one: TestAttestation) -> Node:
    words = {"tested": spell(one.made_at), "report": one.report_sha256}
    facts = (compare(name, Said(ATTESTATION, value, True)) for name, value in words.items())
    return Node("test", f"in {one.account}", tuple(facts))
