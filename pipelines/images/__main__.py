"""Command line of the image builder: tell the digest of a checkout's image, or push it.

Usage: python -m pipelines.images digest [--root DIR]
       python -m pipelines.images push --account ID --region R --repository NAME --tag TAG
              [--base REPOSITORY@sha256:...] [--root DIR]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from pipelines.errors import GatehouseError, Misuse
from pipelines.images.build import build_image, push_image
from pipelines.images.registry import Registry


def main(arguments: list[str]) -> int:
    """Parse the command line, do it and print the digest."""
    options = _parser().parse_args(arguments)
    try:
        print(_push(options) if options.command == "push" else build_image(options.root).digest)
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pipelines.images", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    digest = commands.add_parser("digest", help="tell the digest of the image without a base")
    push = commands.add_parser("push", help="build the image and push it")
    for command in (digest, push):
        command.add_argument("--root", type=Path, default=Path())
    for name in ("--account", "--region", "--repository", "--tag"):
        push.add_argument(name, required=True)
    push.add_argument("--base", metavar="REPOSITORY@DIGEST")
    return parser


def _push(options: argparse.Namespace) -> str:
    import boto3

    client = boto3.client("ecr", region_name=options.region)
    base = None
    if options.base:
        repository, at, digest = options.base.partition("@")
        if not at:
            raise Misuse("--base", "must be REPOSITORY@sha256:...", got=options.base)
        base = (Registry(client, options.account, repository), digest)
    target = Registry(client, options.account, options.repository)
    with tempfile.TemporaryDirectory() as scratch:
        return push_image(options.root, target, options.tag, Path(scratch), base).digest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
