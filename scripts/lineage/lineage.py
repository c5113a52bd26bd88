"""The lineage of one endpoint: read from every source, told as a tree for people and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pipelines.attestations.moments import spell
from pipelines.errors import Misuse
from pipelines.organization import Account
from scripts.lineage.comparing import Sources
from scripts.lineage.facts import Fact, Node, Standing
from scripts.lineage.home_side import read_home_side
from scripts.lineage.links import endpoint_link
from scripts.lineage.questions import Questions
from scripts.lineage.signed_side import SignedSide, read_signed_side
from scripts.lineage.target_side import read_target_side
from scripts.releases.board_attempts import read_attempts
from scripts.releases.board_inquiry import Inquiry
from scripts.releases.office import ModelOffice


class NoEndpointError(Misuse):
    """SageMaker answers that there is no such endpoint."""


@dataclass(frozen=True)
class Lineage:
    """Where what an endpoint runs comes from, as one person may see it.

    `contradictions` are sentences about what cannot be right, `untold` about what is not known.
    """

    endpoint: str
    account: str
    model: str
    made_at: datetime
    seen_by: str | None
    tree: Node
    contradictions: tuple[str, ...]
    untold: tuple[str, ...]

    @property
    def holds(self) -> bool | None:
        """Tell whether everything agrees; None where it does as far as it is known."""
        if self.contradictions:
            return False
        known = all(
            fact.standing is not Standing.UNKNOWN
            for node in self.tree.walk()
            for fact in node.facts
        )
        return True if known else None

    def document(self) -> dict[str, Any]:
        """Tell it for programs, as lineage.schema.json says."""
        return {
            "schema_version": 1,
            "endpoint": self.endpoint,
            "account": self.account,
            "model": self.model,
            "made_at": spell(self.made_at),
            "seen_by": self.seen_by,
            "holds": self.holds,
            "contradictions": list(self.contradictions),
            "untold": list(self.untold),
            "tree": _plain(self.tree),
        }


def read_lineage(office: ModelOffice, account: Account, now: datetime) -> Lineage:
    """Trace what an endpoint runs back to what it was made of.

    Raises NoEndpointError where there is no such endpoint,
    What this person may not read is not known, never assumed.
    """
    name = office.at.naming.endpoint_name(account.name, office.model)
    questions = Questions()
    target = read_target_side(office, account, questions)
    if target.absent:
        raise NoEndpointError(
            f"endpoint {name}",
            f"must be there in {account.name}",
            got="none",
            hint="see what runs where: gatehouse release board",
        )
    signed = read_signed_side(office, target, questions)
    arn = _package_arn(office, account, signed, questions)
    if signed.release is None:
        signed = replace(signed, package_arn=arn)
    home = read_home_side(office, arn, questions)
    tree = endpoint_link(Sources(office.at.naming, office.model, target, signed, home), name)
    told = (*questions.contradictions, *_mismatches(tree))
    return Lineage(
        name, account.name, office.model, now, office.at.person, tree, told, questions.untold
    )


def _package_arn(
    office: ModelOffice, account: Account, signed: SignedSide, questions: Questions
) -> str | None:
    """Name the version by the release, or else by the promotion that the account took last."""
    if signed.release is not None:
        return signed.release.package_arn

    def taken() -> str | None:
        # What promotions carried is for release managers; which version they were for, for many.
        attempts = read_attempts(office.flow, [account.name], Inquiry())
        found = attempts.in_target(account.name)
        return found.promotion.package_arn if found else None

    return questions.ask("promotions", taken)


def _mismatches(tree: Node) -> Iterator[str]:
    for node in tree.walk():
        for fact in node.facts:
            if fact.standing is Standing.MISMATCH:
                yield fact.sentence(node.title)


def _plain(node: Node) -> dict[str, Any]:
    return {
        "kind": node.kind,
        "name": node.name,
        "standing": node.standing.name.lower(),
        "facts": [_told(fact) for fact in node.facts],
        "made_of": [_plain(child) for child in node.children],
    }


def _told(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "value": fact.value,
        "standing": fact.standing.name.lower(),
        "said": [
            {"source": one.source, "value": one.value, "proven": one.proven} for one in fact.said
        ],
        "note": fact.note,
    }
