"""Where releases of one model are decided: its promotions, decisions, pins and rules together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.attestations.approval import Approval
from pipelines.attestations.envelope import unproven
from pipelines.attestations.evidence import Document
from pipelines.attestations.keys import TrustedKeys
from pipelines.errors import Finding, GatehouseError, Misuse
from pipelines.organization import Account, AccountKind, Organization, Persona
from pipelines.organization_models import Promotes
from pipelines.promotion.refusals import NO_RELEASE, ROLLBACKS
from pipelines.promotion.release import Release, parse_release
from pipelines.promotion.retrained import RETRAINING_FILE
from scripts.access import aws_errors
from scripts.commands.context import Desk
from scripts.promotions import Promotions
from scripts.releases.board_inquiry import plainly
from scripts.releases.carried import Carried, read_carried
from scripts.releases.decisions import Decisions
from scripts.releases.judging import Case, make_evidence, make_expectation
from scripts.releases.last_words import KEPT_FILES, Why, read_why
from scripts.releases.pins import Pins
from scripts.releases.signers import SigningKey, approval_signing_key
from scripts.releases.trained import Training, Trainings, read_training
from scripts.rollbacks import Rollbacks


@dataclass(frozen=True)
class Decided:
    """What people decided that bears on one promotion."""

    approvals: tuple[Document, ...]
    revocations: tuple[Document, ...]
    freezes: tuple[Document, ...]


class Office:
    """Where people of a business unit decide, at somebody's desk."""

    def __init__(self, at: Desk) -> None:
        self.at = at
        self.decisions = Decisions(at.access, at.naming, at.home)

    @property
    def organization(self) -> Organization:
        """The organisation of the checkout."""
        return self.at.naming.organization

    @property
    def production(self) -> tuple[Account, ...]:
        """The production accounts of the business unit."""
        return self.behind(AccountKind.PRODUCTION)

    def behind(self, kind: AccountKind) -> tuple[Account, ...]:
        """The accounts of a kind in the business unit, which lie behind the gate of that kind."""
        return self.organization.of_kind(kind, self.at.home.business_unit)

    @property
    def targets(self) -> tuple[Account, ...]:
        """All accounts of the business unit that receive releases."""
        return self.organization.targets_of(self.at.home)

    @property
    def managers(self) -> tuple[str, ...]:
        """The release managers of the business unit."""
        unit = self.at.home.business_unit
        found = self.organization.people_with(Persona.RELEASE_MANAGER, unit)
        return tuple(person.name for person in found)

    def key(self) -> SigningKey:
        """Give the key with which this person signs; raises Misuse for other personas."""
        person = self.at.named()
        if person not in self.managers:
            raise Misuse(
                "--as",
                f"must name a release manager ({', '.join(self.managers) or 'there is none'})",
                got=person,
            )
        return approval_signing_key(self.at.naming, self.at.home, person)

    def kms(self, region: str) -> Any:
        """Make a client of KMS that acts as this person."""
        return self.at.access.client("kms", region)

    def pinned(self, target: Account) -> TrustedKeys:
        """Read which keys a target believes, as this person in that account.

        These and no others judge the release there, so they are asked here too: a signature that
        holds by a key of KMS would prove less.
        """
        return Pins(self.at.visiting(target), self.at.naming, target).read()


class ModelOffice(Office):
    """Where the releases of one model are decided."""

    def __init__(self, at: Desk, model: str | None) -> None:
        super().__init__(at)
        self.model = at.model(model)
        self.flow = Promotions(at.access, at.region, at.naming.promotion_pipeline(self.model))
        self.backs = Rollbacks(at.access, at.region, at.naming.rollback_pipeline(self.model))

    def decided(self, carried: Carried) -> Decided:
        """Read what people decided that bears on a promotion."""
        release_id = carried.parsed().id
        return Decided(
            self.decisions.approvals(self.model, release_id, carried.execution),
            self.decisions.revocations(self.model, release_id),
            self.decisions.freezes(),
        )

    def why(self, carried: Carried, target: Account) -> Why | None:
        """Read why a target's build ended a promotion, if one did and could keep it.

        Asks as this person in that account, where its builds keep what they found.
        """
        return self._why(f"{_released(carried)}/{carried.execution}", target)

    def why_of_rollback(self, execution: str, target: Account) -> Why | None:
        """Read why a target would not go back, if it did not."""
        return self._why(f"{ROLLBACKS}/{execution}", target)

    def training(self, release: Release, execution: str, target: Account) -> Training | None:
        """Read what a target has trained for a promotion of code, if it has.

        The bucket of evidence tells it, whose objects nobody writes over. Raises Finding for a
        report that is of another release, execution or definition.
        """
        if release.promotes is Promotes.MODEL:
            return None
        found = self._kept(f"{release.id}/{execution}", target, {RETRAINING_FILE})
        trained = (
            read_training(address, content, release, target.name, execution)
            for address, content in found.items()
        )
        return next(trained, None)

    def trainings(self, release: Release, execution: str, targets: Iterable[Account]) -> Trainings:
        """Read what each of these targets has trained for a promotion, or why it is not told."""
        found: dict[str, Training] = {}
        untold: dict[str, str] = {}
        for target in targets:
            try:
                training = self.training(release, execution, target)
            except GatehouseError as error:
                untold[target.name] = plainly(error)
            else:
                found |= {target.name: training} if training else {}
        return Trainings(found, untold)

    def trained_everywhere(self, execution: str) -> dict[str, list[dict[str, Any]]]:
        """Read what all targets have trained for a promotion, or why this person may not."""
        release = read_carried(self.flow, execution).parsed()
        trainings = self.trainings(release, execution, self.targets)
        told = (trainings.told(target.name) for target in self.targets)
        return {"trained": [one for one in told if one is not None]}

    def _why(self, place: str, target: Account) -> Why | None:
        return read_why(self._kept(place, target, KEPT_FILES))

    def _kept(self, place: str, target: Account, files: Collection[str]) -> dict[str, bytes]:
        bucket = self.at.naming.bucket_name(target.name, "evidence")
        folder = f"releases/{self.model}/{place}/{target.name}/"
        access, address = self.at.visiting(target), f"s3://{bucket}/{folder}"
        client = access.client("s3", target.region)
        with aws_errors(address, "must be readable", access.endpoint):
            listed = client.list_objects_v2(Bucket=bucket, Prefix=folder).get("Contents", [])
            return {
                f"s3://{bucket}/{key}": client.get_object(Bucket=bucket, Key=key)["Body"].read()
                for key in (one["Key"] for one in listed)
                if key.removeprefix(folder) in files
            }

    def cases(
        self, carried: Carried, decided: Decided, targets: Iterable[Account], now: datetime
    ) -> tuple[Case, ...]:
        """Lay a promotion before the rules of some targets, as of a moment."""
        evidence = make_evidence(carried, decided.approvals, decided.revocations, decided.freezes)
        return tuple(
            Case(
                target,
                evidence,
                self.pinned(target),
                make_expectation(self.organization, target, self.model, carried, now),
            )
            for target in targets
        )


def now() -> datetime:
    """Tell the time as statements carry it: UTC, whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def _released(carried: Carried) -> str:
    """Name the release at hand as a target does, which may have refused it for being none."""
    if carried.release is None:
        return NO_RELEASE
    try:
        return parse_release(carried.release.address, carried.release.content).id
    except Finding:
        return NO_RELEASE


def read_approvals(documents: Iterable[Document]) -> list[Approval]:
    """Read approvals to show them; what is none is left out, as rules give it no weight."""
    found = []
    for one in documents:
        try:
            found.append(Approval.parse(one.address, unproven(one.address, one.content)))
        except Finding:
            continue
    return found
