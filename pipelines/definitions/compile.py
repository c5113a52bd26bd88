"""Compile the pipelines of all described models, or check that what is committed is fresh.

Usage: python -m pipelines.definitions.compile [--check]

This needs the authoring environment (requirements/authoring.txt); nothing else here does.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import warnings
from itertools import zip_longest
from pathlib import Path

from pipelines.definitions.tokens import ROLE_DISGUISE
from pipelines.errors import EnvironmentFault, Finding, GatehouseError
from pipelines.models.description import MODELS, ModelDescription, read_description

COMPILED = Path(__file__).resolve().parent / "compiled"
# The folder in it of the pipelines that deploy trials.
TRIALS = "trial"
# The SDK wants a region and an account before it says a word; neither reaches the definition.
_REGION = "eu-west-1"
_ACCOUNT = "000000000000"
_BUCKET = "none"
# A call that the SDK should not make fails here at once instead of reaching anybody.
_NOWHERE = "http://127.0.0.1:9"


def render(document: object) -> str:
    """Write JSON the one way that compiled definitions are written."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def quieten(environment: os._Environ[str]) -> None:
    """Keep the SDK off the network, away from personal settings, and silent."""
    environment.update(
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",  # noqa: S106 - the absence of a secret
        AWS_DEFAULT_REGION=_REGION,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_ENDPOINT_URL=_NOWHERE,
        SAGEMAKER_ADMIN_CONFIG_OVERRIDE=os.devnull,
        SAGEMAKER_USER_CONFIG_OVERRIDE=os.devnull,
        SAGEMAKER_VALIDATE_ROLE="false",
    )
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        environment.pop(name, None)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def compile_model(model: ModelDescription) -> dict[str, str]:
    """Compile the pipelines of one model to deterministic JSON, by file below the folder."""
    try:
        import boto3
        from sagemaker.core.workflow.pipeline_context import PipelineSession

        from pipelines.definitions.tabular import TabularPipeline
        from pipelines.definitions.trial import TrialPipeline
    except ModuleNotFoundError as error:
        raise EnvironmentFault(
            "pipelines.definitions.compile",
            "must run where the SageMaker SDK is installed",
            got=f"no module {error.name}",
            hint="install requirements/authoring.txt into .venv-authoring and use its python",
        ) from error

    session = PipelineSession(
        boto_session=boto3.Session(region_name=_REGION),
        sagemaker_config={
            "SchemaVersion": "1.0",
            "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
        },
    )
    # Both would be asked of S3 and STS, which the SDK reaches under addresses of its own.
    session._default_bucket = _BUCKET
    session.account_id = lambda: _ACCOUNT
    built = {f"{model.name}.json": TabularPipeline(model, session).build()}
    if model.endpoints:
        # What answers in batches has no endpoint that could be tried.
        built[f"{TRIALS}/{model.name}.json"] = TrialPipeline(model, session).build()
    return {
        file: render(json.loads(pipeline.definition().replace(f'"{ROLE_DISGUISE}', '"')))
        for file, pipeline in built.items()
    }


def main(arguments: list[str]) -> int:
    """Parse the command line, compile every model and write or compare."""
    parser = argparse.ArgumentParser(prog="pipelines.definitions.compile", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of descriptions")
    parser.add_argument("--compiled", type=Path, default=COMPILED, help="folder of definitions")
    options = parser.parse_args(arguments)
    quieten(os.environ)
    try:
        for path in sorted(options.models.glob("*.yaml")):
            for file, text in compile_model(read_description(path)).items():
                target = options.compiled / file
                if options.check:
                    check(target, text)
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, encoding="utf-8")
                print(target)
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def check(target: Path, fresh: str) -> None:
    """Refuse a committed definition that differs from a fresh one, naming the first line."""
    committed = target.read_text(encoding="utf-8") if target.is_file() else ""
    if committed == fresh:
        return
    pairs = zip_longest(committed.splitlines(True), fresh.splitlines(True), fillvalue="")
    line, found = next(
        (number, old) for number, (old, new) in enumerate(pairs, start=1) if old != new
    )
    raise Finding(
        f"{target} line {line}",
        "must equal a fresh compile of the model's description",
        got=repr(found.strip()),
        hint="run python -m pipelines.definitions.compile and commit the result",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
