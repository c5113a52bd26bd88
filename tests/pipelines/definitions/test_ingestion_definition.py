"""The pipeline of an ingestion: one isolated job, open where an account or a group must be told."""

from __future__ import annotations

import json
import re

from pipelines.definitions.compile import render
from pipelines.definitions.ingestion import DEFINITION, definition
from pipelines.definitions.shapes import check_shapes

LISTS = {"subnet-ids": ["subnet-1"], "security-group-ids": ["sg-1"]}
VALUES = {
    "data-key-arn": "arn:aws:kms:eu-west-1:111111111111:key/data",
    "image-uri": f"111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme@sha256:{'a' * 64}",
    "job-role-arn": "arn:aws:iam::111111111111:role/acme-lab-features-job",
    "records-uri": "s3://acme/records",
    "reports-uri": "s3://acme/reports",
}


def test_the_committed_definition_is_what_the_source_makes() -> None:
    assert DEFINITION.read_text("utf-8") == render(definition()), (
        "the definition must be made anew: python -m pipelines.definitions.ingestion"
    )


def test_the_definition_names_no_account() -> None:
    text = DEFINITION.read_text("utf-8")
    assert "arn:" not in text
    assert "s3://" not in text


def test_bound_to_an_account_it_is_what_sagemaker_takes() -> None:
    text = DEFINITION.read_text("utf-8").replace('"bound:environment"', '{"A": "b"}')
    for name, ids in LISTS.items():
        text = text.replace(f'"bound:{name}"', ", ".join(map(json.dumps, ids)))
    for name, value in VALUES.items():
        text = text.replace(f"bound:{name}", value)
    assert re.findall("bound:.*", text) == []
    bound = json.loads(text)
    check_shapes(bound, "feature-ingestion")
    job = bound["Steps"][0]["Arguments"]
    assert job["NetworkConfig"]["EnableNetworkIsolation"] is True
    assert job["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    cluster = job["ProcessingResources"]["ClusterConfig"]
    assert {cluster["VolumeKmsKeyId"], job["ProcessingOutputConfig"]["KmsKeyId"]} == {
        VALUES["data-key-arn"]
    }
    # Nothing of a job that fails is carried out of it.
    outputs = [one["S3Output"] for one in job["ProcessingOutputConfig"]["Outputs"]]
    assert {one["S3UploadMode"] for one in outputs} == {"EndOfJob"}
