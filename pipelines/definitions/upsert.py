"""Bind the compiled pipelines of models to the account and create or update them there.

Usage: python -m pipelines.definitions.upsert --account KEY [--model NAME] [--source-root DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.definitions import tokens
from pipelines.definitions.binder import Value
from pipelines.definitions.contract import read_contract
from pipelines.definitions.source import Source, read_source
from pipelines.definitions.template import Template
from pipelines.errors import GatehouseError, InvalidInput
from pipelines.naming import Naming
from pipelines.organization import Organization, load_organization
from pipelines.organization_models import Answers, Model

COMPILED = Path("pipelines") / "definitions" / "compiled"
_REPOSITORY = "images/model-repository-url"
ABSENT = ("ResourceNotFound", "ResourceNotFoundException")


@dataclass(frozen=True)
class Purpose:
    """What a pipeline is for: its definition's file, and the parameters of its name and role."""

    does: str
    file: str
    name: str
    role: str


TRAINING = Purpose("Builds", "{model}.json", "pipelines/{model}/name", "roles/pipeline-arn")
TRIAL = Purpose(
    "Deploys trials of",
    "trial/{model}.json",
    "trials/{model}/pipeline-name",
    "roles/trial-arn",
)


def purposes_of(model: Model) -> tuple[Purpose, ...]:
    """Tell which pipelines a model has here: what answers in batches has no trial."""
    return (TRAINING, TRIAL) if model.answers is Answers.ENDPOINT else (TRAINING,)


@dataclass(frozen=True)
class Upserted:
    """The pipeline that now runs a definition."""

    pipeline_arn: str
    definition_sha256: str


@dataclass(frozen=True)
class Bound:
    """A definition bound to the account: its file, digest and commit, and what the account said."""

    file: str
    definition: Any
    sha256: str
    commit: str
    contract: Mapping[str, Value]


def bound_definition(
    root: Path,
    model: str,
    purpose: Purpose,
    *,
    ssm: Any,
    further: Collection[str] = (),
    replaced: Callable[[Mapping[str, Value]], Mapping[str, Value]] | None = None,
) -> Bound:
    """Bind the compiled definition of a source package to the account.

    `further` are parameters to read beside those that the definition asks for; `replaced` gives
    values that stand in place of the account's own, of which it is told. Raises a GatehouseError.
    """
    naming = Naming(load_organization(root))
    home = naming.organization.home_of(naming.organization.model(model))
    source = read_source(root)
    file = COMPILED / purpose.file.format(model=model)
    content, definition = _read(root / file)
    name = str(file)
    digest = hashlib.sha256(content).hexdigest()

    template = Template.of(definition, name)
    asked = template.asked | {_REPOSITORY, *further}
    contract = read_contract(ssm, naming.parameter_root(home.name), asked)
    contract |= replaced(contract) if replaced else {}
    build = _build_values(source, str(contract[_REPOSITORY]), digest)
    return Bound(name, template.bound(contract, build), digest, source.commit, contract)


def upsert(
    root: Path,
    model: str,
    *,
    ssm: Any,
    sagemaker: Any,
    request_token: str,
    purpose: Purpose = TRAINING,
) -> Upserted:
    """Bring a pipeline of a model in the account to what the source package says."""
    pipeline = purpose.name.format(model=model)
    bound = bound_definition(root, model, purpose, ssm=ssm, further={pipeline, purpose.role})
    arn = put_pipeline(
        sagemaker,
        {
            "PipelineName": str(bound.contract[pipeline]),
            "PipelineDefinition": json.dumps(bound.definition),
            "PipelineDescription": f"{purpose.does} model {model} from commit {bound.commit}.",
            "RoleArn": str(bound.contract[purpose.role]),
        },
        request_token,
    )
    return Upserted(arn, bound.sha256)


def main(arguments: list[str]) -> int:
    """Parse the command line, upsert and print one JSON document for each pipeline."""
    parser = argparse.ArgumentParser(prog="pipelines.definitions.upsert", description=__doc__)
    parser.add_argument("--account", required=True, help="key of the account that this is")
    parser.add_argument("--model", help="name of a described model; without it, all of the account")
    parser.add_argument("--source-root", type=Path, default=Path(), help="unpacked source package")
    options = parser.parse_args(arguments)
    root: Path = options.source_root
    try:
        organization = load_organization(root)
        models = [options.model] if options.model else _models_of(organization, options.account)
        with aws_call("pipelines.definitions.upsert", "must find a region and credentials"):
            session = boto3.Session()
            ssm, sagemaker = session.client("ssm"), session.client("sagemaker")
        for model in models:
            made = [
                upsert(
                    root,
                    model,
                    ssm=ssm,
                    sagemaker=sagemaker,
                    request_token=str(uuid.uuid4()),
                    purpose=purpose,
                )
                for purpose in purposes_of(organization.model(model))
            ]
            for upserted in made:
                print(json.dumps({"model": model, **asdict(upserted)}), flush=True)
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _models_of(organization: Organization, account: str) -> list[str]:
    return sorted(organization.models_of(organization.account(account).business_unit))


def _read(path: Path) -> tuple[bytes, object]:
    try:
        content = path.read_bytes()
        return content, json.loads(content)
    except OSError as error:
        raise InvalidInput(
            str(path),
            "must be a readable file",
            got=error.strerror,
            hint="describe the model in pipelines/models and run: make compile",
        ) from error
    except ValueError as error:
        raise InvalidInput(str(path), "must be JSON", got=str(error)) from error


def _build_values(source: Source, repository_url: str, digest: str) -> dict[str, str]:
    """Tell what the build tokens stand for; the image must come from the account's repository."""
    if not repository_url.endswith(f"/{source.repository}"):
        raise InvalidInput(
            "source.json image.repository",
            f"must be the repository of the account, {repository_url}",
            got=source.repository,
            hint="publish the package with the organization.yaml of this account",
        )
    return {
        tokens.COMMIT: source.commit,
        tokens.DEFINITION_DIGEST: digest,
        tokens.IMAGE_DIGEST: source.digest,
        tokens.IMAGE_URI: f"{repository_url}@{source.digest}",
    }


def put_pipeline(sagemaker: Any, request: dict[str, str], request_token: str) -> str:
    """Create a pipeline or bring it to what the request says; return its ARN."""
    name = request["PipelineName"]
    with aws_call(f"pipeline {name}", "must be created or updated"):
        try:
            return str(sagemaker.update_pipeline(**request)["PipelineArn"])
        except ClientError as error:
            if error_code(error) not in ABSENT:
                raise
        created = sagemaker.create_pipeline(**request, ClientRequestToken=request_token)
        return str(created["PipelineArn"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
