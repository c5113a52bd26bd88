"""Stopping: freezes of a scope and revocations of a release, made, read and told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pipelines.attestations.envelope import unproven
from pipelines.attestations.evidence import Document, Stage
from pipelines.attestations.freeze import EVERYTHING, Freeze, State
from pipelines.attestations.moments import read, spell
from pipelines.attestations.revocation import Revocation
from pipelines.errors import Finding, Misuse
from pipelines.organization import Account, Organization
from pipelines.yaml_file import nearest


@dataclass(frozen=True)
class Because:
    """Who says it, why and when."""

    person: str
    reason: str
    ticket: str
    made_at: datetime


def scopes(organization: Organization, home: Account) -> tuple[str, ...]:
    """List what can be frozen: all, a stage, a target account or a model of a business unit."""
    targets = [target.name for target in organization.targets_of(home)]
    models = list(organization.models_of(home.business_unit))
    return tuple(dict.fromkeys([EVERYTHING, *(str(stage) for stage in Stage), *targets, *models]))


def check_scope(organization: Organization, home: Account, scope: str) -> None:
    """Refuse a scope that no target would ever ask about."""
    known = scopes(organization, home)
    if scope not in known:
        guess = nearest(scope, list(known))
        raise Misuse(
            "--scope",
            f"must be one of {', '.join(known)}",
            got=scope,
            hint=f"did you mean {guess}?" if guess else None,
        )


def read_until(text: str | None, now: datetime) -> datetime | None:
    """Read when a freeze ends: a day, at whose first moment (UTC) it ends, or a moment."""
    if text is None:
        return None
    try:
        found = datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        try:
            found = read("--until", text)
        except Finding as error:
            raise Misuse(
                "--until", "must be a day or a moment such as 2026-12-24T18:00:00Z", got=text
            ) from error
    if found <= now:
        raise Misuse("--until", f"must be later than now, {spell(now)}", got=text)
    return found


def freeze_word(scope: str, because: Because, until: datetime | None) -> Freeze:
    """Say that a scope is frozen."""
    return _word(scope, State.FROZEN, because, until)


def lift_word(scope: str, because: Because, words: Sequence[Freeze]) -> Freeze:
    """Say that a scope is free again; later than every freeze that it answers.

    Raises Misuse where nothing is frozen.
    """
    stopping = [word for word in words if word.scope == scope and word.in_force(because.made_at)]
    if not stopping:
        raise Misuse("--scope", "must be frozen to be lifted", got=f"{scope}, which is not")
    latest = max(word.made_at for word in stopping)
    made_at = max(because.made_at, latest + timedelta(seconds=1))
    ticket = because.ticket or stopping[-1].ticket
    return _word(scope, State.LIFTED, Because(because.person, because.reason, ticket, made_at))


def in_force(words: Sequence[Freeze], now: datetime) -> tuple[Freeze, ...]:
    """Give the freezes that no later word about their scope has answered, whoever signed it.

    A target asks more: there a lift counts only when a pinned key has signed it.
    """
    return tuple(
        word
        for word in words
        if word.in_force(now)
        and not any(other.scope == word.scope and other.made_at > word.made_at for other in words)
    )


def read_freezes(documents: Sequence[Document]) -> tuple[Freeze, ...]:
    """Read words about scopes, the earliest first; raises Finding for what is none."""
    found = [Freeze.parse(one.address, unproven(one.address, one.content)) for one in documents]
    return tuple(sorted(found, key=lambda word: word.made_at))


def read_revocations(documents: Sequence[Document]) -> tuple[Revocation, ...]:
    """Read revocations, the earliest first; raises Finding for what is none."""
    found = [Revocation.parse(one.address, unproven(one.address, one.content)) for one in documents]
    return tuple(sorted(found, key=lambda word: word.made_at))


def told(freeze: Freeze) -> str:
    """Tell a freeze in a line."""
    until = f" until {spell(freeze.until)}" if freeze.until else ""
    since = f"since {spell(freeze.made_at)}{until}"
    return f"{freeze.scope} is frozen by {freeze.owner} {since}: {freeze.reason} ({freeze.ticket})"


def freeze_document(freeze: Freeze) -> dict[str, object]:
    """Tell a freeze for programs."""
    return {
        "scope": freeze.scope,
        "owner": freeze.owner,
        "reason": freeze.reason,
        "ticket": freeze.ticket,
        "made_at": spell(freeze.made_at),
        "until": spell(freeze.until) if freeze.until else None,
    }


def _word(scope: str, state: State, because: Because, until: datetime | None = None) -> Freeze:
    return Freeze(
        scope, state, because.person, because.reason, because.ticket, because.made_at, until
    )
