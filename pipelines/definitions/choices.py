"""What a run may choose of the training, as parameters of the pipeline."""

from __future__ import annotations

from dataclasses import asdict

from sagemaker.core.workflow.parameters import Parameter, ParameterFloat, ParameterInteger

from pipelines.models.description import ModelDescription


def parameters(model: ModelDescription) -> dict[str, Parameter]:
    """Give a parameter for each hyperparameter that the description lets a run choose, by its name.

    A parameter bears no bounds: they are held by whoever starts a run, and by the training itself.
    """
    described = asdict(model.hyperparameters)
    return {
        one.name: (ParameterInteger if one.whole else ParameterFloat)(
            name=one.parameter, default_value=described[one.name]
        )
        for one in model.per_run
    }
