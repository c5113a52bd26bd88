"""The pipeline of an ingestion: one isolated job under our keys, bound to one feature group."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.definitions.binder import Value, bind, tokens_of
from pipelines.definitions.ingestion import NAME, definition, of_group
from pipelines.definitions.shapes import check_shapes
from pipelines.features.description import description_of, read_description
from tests.pipelines.features.groups import written

LISTS = ("network/subnet-ids", "network/workload-security-group-ids")


def test_the_definition_names_no_account_and_leaves_the_group_open() -> None:
    text = json.dumps(definition())
    assert "arn:" not in text
    assert "s3://" not in text
    assert definition() == definition()


def test_bound_to_a_group_it_is_what_sagemaker_takes(tmp_path: Path) -> None:
    group = read_description(written(tmp_path))
    made = of_group(definition(), group)
    values: dict[str, Value] = {}
    for found in tokens_of(made, NAME):
        path = found.token.partition(":")[2]
        values[found.token] = ["id-1", "id-2"] if path in LISTS else _value(path)
    bound = bind(made, values, NAME)
    check_shapes(bound, NAME)
    job = bound["Steps"][0]["Arguments"]
    assert job["NetworkConfig"]["EnableNetworkIsolation"] is True
    assert job["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert job["RoleArn"].endswith("/feature-groups-visits-role-arn")
    assert description_of(job["Environment"]) == group
    outputs = {o["OutputName"]: o["S3Output"] for o in job["ProcessingOutputConfig"]["Outputs"]}
    assert outputs["records"]["S3Uri"] == "s3://bucket/feature-groups/visits/records-uri"
    # Nothing of a job that fails is carried out of it.
    assert {one["S3UploadMode"] for one in outputs.values()} == {"EndOfJob"}


def _value(path: str) -> str:
    if path.endswith("uri") and path.startswith("feature-groups"):
        return f"s3://bucket/{path}"
    if path.endswith("role-arn"):
        return f"arn:aws:iam::111111111111:role/{path.replace('/', '-')}"
    if path.endswith("-arn"):
        return f"arn:aws:kms:eu-west-1:111111111111:key/{path.replace('/', '-')}"
    return f"111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme@sha256:{'a' * 64}"
