"""SageMaker in the twin: jobs, pipelines, packages and endpoints that really run."""

from __future__ import annotations

from twin.engines.sagemaker import packages
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.pipelines import pipelines
from twin.engines.sagemaker.pipelines.executions import Executions
from twin.engines.sagemaker.processing import NOUN as PROCESSING
from twin.engines.sagemaker.processing import ProcessingJobs
from twin.engines.sagemaker.training import NOUN as TRAINING
from twin.engines.sagemaker.training import TrainingJobs
from twin.registry import Registry


def register(registry: Registry) -> None:
    """Put SageMaker's operations into the registry; what runs belongs to this registry."""
    checked = Checked(registry)
    training, processing = TrainingJobs(), ProcessingJobs()
    training.register(checked)
    processing.register(checked)
    running = {TRAINING: training.works, PROCESSING: processing.works}
    packages.register(checked)
    pipelines.register(checked)
    Executions(lambda noun, arn: running[noun].wait(arn)).register(checked)
