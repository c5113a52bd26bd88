"""Finds a repository of Elastic Container Registry; moto holds it, also for other accounts."""

from __future__ import annotations

import re
from typing import Any

from moto.ecr.models import ecr_backends

from twin.call import Call
from twin.errors import ServiceError

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def repository_of(call: Call) -> Any:
    """Return moto's repository that a call names, in the registry where the call acts."""
    name = str(call.parameters["repositoryName"])
    found = ecr_backends[call.account_id][call.region].repositories.get(name)
    if found is None:
        raise ServiceError(
            "RepositoryNotFoundException",
            f"The repository with name '{name}' does not exist in the registry with id "
            f"'{call.account_id}'",
            400,
        )
    return found


def place_of(call: Call) -> tuple[str, str, str]:
    """Return account, region and name of the repository that a call names."""
    return call.account_id, call.region, str(call.parameters["repositoryName"])


def where(call: Call) -> str:
    """Return the end of a sentence that says where something is not."""
    name = call.parameters["repositoryName"]
    return f"the repository with name '{name}' in the registry with id '{call.account_id}'"
