"""Command line of the promotion's builds.

Usage: python -m pipelines.promotion BUILD [--root DIR] [--out DIR]

Reads PACKAGE_ARN, PIPELINE_EXECUTION_ID, MODEL, ACCOUNT and PREFIX from the environment, a rollback
also WHY, DECISION and RELEASE, and writes the build's documents into the folder `--out`.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from pipelines.errors import GatehouseError

if TYPE_CHECKING:
    from pipelines.promotion.aws import Session
    from pipelines.promotion.settings import Settings

_BUILDS = ("bundle", "deploy", "rollback", "test", "verify", "verify-rollback")


def main(arguments: list[str]) -> int:
    """Run one build; what it refuses becomes one sentence and an exit code."""
    parser = argparse.ArgumentParser(
        prog="pipelines.promotion",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("build", choices=_BUILDS)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the unpacked source")
    parser.add_argument("--out", type=Path, default=Path.cwd(), help="where the document goes")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    try:
        _run(options.build, options.root.resolve(), options.out.resolve())
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(f"{options.build}: stopped before its end; it can be repeated", file=sys.stderr)
        return 130
    return 0


def _run(build: str, root: Path, out: Path) -> None:
    import boto3

    from pipelines.promotion.aws import Session
    from pipelines.promotion.failures import keeping_errors
    from pipelines.promotion.settings import read_settings

    out.mkdir(parents=True, exist_ok=True)
    settings = read_settings(os.environ, root, out)
    session = Session(boto3.Session())
    if build == "bundle":
        # Its account keeps no evidence: whoever looks after promotions reads its log.
        _start(build, settings, session)
        return
    with keeping_errors(settings, session, build, lambda: datetime.now(UTC)):
        _start(build, settings, session)


def _start(build: str, settings: Settings, session: Session) -> None:
    from pipelines.promotion import bundle, deploy, rollback, test, verify, verify_rollback
    from pipelines.promotion.rollback_order import read_order

    match build:
        case "bundle":
            bundle.run(settings, session)
        case "deploy":
            deploy.run(settings, session)
        case "rollback":
            rollback.run(settings, session, read_order(os.environ))
        case "test":
            test.run(settings, session)
        case "verify-rollback":
            verify_rollback.run(settings, session)
        case _:
            verify.run(settings, session)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # As Ctrl-C does: what runs below is told to end, and temporary folders go.
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
