"""`gatehouse twin fault`: let requests on the twin fail, as AWS's do now and then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts import faults
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.console import voice
from twin.faults import Kind

app = typer.Typer(no_args_is_help=True, help="Let requests on the twin fail, by seed and rate.")

State = Annotated[
    Path | None, typer.Option("--state", metavar="FOLDER", help="State folder of the twin.")
]


@app.command()
def add(
    kind: Annotated[
        Kind,
        typer.Argument(
            help="What happens to a request that is hit; later: rollback to an endpoint's update, "
            "interrupt to a spot training."
        ),
    ],
    service: Annotated[
        str, typer.Option(metavar="NAME", help="Of which services: s3, sage*.")
    ] = "*",
    operation: Annotated[
        str, typer.Option(metavar="NAME", help="Of which operations: Put*.")
    ] = "*",
    account: Annotated[str, typer.Option(metavar="ID", help="Of callers of which account.")] = "*",
    rate: Annotated[float, typer.Option(help="Which share of these requests, up to 1.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Which of them: the same seed hits the same.")] = 0,
    count: Annotated[int | None, typer.Option(help="How many at most.")] = None,
    seconds: Annotated[float, typer.Option(help="How long a request is held.")] = 0.0,
    code: Annotated[str | None, typer.Option(help="Another error code than the service's.")] = None,
    status: Annotated[int | None, typer.Option(help="Another HTTP status.")] = None,
    state: State = None,
) -> None:
    """Let a fault happen from now on, until it is cleared or the twin is reset."""
    asked = {
        "kind": kind.value,
        "service": service,
        "operation": operation,
        "account": account,
        "rate": rate,
        "seed": seed,
        "count": count,
        "seconds": seconds,
        "code": code,
        "status": status,
    }
    number = faults.add(state or this_checkout().twin_folder, asked)
    voice().say(
        f"fault {number} happens from now on; to end it: gatehouse twin fault clear {number}"
    )


@app.command(name="list")
def list_(state: State = None, as_json: AsJson = False) -> None:
    """List the faults, and how many requests each has hit."""
    found = faults.listed(state or this_checkout().twin_folder)
    voice().rows(faults.COLUMNS, found, as_json=as_json)


@app.command()
def clear(
    number: Annotated[
        int | None, typer.Argument(help="The fault's number; all if left out.")
    ] = None,
    state: State = None,
) -> None:
    """End one fault, or all of them."""
    ended = faults.clear(state or this_checkout().twin_folder, number)
    voice().say(f"{ended} fault{'' if ended == 1 else 's'} ended")
