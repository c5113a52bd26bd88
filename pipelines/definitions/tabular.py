"""The pipeline of a tabular model: prepare, train, evaluate, compare with the threshold, register.

Infrastructure is named by tokens, never by pipeline parameters: whoever starts an execution
chooses data and threshold, and cannot choose a key, a role, a network or a place to write to.
"""

from __future__ import annotations

from sagemaker.core.model_metrics import MetricsSource, ModelMetrics
from sagemaker.core.workflow.conditions import (
    Condition,
    ConditionGreaterThanOrEqualTo,
    ConditionLessThanOrEqualTo,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    ConditionStep,
    FailStep,
    ModelStep,
    Pipeline,
    ProcessingStep,
    TrainingStep,
)

from pipelines.definitions import jobs, tokens
from pipelines.models.description import ModelDescription
from pipelines.models.kinds import Kind

_TASKS = {
    Kind.BINARY: "CLASSIFICATION",
    Kind.MULTICLASS: "CLASSIFICATION",
    Kind.REGRESSION: "REGRESSION",
}


class TabularPipeline:
    """Build the pipeline of one model, step by step."""

    def __init__(self, model: ModelDescription, session: PipelineSession) -> None:
        self.model = model
        self.session = session
        self.input_data_uri = ParameterString(name="InputDataUri")
        self.input_data_sha256 = ParameterString(name="InputDataSha256", default_value="any")
        self.threshold = ParameterFloat(name="Threshold", default_value=model.metric.threshold)

    def build(self) -> Pipeline:
        """Put the steps together; what a step reads decides their order."""
        prepare = self._prepare()
        train = self._train(prepare)
        evaluate = self._evaluate(prepare, train)
        decide = self._decide(evaluate, self._register(prepare, train, evaluate))
        return Pipeline(
            name=self.model.name,
            parameters=[self.input_data_uri, self.input_data_sha256, self.threshold],
            steps=[prepare, train, evaluate, decide],
            # No experiment is made on the side: what a package was made of is in the package.
            pipeline_experiment_config=None,
            sagemaker_session=self.session,
        )

    def _prepare(self) -> ProcessingStep:
        processor = jobs.processor(
            self.model, "prepare", volume_key="data", output_key="data", session=self.session
        )
        return ProcessingStep(
            name="Prepare",
            display_name="Check and split the data",
            step_args=processor.run(
                inputs=[jobs.processing_input("raw", self.input_data_uri)],
                outputs=[
                    jobs.processing_output(name, self._place("data", "prepared", name))
                    for name in ("train", "validation", "holdout", "data")
                ],
                arguments=[
                    "--model",
                    self.model.name,
                    "--expected-sha256",
                    self.input_data_sha256,
                ],
            ),
            property_files=[jobs.property_file("data", "data", "data.json")],
            retry_policies=jobs.retries(),
        )

    def _train(self, prepare: ProcessingStep) -> TrainingStep:
        trainer = jobs.trainer(
            self.model,
            channels={name: jobs.output_uri(prepare, name) for name in ("train", "validation")},
            output_uri=self._place("models", "training"),
            session=self.session,
        )
        return TrainingStep(
            name="Train",
            display_name="Train the model",
            step_args=trainer.train(),
            retry_policies=jobs.retries(),
        )

    def _evaluate(self, prepare: ProcessingStep, train: TrainingStep) -> ProcessingStep:
        processor = jobs.processor(
            self.model, "evaluate", volume_key="data", output_key="models", session=self.session
        )
        artifact = train.properties.ModelArtifacts.S3ModelArtifacts
        return ProcessingStep(
            name="Evaluate",
            display_name="Measure the model on held-out rows",
            step_args=processor.run(
                inputs=[
                    jobs.processing_input("model", artifact),
                    jobs.processing_input("holdout", jobs.output_uri(prepare, "holdout")),
                ],
                outputs=[jobs.processing_output("evaluation", self._place("models", "evaluation"))],
                arguments=["--model", self.model.name],
            ),
            property_files=[jobs.property_file("evaluation", "evaluation", "evaluation.json")],
            retry_policies=jobs.retries(),
        )

    def _register(
        self, prepare: ProcessingStep, train: TrainingStep, evaluate: ProcessingStep
    ) -> ModelStep:
        evaluation = jobs.output_uri(evaluate, "evaluation")
        report = Join(on="/", values=[evaluation, "evaluation.json"])
        builder = jobs.model_builder(
            train.properties.ModelArtifacts.S3ModelArtifacts, session=self.session
        )
        registration = builder.register(
            model_package_group_name=tokens.package_group(self.model.name),
            approval_status="PendingManualApproval",
            content_types=["text/csv", "application/json"],
            response_types=["text/csv", "application/json"],
            inference_instances=sorted(
                {variant.instance_type for variant in self.model.endpoints.values()}
            ),
            domain="MACHINE_LEARNING",
            task=_TASKS[self.model.kind],
            model_metrics=ModelMetrics(
                model_statistics=MetricsSource(content_type="application/json", s3_uri=report)
            ),
            customer_metadata_properties=self._lineage(evaluation),
        )
        return ModelStep(name="Register", display_name="Register the model", step_args=registration)

    def _lineage(self, evaluation: Join) -> dict[str, object]:
        """Tell from what exactly a package was made; every value becomes text."""
        return {
            "commit": tokens.COMMIT,
            "data_sha256": JsonGet(step_name="Prepare", property_file="data", json_path="sha256"),
            "data_uri": self.input_data_uri,
            "definition_sha256": tokens.DEFINITION_DIGEST,
            "evaluation_uri": Join(on="/", values=[evaluation, "evaluation.json"]),
            "execution_arn": ExecutionVariables.PIPELINE_EXECUTION_ARN,
            "holdout_uri": Join(on="/", values=[evaluation, "holdout.csv"]),
            "image_digest": tokens.IMAGE_DIGEST,
            "metric": self.model.metric.name,
            "metric_value": Join(on="", values=[self._measured()]),
            "predictions_uri": Join(on="/", values=[evaluation, "predictions.csv"]),
            "threshold": Join(on="", values=[self.threshold]),
        }

    def _decide(self, evaluate: ProcessingStep, register: ModelStep) -> ConditionStep:
        comparison = "at least" if self.model.metric.higher_is_better else "at most"
        below = FailStep(
            name="BelowThreshold",
            display_name="Refuse to register",
            error_message=Join(
                on=" ",
                values=[
                    f"model {self.model.name}: {self.model.metric.name} must be {comparison}",
                    self.threshold,
                    "to be registered, got",
                    self._measured(),
                ],
            ),
        )
        return ConditionStep(
            name="CheckThreshold",
            display_name="Compare with the threshold",
            conditions=[self._condition()],
            if_steps=[register],
            else_steps=[below],
        )

    def _condition(self) -> Condition:
        condition = (
            ConditionGreaterThanOrEqualTo
            if self.model.metric.higher_is_better
            else ConditionLessThanOrEqualTo
        )
        return condition(left=self._measured(), right=self.threshold)

    def _measured(self) -> JsonGet:
        return JsonGet(
            step_name="Evaluate", property_file="evaluation", json_path=self.model.metric_path
        )

    def _place(self, bucket: str, what: str, *names: str) -> Join:
        """Give every execution a place of its own, so that nothing is ever overwritten."""
        return Join(
            on="/",
            values=[
                tokens.bucket_uri(bucket, f"{self.model.name}/{what}"),
                ExecutionVariables.PIPELINE_EXECUTION_ID,
                *names,
            ],
        )
