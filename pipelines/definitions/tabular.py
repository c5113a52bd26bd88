"""The pipeline of a described model: prepare, train, evaluate, tune where it must, register.

Infrastructure is named by tokens, never by pipeline parameters: whoever starts an execution
chooses data, threshold and what the model's description lets a run choose, and cannot choose a
key, a role, a network or a place to write to.
"""

from __future__ import annotations

from collections.abc import Sequence

from sagemaker.core.helper.pipeline_variable import PipelineVariable
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
    Step,
    TrainingStep,
    TuningStep,
)
from sagemaker.train import ModelTrainer

from pipelines.definitions import choices, jobs, reports, search, tokens
from pipelines.definitions.attempt import Attempt
from pipelines.definitions.card import Figures, model_card
from pipelines.models.description import ModelDescription
from pipelines.models.tuning import Tuning

_DATA_SHA256 = JsonGet(step_name="Prepare", property_file="data", json_path="sha256")


class TabularPipeline:
    """Build the pipeline of one model, step by step."""

    def __init__(self, model: ModelDescription, session: PipelineSession) -> None:
        self.model = model
        self.session = session
        self.input_data_uri = ParameterString(name="InputDataUri")
        # The digest decides, so nobody starts without; the version tells which object had it.
        self.input_data_sha256 = ParameterString(name="InputDataSha256")
        self.input_data_version = ParameterString(
            name="InputDataVersion", default_value="unrecorded"
        )
        self.threshold = ParameterFloat(name="Threshold", default_value=model.metric.threshold)
        self.chosen = choices.parameters(model)

    def build(self) -> Pipeline:
        """Put the steps together; what a step reads decides their order."""
        prepare = self._prepare()
        train = self._train(prepare)
        archive = train.properties.ModelArtifacts.S3ModelArtifacts
        data = jobs.output_uri(prepare, "data")
        first = Attempt("", archive, data, self._evaluate("", prepare, archive), {})
        return Pipeline(
            name=self.model.name,
            parameters=[
                self.input_data_uri,
                self.input_data_sha256,
                self.input_data_version,
                self.threshold,
                *self.chosen.values(),
            ],
            steps=[prepare, train, first.evaluate, *self._decisions(prepare, first)],
            # No experiment is made on the side: what a package was made of is in the package.
            pipeline_experiment_config=None,
            sagemaker_session=self.session,
        )

    def _decisions(self, prepare: ProcessingStep, first: Attempt) -> list[ConditionStep]:
        """Register, tune or refuse.

        SageMaker nests no condition in another: the second stands beside the first, and is reached
        only where the tuned model was measured, which it reads.
        """
        tuning = self.model.tuning
        if tuning is None:
            return [self._decide(first, [self._refuse(first)])]
        tune = self._tune(prepare, tuning)
        tuned = self._tuned(prepare, tune, tuning, first)
        return [
            self._decide(first, [tune, tuned.evaluate]),
            self._decide(tuned, [self._refuse(first, tuned)]),
        ]

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
                    *("--model", self.model.name),
                    *("--expected-sha256", self.input_data_sha256),
                ],
            ),
            property_files=[jobs.property_file("data", "data", "data.json")],
            retry_policies=jobs.retries(),
            cache_config=jobs.kept(),
        )

    def _train(self, prepare: ProcessingStep) -> TrainingStep:
        return TrainingStep(
            name="Train",
            display_name="Train the model",
            step_args=self._trainer(prepare, "training").train(),
            retry_policies=jobs.retries(),
        )

    def _trainer(self, prepare: ProcessingStep, purpose: str) -> ModelTrainer:
        return jobs.trainer(
            self.model,
            purpose,
            channels={name: jobs.output_uri(prepare, name) for name in ("train", "validation")},
            output_uri=self._place("models", purpose),
            checkpoint_uri=self._place("models", purpose, "checkpoints"),
            chosen=self.chosen,
            session=self.session,
        )

    def _tune(self, prepare: ProcessingStep, tuning: Tuning) -> TuningStep:
        trainer = self._trainer(prepare, "tuning")
        tuner = search.tuner(self.model, tuning, trainer)
        return TuningStep(
            name="Tune",
            display_name="Search for better hyperparameters",
            step_args=tuner.tune(inputs=search.channels(trainer), wait=False),
            retry_policies=jobs.retries(),
        )

    def _tuned(
        self, prepare: ProcessingStep, tune: TuningStep, tuning: Tuning, first: Attempt
    ) -> Attempt:
        best = tune.properties.BestTrainingJob
        archive = self._place("models", "tuning", best.TrainingJobName, "output/model.tar.gz")
        told = {
            "metric_value_before_tuning": Join(on="", values=[self._measured(first)]),
            "training_job": best.TrainingJobName,
            "tuning_job": tune.properties.HyperParameterTuningJobName,
            **{f"tuned_{one.name}": best.TunedHyperParameters[one.name] for one in tuning.ranges},
        }
        evaluate = self._evaluate("Tuned", prepare, archive)
        return Attempt("Tuned", archive, first.data, evaluate, told)

    def _evaluate(
        self, attempt: str, prepare: ProcessingStep, archive: PipelineVariable
    ) -> ProcessingStep:
        processor = jobs.processor(
            self.model, "evaluate", volume_key="data", output_key="models", session=self.session
        )
        place = self._place("models", "evaluation", *([attempt.lower()] if attempt else []))
        return ProcessingStep(
            name=f"Evaluate{attempt}",
            display_name=f"Measure the {attempt.lower()} model on held-out rows".replace("  ", " "),
            step_args=processor.run(
                inputs=[
                    jobs.processing_input("model", archive),
                    jobs.processing_input("holdout", jobs.output_uri(prepare, "holdout")),
                ],
                outputs=[jobs.processing_output("evaluation", place)],
                arguments=["--model", self.model.name],
            ),
            property_files=[jobs.property_file("evaluation", "evaluation", "evaluation.json")],
            retry_policies=jobs.retries(),
        )

    def _register(self, attempt: Attempt) -> ModelStep:
        evaluation = jobs.output_uri(attempt.evaluate, "evaluation")
        builder = jobs.model_builder(attempt.archive, session=self.session)
        registration = builder.register(
            model_package_group_name=tokens.package_group(self.model.name),
            approval_status="PendingManualApproval",
            content_types=["text/csv", "application/json"],
            response_types=["text/csv", "application/json"],
            inference_instances=jobs.inference_instances(self.model),
            domain="MACHINE_LEARNING",
            task=reports.TASKS[self.model.kind],
            model_metrics=reports.metrics(self.model, evaluation),
            drift_check_baselines=reports.baselines(self.model, attempt.data),
            model_card=model_card(self.model, self._figures(attempt, evaluation)),
            customer_metadata_properties=self._lineage(attempt, evaluation),
        )
        return ModelStep(
            name=f"Register{attempt.name}",
            display_name=f"Register the {attempt.name.lower()} model".replace("  ", " "),
            step_args=registration,
        )

    def _figures(self, attempt: Attempt, evaluation: Join) -> Figures:
        return Figures(
            metric=self._measured(attempt),
            threshold=self.threshold,
            data_sha256=_DATA_SHA256,
            execution=ExecutionVariables.PIPELINE_EXECUTION_ARN,
            archive=attempt.archive,
            evaluation=Join(on="/", values=[evaluation, "evaluation.json"]),
            chosen=self.chosen,
        )

    def _lineage(self, attempt: Attempt, evaluation: Join) -> dict[str, object]:
        """Tell from what exactly a package was made; every value becomes text."""
        return {
            "commit": tokens.COMMIT,
            "data_sha256": _DATA_SHA256,
            "data_uri": self.input_data_uri,
            "data_version": self.input_data_version,
            "definition_sha256": tokens.DEFINITION_DIGEST,
            "evaluation_uri": Join(on="/", values=[evaluation, "evaluation.json"]),
            "execution_arn": ExecutionVariables.PIPELINE_EXECUTION_ARN,
            "holdout_uri": Join(on="/", values=[evaluation, "holdout.csv"]),
            "image_digest": tokens.IMAGE_DIGEST,
            "metric": self.model.metric.name,
            "metric_value": Join(on="", values=[self._measured(attempt)]),
            "predictions_uri": Join(on="/", values=[evaluation, "predictions.csv"]),
            "threshold": Join(on="", values=[self.threshold]),
            **{f"chosen_{name}": Join(on="", values=[it]) for name, it in self.chosen.items()},
            **attempt.told,
        }

    def _refuse(self, attempt: Attempt, tuned: Attempt | None = None) -> FailStep:
        comparison = "at least" if self.model.metric.higher_is_better else "at most"
        after = ["before tuning and", self._measured(tuned), "after it"] if tuned else []
        return FailStep(
            name="BelowThreshold",
            display_name="Refuse to register",
            error_message=Join(
                on=" ",
                values=[
                    f"model {self.model.name}: {self.model.metric.name} must be {comparison}",
                    self.threshold,
                    "to be registered, got",
                    self._measured(attempt),
                    *after,
                    *self._compared(tuned or attempt),
                ],
            ),
        )

    def _compared(self, attempt: Attempt) -> list[PipelineVariable | str]:
        """Name the baseline that a relative error is a share of."""
        _, is_relative, error = self.model.metric.name.partition("relative_")
        if not is_relative:
            return []
        path = f"baselines.best.{error}"
        best = JsonGet(step_name=attempt.evaluate.name, property_file="evaluation", json_path=path)
        return [f"of the {error} of the best baseline,", best]

    def _decide(self, attempt: Attempt, otherwise: Sequence[Step]) -> ConditionStep:
        name = attempt.name.lower()
        return ConditionStep(
            name=f"Check{attempt.name}Threshold",
            display_name=f"Compare {name and f'the {name} model '}with the threshold",
            conditions=[self._condition(attempt)],
            if_steps=[self._register(attempt)],
            else_steps=list(otherwise),
        )

    def _condition(self, attempt: Attempt) -> Condition:
        condition = (
            ConditionGreaterThanOrEqualTo
            if self.model.metric.higher_is_better
            else ConditionLessThanOrEqualTo
        )
        return condition(left=self._measured(attempt), right=self.threshold)

    def _measured(self, attempt: Attempt) -> JsonGet:
        return JsonGet(
            step_name=attempt.evaluate.name,
            property_file="evaluation",
            json_path=self.model.metric_path,
        )

    def _place(self, bucket: str, what: str, *names: str | PipelineVariable) -> Join:
        """Give every execution a place of its own, so that nothing is ever overwritten."""
        return Join(
            on="/",
            values=[
                tokens.bucket_uri(bucket, f"{self.model.name}/{what}"),
                ExecutionVariables.PIPELINE_EXECUTION_ID,
                *names,
            ],
        )
