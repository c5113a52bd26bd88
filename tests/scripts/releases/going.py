"""What somebody does at the desk from which production goes back: look, and say that it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipelines.attestations.rollback import Destination, Left
from pipelines.promotion.going_back import LAST
from scripts.releases.approving import Word
from scripts.releases.going_back import Prospect, Started, decide, prospects
from tests.pipelines.attestations.cast import NOW
from tests.scripts.releases.shelf import Shelf, execution_of

SPOILT = ("revoked", "rejected", "never verified", "without its Terraform")
LASTING = 1440


def seen(
    shelf: Shelf,
    folder: Path,
    wanted: str = LAST,
    accounts: Sequence[str] = (),
    now: datetime = NOW,
) -> tuple[Prospect, ...]:
    """Look where production would go back to."""
    return prospects(shelf.bureau.office(), accounts, wanted, now, folder)


def said(
    shelf: Shelf, found: Sequence[Prospect], *, at: datetime = NOW, person: str = "rita"
) -> Started:
    """Decide for an hour."""
    word = Word(person, "recall fell", "INC-7", at, 60)
    return decide(shelf.bureau.office(person), found, word, lasting=LASTING)


def target(shelf: Shelf, version: int) -> Destination:
    """Name a version as a decision does."""
    release, statement = shelf.release(version), shelf.statement(version)
    digest = statement.statement().sha256
    return Destination(release.id, release.sha256, digest, execution_of(version))


def left(shelf: Shelf, version: int) -> Left:
    """Name a version that is left."""
    return Left(shelf.release(version).id, shelf.release(version).sha256)
