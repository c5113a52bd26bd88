"""`gatehouse demo`: three accounts, one model, two gates, on this machine and without AWS."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import EnvironmentFault, Finding
from pipelines.organization import Persona
from scripts import twins
from scripts.access import Access
from scripts.checkout import Checkout, this_checkout
from scripts.commands.context import Desk, workshop
from scripts.console import Voice, voice
from scripts.model_packages import ModelPackage
from scripts.predictions import Compared
from scripts.processes import ChildProcesses
from scripts.rehearsal import Person, Rehearsal
from scripts.seats import administrator_inside
from scripts.stopwatch import Stopwatch


def demo(
    yes: Annotated[
        bool, typer.Option("--yes", help="Go through the gates without asking.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the twin running.")] = False,
    port: Annotated[int, typer.Option(min=1024, max=65535)] = twins.DEFAULT_PORT,
    pace: Annotated[
        float,
        typer.Option(
            min=twins.SLOWEST,
            max=twins.FASTEST,
            metavar="N",
            help="Let N seconds of what rollouts wait for pass in one.",
        ),
    ] = 1.0,
) -> None:
    """Show all of it on this machine: three accounts, one model, two gates."""
    checkout = this_checkout()
    speak = voice()
    watch = Stopwatch()
    wanted = _Wanted(port, pace)
    with _alone(checkout), _stage(checkout, speak, watch, wanted, keep=keep) as opened:
        rehearsal, folder = opened
        _Performance(rehearsal, speak, watch, asks=speak.can_ask() and not yes).perform()
    _summary(speak, watch, folder, keep=keep)


@dataclass(frozen=True)
class _Wanted:
    """The twin to be started: its port, and the pace of its clock."""

    port: int
    pace: float


class _Performance:
    """One run through the whole story, told as it goes."""

    def __init__(self, rehearsal: Rehearsal, speak: Voice, watch: Stopwatch, *, asks: bool) -> None:
        self._do = rehearsal
        self._voice = speak
        self._watch = watch
        self._asks = asks

    def perform(self) -> None:
        """Guard, lay out, pin keys, publish, train, approve, promote, release, ask production."""
        say = self._voice.say
        with self._watch.part("attach guardrails"):
            done = self._do.attach_guardrails()
        say(f"Terraform attaches the organisation's guardrails: {done} resources")
        say("Terraform lays out the accounts, side by side:")
        with self._watch.part("apply three accounts"):
            self._do.apply_accounts()
        with self._watch.part("pin the keys that sign"):
            keys = self._do.trust_keys()
        say(f"staging and production believe {keys} keys: of the build, of tests and of people")
        engineer = self._do.person(Persona.ML_ENGINEER)
        say(f"{engineer.name} (ML engineer) publishes image, source package and pipelines:")
        with self._watch.part("publish"):
            self._do.publish(engineer)
        scientist = self._do.person(Persona.DATA_SCIENTIST)
        say(f"{scientist.name} (data scientist) trains {self._do.model}:")
        with self._watch.part("train"):
            package = self._do.train(scientist)
        lead = self._do.person(Persona.LEAD)
        say(f"  version {package.version} is registered and waits for a lead")
        if not self._decide(lead, f"Approve version {package.version} of {self._do.model}?"):
            self._do.decide_package(lead, package, approve=False)
            say("  rejected: nothing is promoted, production is as it was")
            return
        self._do.decide_package(lead, package, approve=True)
        say("the promotion carries exactly this version:")
        self._promote(package, scientist)

    def _promote(self, package: ModelPackage, scientist: Person) -> None:
        manager = self._do.person(Persona.RELEASE_MANAGER)
        with self._watch.part("promote to staging and test"):
            promotion = self._do.follow_promotion(manager, package)
        gate = self._do.gate(manager)
        if gate is None or promotion.has_ended:
            raise Finding(
                f"promotion {promotion.id}",
                "must reach the gate before production",
                got=promotion.reason or promotion.status,
            )
        release = self._do.release(manager, promotion.id)
        self._voice.say(f"  {release['release_id']} waits at the gate before production")
        if not self._decide(manager, f"Release {release['release_id']} to production?"):
            self._do.decide_release(manager, gate, approve=False)
            self._voice.say("  rejected: production is as it was")
            return
        with self._watch.part("deploy to production and verify"):
            outcome = self._do.decide_release(manager, gate, approve=True)
            if outcome is None or not outcome.opened:
                raise Finding(f"promotion {promotion.id}", "must be approved by enough people")
            self._voice.say(f"  signed by {manager.name}, with a key of their own")
            promotion = self._do.follow_promotion(manager, package)
        if promotion.status != "Succeeded":
            raise Finding(
                f"promotion {promotion.id}",
                "must succeed",
                got=promotion.reason or promotion.status,
            )
        self._voice.say("production answers about a row that the model has never seen:")
        with self._watch.part("ask production"):
            compared = self._do.predict(scientist, release)
        _print_prediction(self._voice, compared)

    def _decide(self, person: Person, question: str) -> bool:
        who = f"{person.name} ({person.persona.replace('-', ' ')})"
        if self._asks:
            return self._voice.confirm(f"  {who}: {question}")
        self._voice.say(f"  {who} approves; nobody is asked in this run")
        return True


@contextmanager
def _stage(
    checkout: Checkout, speak: Voice, watch: Stopwatch, wanted: _Wanted, *, keep: bool
) -> Iterator[tuple[Rehearsal, Path]]:
    """Give a rehearsal on a fresh twin, and take the twin down afterwards."""
    folder = checkout.private if keep else checkout.private / "demo"
    state = folder / "twin"
    naming = checkout.naming()
    region = naming.organization.region
    children = ChildProcesses()
    at = Desk(checkout, speak, naming, Access.nobody())
    shop = workshop(at, children, folder / "work")
    twins.stop(state)
    for stale in (state, folder / "work"):
        shutil.rmtree(stale, ignore_errors=True)
    try:
        with watch.part("start the twin"):
            running = twins.start(
                state,
                naming.organization,
                twins.free_port(wanted.port),
                parent_pid=None if keep else os.getpid(),
                pace=wanted.pace,
            )
        speak.say(f"a twin of AWS with {len(naming.organization.accounts)} accounts: {running.url}")
        access = twins.administrator(state, region)
        shop = replace(shop, access=access)
        inside = partial(administrator_inside, state, naming)
        yield Rehearsal(replace(at, access=access), shop, folder, inside), folder
    except BaseException:
        children.interrupt()
        twins.stop(state)
        raise
    if not keep:
        twins.stop(state)


@contextmanager
def _alone(checkout: Checkout) -> Iterator[None]:
    # The kernel frees the lock when this process ends, however it ends.
    checkout.private.mkdir(parents=True, exist_ok=True)
    with (checkout.private / "demo.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EnvironmentFault(
                str(checkout.private),
                "must be used by one demo at a time",
                got="another one that runs",
                hint="wait for it to end, or end it with Ctrl-C",
            ) from error
        yield


def _print_prediction(speak: Voice, compared: Compared) -> None:
    rows = [
        {"said by": "production endpoint", **compared.endpoint},
        {"said by": "trained model", **compared.model},
    ]
    speak.rows(("said by", *compared.model), rows, as_json=False)
    speak.say(f"  the row's own truth: {compared.truth}")


def _summary(speak: Voice, watch: Stopwatch, folder: Path, *, keep: bool) -> None:
    rows = [{"part": name, "seconds": f"{seconds:.1f}"} for name, seconds in watch.parts]
    rows.append({"part": "all of it", "seconds": f"{watch.total():.1f}"})
    speak.rows(("part", "seconds"), rows, as_json=False)
    if keep:
        speak.say('The twin runs on: eval "$(gatehouse twin env)", then for example')
        speak.say("  gatehouse release show --as rita, or aws codepipeline list-pipelines")
        speak.say("  gatehouse twin down ends it")
    else:
        speak.say(f"The twin has ended; its log and audit trail are in {folder / 'twin'}.")
        speak.say("To look around in a running one: gatehouse demo --keep")
