"""Where an execution's artifacts lie in the artefact store of its pipeline."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Any

from twin.engines.codepipeline.failures import ActionFailedError
from twin.table import Record

_LETTERS = string.ascii_letters + string.digits


def store_of(execution: Record, region: str) -> Mapping[str, Any]:
    """Return the artefact store of a pipeline in a region."""
    declaration = execution["declaration"]
    if declaration.get("artifactStore"):
        store: Mapping[str, Any] = declaration["artifactStore"]
        return store
    stores = declaration["artifactStores"]
    if region not in stores:
        raise ActionFailedError(
            "ConfigurationError", f"The pipeline has no artifact store in {region}"
        )
    found: Mapping[str, Any] = stores[region]
    return found


def new_location(execution: Record, region: str, artifact: str) -> dict[str, str]:
    """Return where a new artifact goes: ``<pipeline>/<artifact>/<random>``, names cut short."""
    random = "".join(secrets.choice(_LETTERS) for _ in range(7))
    key = f"{execution['pipeline'][:20]}/{artifact[:10]}/{random}"
    return {"bucket": str(store_of(execution, region)["location"]), "key": key}


def encryption(execution: Record, region: str) -> dict[str, str]:
    """Return how an object is put into the store: with its key, or AWS's own."""
    key = store_of(execution, region).get("encryptionKey")
    options = {"ServerSideEncryption": "aws:kms"}
    return {**options, "SSEKMSKeyId": str(key["id"])} if key else options


def arn(at: Mapping[str, str]) -> str:
    """Return the ARN of an object."""
    return f"arn:aws:s3:::{at['bucket']}/{at['key']}"
