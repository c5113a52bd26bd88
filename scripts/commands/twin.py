"""`gatehouse twin`: the local AWS on its own."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import Misuse
from scripts import audit_trail, twins
from scripts.checkout import this_checkout
from scripts.commands import twin_fault
from scripts.commands.context import AsJson
from scripts.console import voice
from scripts.seats import seat_in

app = typer.Typer(no_args_is_help=True, help="The local AWS: start it, use it, end it.")
app.add_typer(twin_fault.app, name="fault")

State = Annotated[
    Path | None, typer.Option("--state", metavar="FOLDER", help="State folder of the twin.")
]


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1024, max=65535)] = twins.DEFAULT_PORT,
    pace: Annotated[
        float | None,
        typer.Option(
            min=twins.SLOWEST,
            max=twins.FASTEST,
            metavar="N",
            help="Let N seconds of waiting pass in one.",
        ),
    ] = None,
    state: State = None,
) -> None:
    """Start the twin with the accounts of organization.yaml."""
    checkout = this_checkout()
    organization = checkout.naming().organization
    running = twins.start(state or checkout.twin_folder, organization, port, pace=pace)
    if running.started_now and state is None:
        twins.forget_work(checkout.private / "work")
    did = "started" if running.started_now else "runs already"
    voice().say(f'twin {did} at {running.url}; to use it: eval "$(gatehouse twin env)"')


@app.command()
def status(state: State = None, as_json: AsJson = False) -> None:
    """Tell whether the twin runs, and where."""
    folder = state or this_checkout().twin_folder
    running = twins.require(folder)
    voice().fields(
        {
            "url": running.url,
            "pid": running.pid,
            "management_account": running.wanted.management_account_id,
            "accounts": list(running.wanted.account_ids),
            "pace": twins.pace(folder),
        },
        as_json=as_json,
    )


@app.command()
def pace(
    seconds: Annotated[
        float,
        typer.Argument(
            min=twins.SLOWEST,
            max=twins.FASTEST,
            metavar="N",
            help="How many seconds of waiting pass in one; 1 is as on AWS.",
        ),
    ],
    state: State = None,
) -> None:
    """Speed up the running twin's waits: rollouts, periods and evaluations of alarms."""
    twins.set_pace(state or this_checkout().twin_folder, seconds)
    voice().say(f"{seconds:g} seconds of waiting pass in one from now on")


@app.command()
def env(
    vpc: Annotated[
        str | None, typer.Option(metavar="VPC", help="Act from inside this VPC.")
    ] = None,
    subnet: Annotated[
        list[str] | None, typer.Option(metavar="SUBNET", help="Act from this subnet.")
    ] = None,
    security_group: Annotated[
        list[str] | None, typer.Option(metavar="GROUP", help="Act in this security group.")
    ] = None,
    inside: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Act from an account's own network.")
    ] = None,
    tls: Annotated[bool, typer.Option(help="Whether connections count as encrypted.")] = True,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """Write the variables with which any AWS program meets the twin, from the internet or a VPC."""
    checkout = this_checkout()
    naming = checkout.naming()
    region = naming.organization.region
    folder = state or checkout.twin_folder
    seat = twins.Seat(vpc, tuple(subnet or ()), tuple(security_group or ()), tls)
    if inside is not None:
        if vpc or subnet or security_group:
            raise Misuse("--inside", "must stand alone", got="a VPC, subnet or group beside it")
        place = naming.organization.account(inside)
        seat = replace(seat_in(twins.administrator(folder, region), naming, place.name), tls=tls)
    found = twins.variables(folder, region, seat)
    speak = voice()
    if as_json:
        speak.json(found)
        return
    for name, value in found.items():
        speak.data.out(f"export {name}={shlex.quote(value)}", highlight=False)


@app.command()
def audit(
    denied: Annotated[bool, typer.Option("--denied", help="Only what was refused.")] = False,
    role: Annotated[
        str | None, typer.Option("--role", metavar="NAME", help="Only of roles called so.")
    ] = None,
    service: Annotated[
        str | None, typer.Option("--service", metavar="SERVICE", help="Only of one service: kms.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Only after: 15m, 2h, a moment.")
    ] = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List the requests that the twin recorded, and what was decided about each."""
    after = None if since is None else audit_trail.moment(since, datetime.now(UTC))
    wanted = audit_trail.Wanted(denied, role, service, after)
    folder = state or this_checkout().twin_folder
    found = [each for each in audit_trail.read(folder / "audit.jsonl") if wanted.takes(each)]
    speak = voice()
    if as_json:
        speak.json(found)
    else:
        speak.rows(audit_trail.COLUMNS, [audit_trail.row(each) for each in found], as_json=False)


@app.command()
def reset(state: State = None) -> None:
    """Empty the accounts of the twin; its keys stay valid."""
    checkout = this_checkout()
    twins.reset(state or checkout.twin_folder)
    if state is None:
        twins.forget_work(checkout.private / "work")
    voice().say("the accounts of the twin are empty")


@app.command()
def down(state: State = None) -> None:
    """End the twin and everything that it started."""
    ended = twins.stop(state or this_checkout().twin_folder)
    voice().say("the twin has ended" if ended else "no twin was running")
