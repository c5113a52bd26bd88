"""The search for better hyperparameters as SDK objects, as protected as a training job."""

from __future__ import annotations

from typing import Any

from sagemaker.core.parameter import ContinuousParameter, IntegerParameter, ParameterRange
from sagemaker.core.shapes import HyperbandStrategyConfig, HyperParameterTuningJobStrategyConfig
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import InputData
from sagemaker.train.tuner import HyperparameterTuner

from pipelines.models.description import ModelDescription
from pipelines.models.kinds import VALIDATION
from pipelines.models.tuning import Range, Strategy, Tuning

# What the training step prints, the best round's last: the last is what a job is judged by.
_NUMBER = r"([0-9]+\.[0-9]+)"


class Tuner(HyperparameterTuner):  # type: ignore[misc]  # the SDK's classes have no types
    """A tuner that keeps what the SDK's own drops of a trainer: key of the volume, isolation, seed.

    Version 3 copies instance, size, output and network of the trainer, and nothing else
    (`sagemaker.train.tuner`); the service then takes its defaults, which no guardrail here admits.
    """

    def _build_training_job_definition(self, inputs: Any) -> Any:
        definition = super()._build_training_job_definition(inputs)
        trainer = self.model_trainer
        definition.resource_config.volume_kms_key_id = trainer.compute.volume_kms_key_id
        definition.enable_network_isolation = trainer.networking.enable_network_isolation
        definition.enable_inter_container_traffic_encryption = (
            trainer.networking.enable_inter_container_traffic_encryption
        )
        return definition

    def _build_tuning_job_config(self) -> Any:
        config = super()._build_tuning_job_config()
        config.random_seed = self.random_seed
        return config


def tuner(model: ModelDescription, tuning: Tuning, trainer: ModelTrainer) -> Tuner:
    """Describe the tuning job of a model; the same seed proposes the same jobs."""
    metric, more_is_better = VALIDATION[model.kind]
    name = f"validation:{metric}"
    return Tuner(
        model_trainer=trainer,
        objective_metric_name=name,
        objective_type="Maximize" if more_is_better else "Minimize",
        metric_definitions=[{"Name": name, "Regex": f"{name}={_NUMBER}"}],
        hyperparameter_ranges={one.name: _range(one) for one in tuning.ranges},
        strategy=tuning.strategy.of_api,
        strategy_config=_strategy_config(model, tuning),
        max_jobs=tuning.max_jobs,
        max_parallel_jobs=tuning.parallel_jobs,
        early_stopping_type="Auto" if tuning.early_stopping else "Off",
        random_seed=model.seed,
    )


def channels(trainer: ModelTrainer) -> list[InputData]:
    """Give the trainer's own channels; a tuner converts them only where it is given them."""
    return list(trainer.input_data_config)


def _range(one: Range) -> ParameterRange:
    kind = IntegerParameter if one.whole else ContinuousParameter
    return kind(one.least, one.most, scaling_type=one.scaling.of_api)


def _strategy_config(
    model: ModelDescription, tuning: Tuning
) -> HyperParameterTuningJobStrategyConfig | None:
    """Tell Hyperband what it rations: the rounds, of which the description gives the most."""
    if tuning.strategy is not Strategy.HYPERBAND:
        return None
    searched = [int(one.most) for one in tuning.ranges if one.name == "rounds"]
    most = (searched or [model.hyperparameters.rounds])[0]
    return HyperParameterTuningJobStrategyConfig(
        hyperband_strategy_config=HyperbandStrategyConfig(
            min_resource=min(most, model.hyperparameters.early_stopping_rounds), max_resource=most
        )
    )
