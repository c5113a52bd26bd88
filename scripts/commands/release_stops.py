"""`gatehouse release revoke`, `freeze` and `unfreeze`: signed words that stop releases."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.attestations.envelope import sign
from pipelines.attestations.moments import spell
from pipelines.attestations.revocation import Revocation
from pipelines.attestations.signing import kms_signer
from scripts.commands.context import AsPerson, desk
from scripts.releases.approving import signer_of_pinned
from scripts.releases.carried import released_by
from scripts.releases.office import ModelOffice, Office, now
from scripts.releases.stops import (
    Because,
    check_scope,
    freeze_word,
    lift_word,
    read_freezes,
    read_until,
    told,
)

Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; everybody reads it.")]
Scope = Annotated[
    str,
    typer.Option(
        "--scope", metavar="SCOPE", help="all, a stage, a target account or a model: what stops."
    ),
]
Unit = Annotated[
    str | None,
    typer.Option("--unit", metavar="UNIT", help="The business unit, where there are several."),
]


def revoke(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model.")],
    release: Annotated[
        str, typer.Option("--release", metavar="ID", help="The release, as release show tells it.")
    ],
    reason: Reason,
    person: AsPerson = None,
) -> None:
    """Say for good that a release must not be deployed any more."""
    office = ModelOffice(desk(person, model), model)
    key = office.key()
    found = released_by(office.flow, release).parsed()
    word = Revocation(found.id, found.sha256, office.at.named(), reason, now())
    envelope = sign(word.statement(), kms_signer(office.kms(key.account.region), key.alias_arn))
    office.decisions.revoke(office.model, found.id, word.by, word.made_at, envelope)
    office.at.voice.say(f"{office.model}: {found.id} is revoked; no target deploys it from now on")


def freeze(
    scope: Scope,
    reason: Reason,
    ticket: Annotated[
        str, typer.Option("--ticket", metavar="TEXT", help="Where this is talked about.")
    ],
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="MOMENT", help="A day or a moment in UTC; without it, until lifted."
        ),
    ] = None,
    unit: Unit = None,
    person: AsPerson = None,
) -> None:
    """Stop promotions to a stage or an account, of a model, or all."""
    office = Office(desk(person, unit=unit))
    key, made_at = office.key(), now()
    check_scope(office.organization, office.at.home, scope)
    because = Because(office.at.named(), reason, ticket, made_at)
    word = freeze_word(scope, because, read_until(until, made_at))
    envelope = sign(word.statement(), kms_signer(office.kms(key.account.region), key.alias_arn))
    office.decisions.freeze(word.owner, word.made_at, envelope)
    office.at.voice.say(told(word))


def unfreeze(
    scope: Scope,
    reason: Reason,
    ticket: Annotated[
        str, typer.Option("--ticket", metavar="TEXT", help="By default the ticket of the freeze.")
    ] = "",
    unit: Unit = None,
    person: AsPerson = None,
) -> None:
    """Let promotions of a frozen scope go on."""
    office = Office(desk(person, unit=unit))
    key = office.key()
    check_scope(office.organization, office.at.home, scope)
    because = Because(office.at.named(), reason, ticket, now())
    word = lift_word(scope, because, read_freezes(office.decisions.freezes()))
    # A lift counts only by a key that is pinned; a freeze counts by any.
    pins = {target.name: office.pinned(target) for target in office.targets}
    signer = signer_of_pinned(key, office.kms, pins)
    office.decisions.freeze(word.owner, word.made_at, sign(word.statement(), signer))
    office.at.voice.say(f"{scope} is free again since {spell(word.made_at)}")
