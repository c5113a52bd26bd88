"""One way to a model: the first training, or the best of a search."""

from __future__ import annotations

from dataclasses import dataclass

from sagemaker.core.helper.pipeline_variable import PipelineVariable
from sagemaker.mlops.workflow import ProcessingStep


@dataclass(frozen=True)
class Attempt:
    """The model's archive, the folder of what its data look like, and the step that measured it.

    `told` is what else its version tells.
    """

    name: str
    archive: PipelineVariable
    data: PipelineVariable
    evaluate: ProcessingStep
    told: dict[str, object]
