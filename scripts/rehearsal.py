"""The rehearsal: every part of the platform's main job, done on a twin by those who do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.progress import TaskID

from pipelines.errors import EnvironmentFault, Finding
from pipelines.models.sample import SAMPLES, write_sample
from pipelines.organization import AccountKind, Organization, Persona
from scripts.access import Access, in_account
from scripts.account_setup import AccountSetup
from scripts.account_work import AccountWork
from scripts.commands.context import Desk, sitting
from scripts.commands.model import model_packages
from scripts.commands.pipeline import follow_run, training_runs, upload_data
from scripts.commands.release import promotions
from scripts.commands.release_trust import settled
from scripts.model_packages import ModelPackage
from scripts.organization_work import OrganizationWork
from scripts.predictions import Compared, compare
from scripts.promotions import Action, Gate, Promotion
from scripts.publishing import Published, publish
from scripts.releases.approving import Word
from scripts.releases.deciding import Outcome, approve_waiting, reject_waiting, waiting
from scripts.releases.office import ModelOffice, now
from scripts.releases.trusting import look, targets
from scripts.root_work import Workshop
from scripts.terraform_events import Progress
from scripts.waiting import patience_for

_APPEARS_WITHIN = 60
_PROMOTED_WITHIN = 1800
_TICKET = "REHEARSAL"
# Data is worked with from inside the network only.
_IN_STUDIO = (Persona.DATA_SCIENTIST, Persona.LEAD)


@dataclass(frozen=True)
class Person:
    """Somebody and the desk at which they sit."""

    name: str
    persona: Persona
    desk: Desk


class Rehearsal:
    """The parts of a rehearsal, to be done one after the other."""

    def __init__(
        self, at: Desk, shop: Workshop, folder: Path, inside: Callable[[str], Access]
    ) -> None:
        """Take the surroundings, and how one arrives from inside an account's own network."""
        organization = at.naming.organization
        self.model = _model_with_data(organization)
        self._home = organization.home_of(organization.model(self.model))
        self._at = replace(at, unit=self._home.business_unit)
        self._shop = shop
        self._folder = folder
        self._inside = inside
        self._told: set[tuple[str, str]] = set()

    def attach_guardrails(self) -> int:
        """Attach the guardrails to the organisation's units, before there is anything to guard."""
        with self._at.voice.progress() as display:
            task = display.add_task("attach guardrails", total=None, latest="")
            _, done = OrganizationWork(self._shop).plan_and_apply(
                lambda progress: _show(display.update, task, progress)
            )
        return done

    def apply_accounts(self) -> dict[str, int]:
        """Set every account up and apply its root, each on its own way, side by side."""
        names = list(self._at.naming.organization.accounts)
        with self._at.voice.progress() as display, ThreadPoolExecutor(len(names)) as pool:
            tasks = {
                name: display.add_task(f"apply {name}", total=None, latest="") for name in names
            }

            def one(name: str) -> int:
                return self._apply(name, lambda p: _show(display.update, tasks[name], p))

            futures = {pool.submit(one, name): name for name in names}
            try:
                # The first failure ends the others too; asked in the order in which they ended.
                return {futures[future]: future.result() for future in as_completed(futures)}
            except BaseException:
                self._shop.children.interrupt()
                raise

    def trust_keys(self) -> int:
        """Pin the keys that sign in every target, as a platform admin; returns how many there are.

        On a twin nobody could have put others there; in life their fingerprints are compared.
        """
        naming = self._at.naming
        looked = [look(self._at.access, naming, each, None) for each in targets(naming, None)]
        proposals = settled(looked, ())
        for one in proposals:
            one.write()
        return len({key.keyid for one in proposals for key in one.wanted.keys})

    def person(self, persona: Persona) -> Person:
        """Take the persona of the first person who holds it."""
        people = self._at.naming.organization.people_with(persona, self._home.business_unit)
        if not people:
            raise EnvironmentFault(
                "accounts/organization.yaml",
                f"people must hold the persona {persona}",
                got="nobody",
            )
        name = people[0].name
        arriving = self._inside(self._home.name) if persona in _IN_STUDIO else self._at.access
        return Person(name, persona, sitting(self._at, name, arriving))

    def publish(self, engineer: Person) -> Published:
        """Publish image, source package and pipelines."""
        at = engineer.desk
        return publish(at.checkout.root, at.access, at.naming, self._home, None, _indented(at))

    def train(self, scientist: Person) -> ModelPackage:
        """Upload the bundled data, train, and give the version that was registered."""
        at = scientist.desk
        data = write_sample(self.model, self._folder / f"{self.model}.csv")
        brought = upload_data(at, self.model, data)
        runs = training_runs(at, self.model)
        before = {package.arn for package in model_packages(at, self.model).all()}
        run = follow_run(at.voice, runs, runs.start(brought.parameters), local=True)
        if run.status != "Succeeded":
            raise Finding(f"run {run.id}", "must succeed", got=run.reason or run.status)
        packages = model_packages(at, self.model)
        registered = [found for found in packages.all() if found.arn not in before]
        if not registered:
            raise Finding(f"run {run.id}", "must register a version of the model", got="none")
        return packages.describe(registered[0].arn)

    def decide_package(self, lead: Person, package: ModelPackage, *, approve: bool) -> None:
        """Decide at the first gate."""
        summary = "rehearsal: evaluation looked at" if approve else "rehearsal: refused"
        model_packages(lead.desk, self.model).decide(package, approve=approve, summary=summary)

    def follow_promotion(self, person: Person, package: ModelPackage) -> Promotion:
        """Follow the promotion of a version until it ends or waits at the gate."""
        at = person.desk
        flow = promotions(at, self.model)
        found = patience_for(local=True, seconds=_APPEARS_WITHIN).last(
            f"promotion of {package.arn}",
            lambda: flow.of_package(package.arn),
            lambda promotion: promotion is not None,
        )
        if found is None:
            raise EnvironmentFault(package.arn, "must be promoted once it is approved", got="none")
        told = self._told
        patience = patience_for(local=True, seconds=_PROMOTED_WITHIN)
        with at.voice.progress() as display:
            task = display.add_task("promote", total=None, latest="")
            for promotion, actions in flow.follow(found.id, patience):
                found = promotion
                for action in actions:
                    if action.status != "InProgress" and (action.stage, action.name) not in told:
                        told.add((action.stage, action.name))
                        at.voice.say(_told(action))
                running = [action.name for action in actions if action.status == "InProgress"]
                display.update(task, completed=len(told), latest=", ".join(running))
        return found

    def gate(self, manager: Person) -> Gate | None:
        """Give the promotion that waits at the second gate."""
        return promotions(manager.desk, self.model).gate()

    def release(self, person: Person, execution: str) -> dict[str, Any]:
        """Read the release document of a promotion."""
        found = promotions(person.desk, self.model).release(execution)
        if found is None:
            raise Finding(f"promotion {execution}", "must carry a release", got="none")
        return found

    def decide_release(self, manager: Person, gate: Gate, *, approve: bool) -> Outcome | None:
        """Decide at the second gate, by what the command does; None for a refusal."""
        office = ModelOffice(manager.desk, self.model)
        if not approve:
            reject_waiting(office, gate.execution, "rehearsal: refused")
            return None
        made_at = now()
        minutes = office.organization.promotion.approval_valid_minutes
        word = Word(manager.name, "rehearsal: release looked at", _TICKET, made_at, minutes)
        return approve_waiting(office, waiting(office, gate.execution, made_at), word)

    def predict(self, reader: Person, release: Mapping[str, Any]) -> Compared:
        """Ask production about a row that the model has not been trained on."""
        naming = self._at.naming
        target = naming.organization.of_kind(AccountKind.PRODUCTION, self._home.business_unit)[
            0
        ].name
        # Applications that ask a model run in the network of its account.
        consumer = in_account(self._inside(target), naming, target)
        compared = compare(release, target, naming, reader.desk.access, consumer)
        if not compared.is_equal:
            raise Finding(
                f"endpoint in {target}",
                f"must answer as the trained model did, {dict(compared.model)}",
                got=str(dict(compared.endpoint)),
            )
        return compared

    def _apply(self, name: str, on_progress: Callable[[Progress], None]) -> int:
        setup = AccountSetup(self._shop, name).run(on_progress)
        self._at.voice.say(f"  {name}: set up, {setup.changes} resources; its state has moved in")
        plan, done = AccountWork(self._shop, name).plan_and_apply(on_progress)
        self._at.voice.say(f"  {name}: {done} of {len(plan.changes)} resources")
        return done


def administrator_desk(at: Desk, access: Access) -> Desk:
    """Sit down as the administrator of a twin."""
    return replace(at, access=access)


def _show(update: Callable[..., None], task: TaskID, progress: Progress) -> None:
    update(
        task, completed=progress.done, total=progress.total or None, latest=progress.latest[-40:]
    )


def _indented(at: Desk) -> Callable[[str], None]:
    return lambda text: at.voice.say(f"  {text}")


def _told(action: Action) -> str:
    after = f" after {action.seconds:.1f} s" if action.seconds else ""
    who = "the gate" if action.gate else f"{action.stage}/{action.name}"
    reason = f": {action.reason}" if action.reason and action.status != "Succeeded" else ""
    return f"  {who}: {action.status}{after}{reason}"


def _model_with_data(organization: Organization) -> str:
    for name in organization.models:
        if name in SAMPLES:
            return name
    raise EnvironmentFault(
        "accounts/organization.yaml",
        f"models must have one with bundled data ({', '.join(SAMPLES)})",
        got=", ".join(organization.models),
    )
