"""The model card of a version: what the model is for, how it was made, what it reaches.

It follows the schema of cards of packages, which SageMaker checks at registration:
https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-details.html#model-card-schema

A card is one text of JSON, in which the numbers of a run are filled in when it registers. Nothing
that the starter of a run writes as text goes into it: an address could end a text and begin a lie.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sagemaker.core.helper.pipeline_variable import PipelineVariable
from sagemaker.core.shapes import ModelPackageModelCard
from sagemaker.core.workflow.functions import Join

from pipelines.definitions import tokens
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import VALIDATION

_OPEN, _CLOSE = "<<", ">>"


@dataclass(frozen=True)
class Figures:
    """What only a run knows: numbers, and texts that it makes itself."""

    metric: PipelineVariable
    threshold: PipelineVariable
    data_sha256: PipelineVariable
    execution: PipelineVariable
    archive: PipelineVariable
    evaluation: PipelineVariable
    chosen: Mapping[str, PipelineVariable]


def model_card(model: ModelDescription, figures: Figures) -> ModelPackageModelCard:
    """Describe the card of a version that waits for approval, and so for review."""
    texts: dict[str, str | PipelineVariable] = {
        # Tokens are bound where they stand alone.
        "commit": tokens.COMMIT,
        "definition": tokens.DEFINITION_DIGEST,
        "image": tokens.IMAGE_URI,
        "archive": figures.archive,
        "data_sha256": figures.data_sha256,
        "evaluation": figures.evaluation,
        "execution": figures.execution,
        **{f"chosen_{name}": it for name, it in figures.chosen.items()},
    }
    numbers = {"metric": figures.metric, "threshold": figures.threshold}
    written = json.dumps(_content(model, set(figures.chosen)), sort_keys=True, ensure_ascii=True)
    for name in numbers:
        # A number stands without quotes.
        written = written.replace(f'"{_OPEN}{name}{_CLOSE}"', f"{_OPEN}{name}{_CLOSE}")
    return ModelPackageModelCard(
        model_card_content=_filled(written, {**texts, **numbers}),
        model_card_status="PendingReview",
    )


def _filled(written: str, values: Mapping[str, str | PipelineVariable]) -> Join:
    parts: list[str | PipelineVariable] = []
    for piece in written.split(_OPEN):
        name, found, rest = piece.partition(_CLOSE)
        parts += [values[name], rest] if found else [piece]
    return Join(on="", values=parts)


def _content(model: ModelDescription, chosen: set[str]) -> dict[str, Any]:
    return {
        "model_overview": {
            "model_creator": f"training pipeline of {model.name}",
            "model_artifact": [_at("archive")],
        },
        "intended_uses": _uses(model),
        "training_details": _training(model, chosen),
        "evaluation_details": [_evaluation(model)],
        "additional_information": {
            "caveats_and_recommendations": (
                f"A bias report and an explanation by column lie beside the evaluation. Numeric "
                f"gaps become the median of training; categories that fewer than "
                f"{model.rare_below} rows have count as one."
            ),
            "custom_details": {
                "commit": _at("commit"),
                "data sha256": _at("data_sha256"),
                "definition sha256": _at("definition"),
                "pipeline execution": _at("execution"),
            },
        },
    }


def _uses(model: ModelDescription) -> dict[str, Any]:
    slices = sorted({one.column for one in model.acceptance.slices})
    held = f"; held to limits by slice of {', '.join(slices)}" if slices else ""
    return {
        "purpose_of_model": f"Predicts {model.target} ({model.kind}) from "
        f"{len(model.numeric)} numeric and {len(model.categorical)} categorical columns.",
        "intended_uses": "Requests whose columns are those of the signature in the archive.",
        "factors_affecting_model_efficiency": f"Rows unlike those of training{held}.",
        "risk_rating": "Unknown",
        "explanations_for_risk_rating": "The platform rates no risk; whoever owns the model does.",
    }


def _training(model: ModelDescription, chosen: set[str]) -> dict[str, Any]:
    objective, more_is_better = VALIDATION[model.kind]
    described = asdict(model.hyperparameters)
    return {
        "objective_function": {
            "function": "Maximize" if more_is_better else "Minimize",
            "facet": objective,
            "condition": "on the validation rows",
        },
        "training_observations": f"Gradient-boosted trees, seed {model.seed}; the rows are split "
        f"by their content: {model.split.validation:g} validation, {model.split.holdout:g} held "
        "out, the rest trained on.",
        "training_job_details": {
            "training_environment": {"container_image": [_at("image")]},
            "user_provided_hyper_parameters": [
                {"name": name, "value": _at(f"chosen_{name}") if name in chosen else str(value)}
                for name, value in sorted(described.items())
            ],
        },
    }


def _evaluation(model: ModelDescription) -> dict[str, Any]:
    better = "more" if model.metric.higher_is_better else "less"
    measured = {"name": model.metric.name, "type": "number", "value": _at("metric")}
    threshold = {
        "name": "threshold",
        "notes": f"{better} is better",
        "type": "number",
        "value": _at("threshold"),
    }
    return {
        "name": "held-out rows",
        "evaluation_observation": "Measured once, on rows that were kept from training.",
        "datasets": [_at("evaluation")],
        "metric_groups": [{"name": "quality", "metric_data": [measured, threshold]}],
    }


def _at(name: str) -> str:
    return f"{_OPEN}{name}{_CLOSE}"
