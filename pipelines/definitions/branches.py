"""Put the pipelines of an experiment branch in place, or take them away with their versions.

Usage: python -m pipelines.definitions.branches --account KEY [--source-root DIR]

What is wanted stands in branch.json of the package. A version of a branch lies in a group of the
branch, whose name no promotion looks at, and tells branch and commit in its metadata.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from pipelines.aws_call import aws_call, error_code
from pipelines.definitions.binder import Value
from pipelines.definitions.branch_order import (
    Order,
    Wanted,
    group_description,
    pipeline_description,
    read_order,
)
from pipelines.definitions.upsert import ABSENT, TRAINING, bound_definition, put_pipeline
from pipelines.errors import Finding, GatehouseError, InvalidInput
from pipelines.naming import Naming
from pipelines.organization import load_organization

_ROLE = "roles/branch-pipeline-arn"
# Jobs of branches have roles of their own, which write below one folder of a bucket only.
_JOB_ROLES = {
    f"roles/{purpose}-arn": f"roles/branch-{purpose}-arn"
    for purpose in ("processing", "training", "tuning")
}
_BUCKETS = ("buckets/data", "buckets/models")
_FOLDER = "branches"
_REGISTERS = "RegisterModel"


@dataclass(frozen=True)
class Place:
    """Where branches are: clients of the account, names, and what makes a request unique."""

    root: Path
    naming: Naming
    ssm: Any
    sagemaker: Any
    token: Callable[[], str]


def put(place: Place, order: Order, model: str) -> str:
    """Bring the pipeline of a branch to what its package says; gives the pipeline's ARN."""
    name = place.naming.branch(model, order.name)
    _keep_group(place.sagemaker, name, group_description(model, order.branch))
    bound = bound_definition(
        place.root,
        model,
        TRAINING,
        ssm=place.ssm,
        further={_ROLE, *_JOB_ROLES.values(), *_BUCKETS},
        replaced=partial(_apart, model, order.name, name),
    )
    if not _tell(bound.definition, {"branch": order.branch}):
        raise InvalidInput(bound.file, "must register what it trains", got=f"no {_REGISTERS}")
    return put_pipeline(
        place.sagemaker,
        {
            "PipelineName": name,
            "PipelineDefinition": json.dumps(bound.definition),
            "PipelineDescription": pipeline_description(model, bound.commit, order.branch),
            "RoleArn": str(bound.contract[_ROLE]),
        },
        place.token(),
    )


def _apart(model: str, branch: str, group: str, contract: Mapping[str, Value]) -> dict[str, Value]:
    """Tell where a branch registers, as whom its jobs run and below what they write."""
    roles = {own: contract[of_branches] for own, of_branches in _JOB_ROLES.items()}
    folders = {bucket: f"{contract[bucket]}/{_FOLDER}/{branch}" for bucket in _BUCKETS}
    return {f"registry/{model}/group-name": group, **roles, **folders}


def remove(place: Place, order: Order, model: str) -> int:
    """Take a branch's pipeline, its versions and their group away; gives how many versions.

    What is gone already is no error, so that a removal that was cut off is done again.
    """
    name = place.naming.branch(model, order.name)
    client = place.sagemaker
    # First of all, so that no run registers behind our back.
    _unless_gone(
        f"pipeline {name}",
        lambda: client.delete_pipeline(PipelineName=name, ClientRequestToken=place.token()),
        hint="stop its runs first",
    )
    if _description(client, name) is None:
        return 0
    with aws_call(f"group {name}", "must have versions that can be listed"):
        pages = client.get_paginator("list_model_packages").paginate(ModelPackageGroupName=name)
        arns = [
            str(found["ModelPackageArn"])
            for page in pages
            for found in page["ModelPackageSummaryList"]
        ]
    for arn in arns:
        _unless_gone(arn, partial(client.delete_model_package, ModelPackageName=arn))
    # Last of all: as long as it is there, the branch is listed and can be removed again.
    _unless_gone(
        f"group {name}",
        lambda: client.delete_model_package_group(ModelPackageGroupName=name),
    )
    return len(arns)


def main(arguments: list[str]) -> int:
    """Parse the command line, do what is wanted and print one JSON document for each model."""
    parser = argparse.ArgumentParser(prog="pipelines.definitions.branches", description=__doc__)
    parser.add_argument("--account", required=True, help="key of the account that this is")
    parser.add_argument("--source-root", type=Path, default=Path(), help="unpacked source package")
    options = parser.parse_args(arguments)
    root: Path = options.source_root
    try:
        order = read_order(root)
        naming = Naming(load_organization(root))
        _require_models(naming, options.account, order)
        with aws_call("pipelines.definitions.branches", "must find a region and credentials"):
            session = boto3.Session()
            ssm, sagemaker = session.client("ssm"), session.client("sagemaker")
        place = Place(root, naming, ssm, sagemaker, lambda: str(uuid.uuid4()))
        for model in order.models:
            print(json.dumps({"model": model, **_done(place, order, model)}), flush=True)
    except GatehouseError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _done(place: Place, order: Order, model: str) -> dict[str, object]:
    if order.wanted is Wanted.REMOVED:
        return {"removed_versions": remove(place, order, model)}
    return {"pipeline_arn": put(place, order, model)}


def _require_models(naming: Naming, account: str, order: Order) -> None:
    unit = naming.organization.account(account).business_unit
    known = naming.organization.models_of(unit)
    for model in order.models:
        if model not in known:
            raise InvalidInput("branch.json models", f"must be models of {unit}", got=model)


def _keep_group(client: Any, name: str, description: str) -> None:
    """Make the group of a branch; refuse one that another branch has under the same name."""
    held = _description(client, name)
    if held is None:
        with aws_call(f"group {name}", "must be made"):
            client.create_model_package_group(
                ModelPackageGroupName=name, ModelPackageGroupDescription=description
            )
    elif held != description:
        raise Finding(
            f"group {name}",
            f"must hold: {description}",
            got=held or "a group without a description",
            hint="another branch has this name: choose one with --name",
        )


def _description(client: Any, name: str) -> str | None:
    with aws_call(f"group {name}", "must be a group that can be read"):
        try:
            found = client.describe_model_package_group(ModelPackageGroupName=name)
        except ClientError as error:
            if _is_gone(error):
                return None
            raise
    return str(found.get("ModelPackageGroupDescription", ""))


def _unless_gone(address: str, call: Callable[[], object], hint: str | None = None) -> None:
    with aws_call(address, "must be removed", hint=hint):
        try:
            call()
        except ClientError as error:
            if not _is_gone(error):
                raise


def _is_gone(error: ClientError) -> bool:
    # SageMaker has no code of its own for a group or a version that is not there.
    return error_code(error) in ABSENT or "does not exist" in str(error)


def _tell(part: object, facts: Mapping[str, str]) -> int:
    """Write facts into the metadata of whatever a definition registers; gives how often."""
    if isinstance(part, list):
        return sum(_tell(each, facts) for each in part)
    if not isinstance(part, dict):
        return 0
    if part.get("Type") == _REGISTERS:
        part["Arguments"].setdefault("CustomerMetadataProperties", {}).update(facts)
        return 1
    return sum(_tell(each, facts) for each in part.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
