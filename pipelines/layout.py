"""Where SageMaker lays out a container's files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def root(environment: Mapping[str, str]) -> Path:
    """Locate the folder of models, inputs and outputs: /opt/ml, unless ML_ROOT says otherwise."""
    return Path(environment.get("ML_ROOT", "/opt/ml"))
