"""The source action for S3: fixes one version of one object for the whole execution.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
"""

from __future__ import annotations

from typing import Any

from twin.engines.codepipeline import artifacts
from twin.engines.codepipeline.action import Result, Work
from twin.engines.codepipeline.failures import ActionFailedError


def run(work: Work) -> Result:
    """Copy the object at its version into the artefact store."""
    bucket = _required(work, "S3Bucket")
    wanted = {
        item["revisionType"]: item["revisionValue"]
        for item in work.execution["sourceRevisions"]
        if item["actionName"] == work.action["name"]
    }
    key = wanted.get("S3_OBJECT_KEY") or _required(work, "S3ObjectKey")
    s3 = work.client("s3")
    if s3.get_bucket_versioning(Bucket=bucket).get("Status") != "Enabled":
        raise ActionFailedError(
            "ConfigurationError", f"Versioning must be enabled on the source bucket {bucket}"
        )
    version = wanted.get("S3_OBJECT_VERSION_ID")
    options = {"VersionId": version} if version else {}
    found = s3.get_object(Bucket=bucket, Key=key, **options)
    name = _output(work)
    at = _copied(work, name, found["Body"].read())
    version_id = str(found["VersionId"])
    summary = f"Amazon S3 version id: {version_id}"
    work.note(externalExecutionId=version_id)
    revision: dict[str, Any] = {
        "name": name,
        "actionName": work.action["name"],
        "revisionId": version_id,
        "revisionSummary": summary,
        "created": found["LastModified"],
        "revisionUrl": f"https://{bucket}.s3.{work.region}.amazonaws.com/{key}?versionId={version_id}",
    }
    variables = {
        "BucketName": bucket,
        "ETag": str(found["ETag"]).strip('"'),
        "ObjectKey": key,
        "VersionId": version_id,
    }
    return Result({name: at}, variables, revision, summary)


def _copied(work: Work, name: str, body: bytes) -> dict[str, str]:
    at = artifacts.new_location(work.execution, work.region, name)
    options = artifacts.encryption(work.execution, work.region)
    work.client("s3").put_object(Bucket=at["bucket"], Key=at["key"], Body=body, **options)
    return at


def _required(work: Work, name: str) -> str:
    value = work.configuration.get(name)
    if not value:
        raise ActionFailedError("ConfigurationError", f"The configuration must have {name}")
    return str(value)


def _output(work: Work) -> str:
    outputs = work.action["outputArtifacts"]
    if len(outputs) != 1:
        raise ActionFailedError(
            "ConfigurationError", "An S3 source has exactly one output artifact"
        )
    return str(outputs[0]["name"])
