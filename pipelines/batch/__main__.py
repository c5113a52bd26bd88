"""Command line of a batch's build.

Usage: python -m pipelines.batch [--root DIR] [--out DIR]

Reads PACKAGE_ARN, PIPELINE_EXECUTION_ID, SERIES_URI, MODEL, ACCOUNT, PREFIX, DATA_KEY_ARN,
SUBNET_IDS and SECURITY_GROUP_IDS from the environment, and writes batch.json into `--out`.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from pipelines.errors import GatehouseError


def main(arguments: list[str]) -> int:
    """Run one batch; what it refuses becomes one sentence and an exit code."""
    parser = argparse.ArgumentParser(
        prog="pipelines.batch",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the unpacked source")
    parser.add_argument("--out", type=Path, default=Path.cwd(), help="where the document goes")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    try:
        _run(options.root.resolve(), options.out.resolve())
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _run(root: Path, out: Path) -> None:
    import boto3

    from pipelines.batch.run import run
    from pipelines.batch.settings import read_settings
    from pipelines.promotion.aws import Session

    out.mkdir(parents=True, exist_ok=True)
    run(read_settings(os.environ, root), Session(boto3.Session()), out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
