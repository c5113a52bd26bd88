"""What stops a release whatever else holds: revocations and freezes.

A word that stops is heeded whoever said it: the person may have left, and their key with them. A
word that lets something pass, a lift, counts only when a pinned key of its owner has signed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.attestations.envelope import open_envelope, unproven
from pipelines.attestations.evidence import CLOCK_TOLERANCE, Document, Expectation
from pipelines.attestations.freeze import EVERYTHING, Freeze
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.moments import spell
from pipelines.attestations.revocation import Revocation
from pipelines.errors import Finding
from pipelines.promotion.release import Release


def check_revocations(
    documents: Sequence[Document], release: Release, trusted: TrustedKeys, expected: Expectation
) -> None:
    """Refuse a release that somebody has revoked, and what cannot be read as a revocation."""
    for one in documents:
        revocation = Revocation.parse(one.address, unproven(one.address, one.content))
        if release.sha256 == revocation.release_sha256 or release.id == revocation.release_id:
            by = _spoken(one, revocation.by, trusted, expected)
            raise Finding(
                f"release {release.id}",
                "must not be revoked",
                got=f"a revocation by {by} of {spell(revocation.made_at)}: {revocation.reason}",
                hint="approve another version; a revocation is never taken back",
            )


@dataclass(frozen=True)
class _Word:
    """A statement about a scope, and whether its owner's pinned key has signed it."""

    freeze: Freeze
    proven: bool
    by: str


def check_freezes(
    documents: Sequence[Document], trusted: TrustedKeys, expected: Expectation
) -> None:
    """Refuse where the latest word about the stage, the account, the model or all is a freeze."""
    words = [_word(one, trusted, expected) for one in documents]
    for scope in dict.fromkeys((EVERYTHING, expected.stage, expected.account, expected.model)):
        about = [word for word in words if word.freeze.scope == scope]
        stopping = _stopping(about, expected)
        if stopping:
            freeze = stopping.freeze
            until = f" until {spell(freeze.until)}" if freeze.until else ""
            raise Finding(
                f"promotions of {scope}",
                "must not be frozen",
                got=f"a freeze by {stopping.by} since {spell(freeze.made_at)}{until}: "
                f"{freeze.reason} ({freeze.ticket})",
                hint=f"ask {freeze.owner}, or wait until it is lifted",
            )


def _stopping(words: Sequence[_Word], expected: Expectation) -> _Word | None:
    # A freeze ends by its own `until`, or by a later proven word. In the same second it counts.
    answers = [
        word.freeze.made_at for word in words if word.proven and not _too_early(word, expected)
    ]
    for word in words:
        answered = any(answer > word.freeze.made_at for answer in answers)
        if word.freeze.in_force(expected.now) and not answered:
            return word
    return None


def _too_early(word: _Word, expected: Expectation) -> bool:
    # A lift of tomorrow would undo every freeze until then.
    lifts = not word.freeze.in_force(expected.now)
    return lifts and word.freeze.made_at > expected.now + CLOCK_TOLERANCE


def _word(document: Document, trusted: TrustedKeys, expected: Expectation) -> _Word:
    freeze = Freeze.parse(document.address, unproven(document.address, document.content))
    proven = _is_of(document, freeze.owner, trusted, expected)
    return _Word(freeze, proven, _spoken(document, freeze.owner, trusted, expected))


def _spoken(document: Document, person: str, trusted: TrustedKeys, expected: Expectation) -> str:
    proven = _is_of(document, person, trusted, expected)
    return person if proven else f"somebody who says {person}, without a pinned key"


def _is_of(document: Document, person: str, trusted: TrustedKeys, expected: Expectation) -> bool:
    keys = trusted.of(SignerKind.APPROVAL, account=expected.home, person=person)
    try:
        open_envelope(document.address, document.content, keys)
    except Finding:
        return False
    return True
