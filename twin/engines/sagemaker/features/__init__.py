"""Feature Store: groups, records online, and records offline as Parquet in S3."""

from __future__ import annotations

from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.features import groups
from twin.engines.sagemaker.features.records import Records
from twin.registry import Registry


def register(registry: Registry, checked: Checked) -> None:
    """Put the operations into the registry; records that wait belong to this registry."""
    groups.register(checked)
    Records().register(registry)
