"""Refuses to bring a release again that its target has left since people approved it."""

from __future__ import annotations

from collections.abc import Callable

from pipelines.attestations.moments import spell
from pipelines.attestations.refusal import Refused, asking
from pipelines.organization import Account, AccountKind
from pipelines.promotion.judgement import Judged
from pipelines.promotion.kept import BEGUN, DONE, ROLLBACK_FILE, Kept


def check_not_left(account: Account, keeping: Callable[[], Kept], judged: Judged) -> None:
    """Raise Refused where this account went back from a release after it was approved.

    An approval is of one execution, so a retried stage would else bring the release again on the
    word that the rollback has overruled. Only production goes back; elsewhere a build may not even
    list what is kept. When a rollback was, S3 tells: no build can set it.
    """
    release, approvals = judged.release, judged.verified.approvals
    if account.kind is not AccountKind.PRODUCTION:
        return
    approved, kept = min(approval.made_at for approval in approvals), keeping()
    for bundle in kept.bundles:
        came = bundle.came.get(f"{kept.account}/{ROLLBACK_FILE}")
        if came is None or came < approved:
            continue
        with asking("not-left-since"):
            told = kept.rollback(bundle) or {}
        left = told.get("from") or {}
        if told.get("outcome") in (BEGUN, DONE) and left.get("release_id") == release.id:
            raise Refused(
                "not-left-since",
                f"release {release.id}",
                f"must not have been left by {kept.account} since {spell(approved)}",
                got=f"a rollback of {spell(came)} (execution {bundle.execution_id})",
                hint="to have it again all the same, start and approve another promotion of it",
            )
