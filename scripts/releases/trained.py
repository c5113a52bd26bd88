"""What targets have trained for a release of code: from which data, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.promotion.documents import parse_document


def told_training(address: str, content: bytes) -> dict[str, Any]:
    """Tell what one target keeps of a training; raises Finding for what follows no schema."""
    document = parse_document(address, "retraining", content)
    quality: Mapping[str, Any] = document["quality"]
    return {
        "account": document["account"],
        "archive": document["archive"]["sha256"],
        "data": document["data"]["sha256"],
        "version of the data": document["data"]["version_id"],
        "measured": f"{quality['metric']} {quality['live']}",
        "run": document["run"]["arn"],
    }
