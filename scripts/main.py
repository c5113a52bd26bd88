"""The `gatehouse` command: groups of commands, and errors turned into sentences and exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer
from typer.exceptions import TyperException

from pipelines.errors import GatehouseError
from scripts.commands import (
    account,
    bootstrap,
    branch,
    demo,
    destroy,
    doctor,
    drift,
    features,
    forecast,
    inventory,
    lineage,
    model,
    permissions,
    pipeline,
    release,
    review,
    trial,
    twin,
)

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="A secure multi-account MLOps platform on AWS, laid out by Terraform.",
)

app.command()(demo.demo)
app.command()(doctor.doctor)
app.command()(bootstrap.bootstrap)
app.command()(account.plan)
app.command()(account.apply)
app.command()(bootstrap.unlock)
app.command()(destroy.destroy)
app.command()(inventory.inventory)
app.command()(drift.drift)
app.command()(permissions.permissions)
app.command()(lineage.lineage)
app.add_typer(features.app, name="features")
app.add_typer(forecast.app, name="forecast")
app.add_typer(pipeline.app, name="pipeline")
app.add_typer(branch.app, name="branch")
app.add_typer(model.app, name="model")
app.add_typer(release.app, name="release")
app.add_typer(trial.app, name="trial")
app.add_typer(review.app, name="review")
app.add_typer(twin.app, name="twin")


def run() -> None:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run a command line; every error that is ours becomes a sentence, never a stack trace."""
    try:
        code = app(list(arguments), prog_name="gatehouse", standalone_mode=False)
    except GatehouseError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except TyperException as error:
        _show(error)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    if code == INTERRUPTED:
        print("\ninterrupted: what was started has ended; run it again", file=sys.stderr)
    return code if isinstance(code, int) else 0


def _show(error: TyperException) -> None:
    show = getattr(error, "show", None)
    if show is not None:
        show()
    else:
        print(f"error: {error}", file=sys.stderr)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    run()
