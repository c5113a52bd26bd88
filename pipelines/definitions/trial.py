"""The pipeline that deploys a trial: a function starts it, and others wait until it is at rest.

Whoever starts an execution chooses the version, and whether it is served; names, network, keys and
roles are the function's own settings.
"""

from __future__ import annotations

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import LambdaStep, Pipeline
from sagemaker.mlops.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum

from pipelines.definitions import tokens
from pipelines.models.description import ModelDescription

# Of four minutes each: an endpoint that is not at rest after twenty does not get there.
_WAITS = 5
_OUTPUTS = ("state", "endpoint", "configuration", "previous")


class TrialPipeline:
    """Build the pipeline that deploys trials of one model."""

    def __init__(self, model: ModelDescription, session: PipelineSession) -> None:
        self.model = model
        self.session = session
        self.package = ParameterString(name="ModelPackageArn", default_value="none")
        self.wanted = ParameterString(
            name="Wanted", default_value="serving", enum_values=["serving", "removed"]
        )

    def build(self) -> Pipeline:
        """Put the steps together; each waits for the state that the one before it has left."""
        steps = [self._start()]
        for number in range(1, _WAITS + 1):
            steps.append(self._wait(number, steps[-1]))
        return Pipeline(
            name=f"{self.model.name}-trial",
            parameters=[self.package, self.wanted],
            steps=steps,
            pipeline_experiment_config=None,
            sagemaker_session=self.session,
        )

    def _start(self) -> LambdaStep:
        variant = self.model.endpoints["staging"]
        return self._step(
            "Deploy",
            "Create or update the endpoint",
            {
                "action": "start",
                "instance_type": variant.instance_type,
                "model": self.model.name,
                "package_arn": self.package,
                "wanted": self.wanted,
            },
        )

    def _wait(self, number: int, before: LambdaStep) -> LambdaStep:
        outputs = before.properties.Outputs
        return self._step(
            f"Await{number}",
            "Wait until the endpoint is at rest",
            {
                "action": "wait",
                "last": number == _WAITS,
                "model": self.model.name,
                **{name: outputs[name] for name in ("state", "configuration", "previous")},
            },
        )

    def _step(self, name: str, title: str, inputs: dict[str, object]) -> LambdaStep:
        return LambdaStep(
            name=name,
            display_name=title,
            lambda_func=Lambda(function_arn=tokens.function("trial"), session=self.session),
            inputs=inputs,
            outputs=[LambdaOutput(one, LambdaOutputTypeEnum.String) for one in _OUTPUTS],
        )
