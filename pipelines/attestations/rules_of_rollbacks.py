"""Whether anybody may have it that production goes back to an earlier release.

Either a person has signed it, or the registry rejects what runs. What it may go back to is judged
in `rules_of_kept_releases.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.attestations.envelope import open_envelope
from pipelines.attestations.evidence import CLOCK_TOLERANCE, Document, KnownPerson
from pipelines.attestations.force import check_force
from pipelines.attestations.keys import SignerKind, TrustedKeys
from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import Refused, asking
from pipelines.attestations.rollback import Rollback
from pipelines.errors import Finding
from pipelines.promotion.release import Release

REJECTED = "Rejected"


@dataclass(frozen=True)
class Runs:
    """The release that runs in an account, and since when."""

    release: Release
    since: datetime


@dataclass(frozen=True)
class Asked:
    """What a production account knows by itself; `runs` is None for what no release says."""

    account: str
    model: str
    home: str
    runs: Runs | None
    now: datetime
    staging_accounts: frozenset[str]
    required_approvals: int
    approval_valid: timedelta
    people: tuple[KnownPerson, ...]


def judge_word(document: Document, trusted: TrustedKeys, asked: Asked) -> Rollback:
    """Give the rollback that a person has signed and that may be done now.

    For which accounts it is meant is not asked here: another account's has nothing to do with it.
    Raises Refused by the first rule that does not hold.
    """
    address = document.address
    with asking("rollback-signed"):
        word = _signed(document, trusted, asked)
    with asking("rollback-in-force"):
        _check_force(address, word, asked)
    if asked.account in word.accounts:
        with asking("rollback-of-what-runs"):
            _check_leaves(address, word, asked)
    return word


def judge_rejection(status: str, asked: Asked) -> None:
    """Refuse to go back without a person's word unless the registry rejects what runs."""
    if asked.runs is None or status != REJECTED:
        package = asked.runs.release.package_arn if asked.runs else f"what runs in {asked.account}"
        raise Refused(
            "live-package-rejected",
            package,
            f"must have the approval status {REJECTED}",
            got=status,
            hint="a release manager may sign: gatehouse release rollback",
        )


def _signed(document: Document, trusted: TrustedKeys, asked: Asked) -> Rollback:
    address = document.address
    keys = trusted.of(SignerKind.APPROVAL, account=asked.home)
    opened = open_envelope(address, document.content, keys)
    word = Rollback.parse(address, opened.statement)
    if word.by != opened.key.person:
        raise Finding(address, f"must be the word of {opened.key.person}, who signed", got=word.by)
    if not any(one.approves and one.name == word.by for one in asked.people):
        raise Finding(address, "must be signed by somebody who may decide today", got=word.by)
    return word


def _check_force(address: str, word: Rollback, asked: Asked) -> None:
    if word.model != asked.model:
        raise Finding(address, f"must be of the model {asked.model}", got=word.model)
    hint = "decide again: gatehouse release rollback"
    check_force(address, word, asked.now, asked.approval_valid, hint)


def _check_leaves(address: str, word: Rollback, asked: Asked) -> None:
    runs = asked.runs
    said = word.left.release_id if word.left else "no release that is known"
    found = runs.release.id if runs else "no release that is known"
    digests = (
        word.left.release_sha256 if word.left else None,
        runs.release.sha256 if runs else None,
    )
    if said != found or digests[0] != digests[1]:
        raise Finding(
            address,
            f"must leave what runs in {asked.account}, {found}",
            got=said,
            hint="see what runs: gatehouse release board",
        )
    # A word of before would otherwise undo a later promotion of the same release.
    if runs and word.made_at < runs.since - CLOCK_TOLERANCE:
        raise Finding(
            address,
            f"must be decided after {found} came, at {spell(runs.since)}",
            got=spell(word.made_at),
        )


def without_what_runs(asked: Asked) -> Asked:
    """Give what is asked where the rollback itself has changed what runs already."""
    return replace(asked, runs=None)
