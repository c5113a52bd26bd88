"""SageMaker in the twin: jobs, pipelines, packages and endpoints that really run."""

from __future__ import annotations

import shutil

from twin.engines.cloudwatch import CloudWatch
from twin.engines.containers.mode import detect
from twin.engines.sagemaker import features, packages, processing, training, transform, tuning
from twin.engines.sagemaker.constraints import Checked
from twin.engines.sagemaker.hosting.endpoints import Endpoints
from twin.engines.sagemaker.hosting.fleet import Fleet
from twin.engines.sagemaker.hosting.runtime import Runtime
from twin.engines.sagemaker.pipelines import pipelines
from twin.engines.sagemaker.pipelines.executions import Executions
from twin.registry import Registry
from twin.twin import Twin


def start(twin: Twin) -> None:
    """Remove what a twin that ended badly has left, and find out how containers can run."""
    for name in ("jobs", "endpoints"):
        shutil.rmtree(twin.settings.folder / name, ignore_errors=True)

    def look() -> None:
        detect()

    # Before the first container needs to know.
    twin.background("look at namespaces", look)


def register(registry: Registry, cloudwatch: CloudWatch) -> None:
    """Put SageMaker's operations into the registry; what runs belongs to this registry.

    Endpoints tell CloudWatch how they do, and ask it when they are rolled out.
    """
    checked = Checked(registry)
    training_jobs, processing_jobs = training.TrainingJobs(), processing.ProcessingJobs()
    tuning_jobs, transform_jobs = tuning.TuningJobs(training_jobs), transform.TransformJobs()
    waits = {
        processing.NOUN: processing_jobs.works.wait,
        training.NOUN: training_jobs.works.wait,
        transform.NOUN: transform_jobs.wait,
        tuning.NOUN: tuning_jobs.wait,
    }
    executions = Executions(lambda noun, arn: waits[noun](arn))
    fleet = Fleet()
    for jobs in (training_jobs, processing_jobs, transform_jobs, tuning_jobs):
        jobs.register(checked)
    for part in (packages, pipelines, executions, Endpoints(fleet, cloudwatch.alarms)):
        part.register(checked)
    Runtime(fleet, cloudwatch.metrics).register(registry)
    features.register(registry, checked)
