"""The pipeline of an ingestion: one isolated job, open where an account or a group must be told."""

from __future__ import annotations

import json
import re

from pipelines.definitions.ingestion import TEMPLATE, template
from pipelines.definitions.shapes import check_shapes

VALUES = {
    "data_key_arn": "arn:aws:kms:eu-west-1:111111111111:key/data",
    "environment": {"A": "b"},
    "image_uri": f"111111111111.dkr.ecr.eu-west-1.amazonaws.com/acme@sha256:{'a' * 64}",
    "job_role_arn": "arn:aws:iam::111111111111:role/acme-lab-features-job",
    "records_uri": "s3://acme/records",
    "reports_uri": "s3://acme/reports",
    "security_group_ids": ["sg-1"],
    "subnet_ids": ["subnet-1"],
}


def test_the_committed_template_is_what_the_source_makes() -> None:
    assert TEMPLATE.read_text("utf-8") == template(), (
        "the template must be made anew: python -m pipelines.definitions.ingestion"
    )


def test_the_template_names_no_account() -> None:
    text = TEMPLATE.read_text("utf-8")
    assert "arn:" not in text
    assert "s3://" not in text


def test_bound_to_an_account_it_is_what_sagemaker_takes() -> None:
    text = TEMPLATE.read_text("utf-8")
    assert set(re.findall(r"\$\{jsonencode\((\w+)\)\}", text)) == set(VALUES)
    for name, value in VALUES.items():
        text = text.replace(f"${{jsonencode({name})}}", json.dumps(value))
    bound = json.loads(text)
    check_shapes(bound, "feature-ingestion")
    job = bound["Steps"][0]["Arguments"]
    assert job["NetworkConfig"]["EnableNetworkIsolation"] is True
    assert job["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    cluster = job["ProcessingResources"]["ClusterConfig"]
    assert {cluster["VolumeKmsKeyId"], job["ProcessingOutputConfig"]["KmsKeyId"]} == {
        VALUES["data_key_arn"]
    }
    # Nothing of a job that fails is carried out of it.
    outputs = [one["S3Output"] for one in job["ProcessingOutputConfig"]["Outputs"]]
    assert {one["S3UploadMode"] for one in outputs} == {"EndOfJob"}
