"""The reports that a version is registered with: what it reaches, and what its data look like."""

from __future__ import annotations

from sagemaker.core.drift_check_baselines import DriftCheckBaselines
from sagemaker.core.helper.pipeline_variable import PipelineVariable
from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.workflow.functions import Join

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind

# What the registry calls the tasks of models.
TASKS = {
    Kind.BINARY: "CLASSIFICATION",
    Kind.MULTICLASS: "CLASSIFICATION",
    Kind.REGRESSION: "REGRESSION",
    # The registry has no name for it.
    Kind.FORECAST: "OTHER",
}


def metrics(model: ModelDescription, evaluation: PipelineVariable) -> ModelMetrics:
    """Name the reports of an evaluation by its folder."""
    return ModelMetrics(
        model_statistics=_report(evaluation, "evaluation.json"),
        # Hours have no parts that could be treated unlike.
        bias=None if model.series else _report(evaluation, "bias.json"),
        explainability=_report(evaluation, "explainability.json"),
    )


def baselines(model: ModelDescription, data: PipelineVariable) -> DriftCheckBaselines | None:
    """Name what later data are compared with, by the folder of the report on the data.

    Hours go on from those trained on: a forecast is compared with what came, not with its past.
    """
    if model.series:
        return None
    return DriftCheckBaselines(
        model_data_statistics=_report(data, "statistics.json"),
        model_data_constraints=_report(data, "constraints.json"),
    )


def _report(folder: PipelineVariable, name: str) -> MetricsSource:
    uri = Join(on="/", values=[folder, name])
    return MetricsSource(content_type="application/json", s3_uri=uri)
