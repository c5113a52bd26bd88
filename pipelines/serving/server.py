"""Serve the model that lies in the container until told to stop."""

from __future__ import annotations

import os
import sys

import uvicorn

from pipelines.errors import GatehouseError, InvalidInput
from pipelines.layout import root
from pipelines.serving.app import build_app
from pipelines.serving.model import read_folder


def address(environment: dict[str, str]) -> tuple[str, int]:
    """Read where to listen: SageMaker reaches the container from outside, on its port."""
    text = environment.get("SAGEMAKER_BIND_TO_PORT", "8080")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise InvalidInput("SAGEMAKER_BIND_TO_PORT", "must be a port", got=repr(text))
    return environment.get("ML_BIND_HOST", "0.0.0.0"), int(text)  # noqa: S104 - a container


def serve(environment: dict[str, str]) -> int:
    """Load the model, then listen: whoever gets an answer to /ping gets predictions too."""
    try:
        host, port = address(environment)
        model = read_folder(root(environment) / "model")
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return 1
    uvicorn.run(
        build_app(model),
        host=host,
        port=port,
        access_log=False,
        log_level="warning",
        lifespan="off",
    )
    return 0


if __name__ == "__main__":
    sys.exit(serve(dict(os.environ)))
