"""The entry point of the model image: SageMaker starts it with `train` or `serve`."""

from __future__ import annotations

import os
import sys

_USAGE = "usage: python -m pipelines.entry train|serve"


def main(arguments: list[str], environment: dict[str, str]) -> int:
    """Start what the argument names; each imports only what it needs."""
    match arguments:
        case ["train", *rest]:
            from pipelines.steps.train import main as train

            return train(rest, environment)
        case ["serve"]:
            from pipelines.serving.server import serve

            return serve(environment)
        case _:
            print(_USAGE, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], dict(os.environ)))
