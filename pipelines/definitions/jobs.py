"""The jobs of a pipeline as SDK objects: each in the network, under the keys, isolated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from sagemaker.core.helper.pipeline_variable import PipelineVariable
from sagemaker.core.network import NetworkConfig
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    CheckpointConfig,
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.training.configs import Compute, InputData, Networking
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow import (
    ProcessingStep,
    RetryPolicy,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.steps import CacheConfig
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer

from pipelines.definitions import tokens
from pipelines.models.description import ModelDescription, TrainingJob

_PROCESSING = "/opt/ml/processing"


def processor(
    model: ModelDescription,
    step: str,
    *,
    volume_key: str,
    output_key: str,
    session: PipelineSession,
) -> Processor:
    """Describe a processing job that runs one of the steps."""
    return Processor(
        role=tokens.role("processing"),
        image_uri=tokens.IMAGE_URI,
        entrypoint=["python", "-m", f"pipelines.steps.{step}"],
        instance_count=1,
        instance_type=model.processing.instance_type,
        volume_size_in_gb=model.processing.volume_size_gb,
        volume_kms_key=tokens.key(volume_key),
        output_kms_key=tokens.key(output_key),
        max_runtime_in_seconds=model.processing.max_runtime_minutes * 60,
        network_config=NetworkConfig(
            enable_network_isolation=True,
            encrypt_inter_container_traffic=True,
            security_group_ids=[tokens.WORKLOAD_SECURITY_GROUPS],
            subnets=[tokens.SUBNETS],
        ),
        sagemaker_session=session,
    )


def trainer(
    model: ModelDescription,
    purpose: str,
    *,
    channels: Mapping[str, PipelineVariable],
    output_uri: Join,
    checkpoint_uri: Join,
    chosen: Mapping[str, PipelineVariable],
    session: PipelineSession,
) -> ModelTrainer:
    """Describe the training job of a model, run by the role for a purpose: training or tuning.

    `chosen` are hyperparameters that a run may choose; the container holds them to their bounds.
    """
    # Jobs of a search would share one place, and find each other's progress there: an interrupted
    # one begins anew.
    keeps = model.training.spot is not None and purpose == "training"
    return ModelTrainer(
        role=tokens.role(purpose),
        training_image=tokens.IMAGE_URI,
        base_job_name=model.name,
        compute=_compute(model.training),
        networking=Networking(
            subnets=[tokens.SUBNETS],
            security_group_ids=[tokens.WORKLOAD_SECURITY_GROUPS],
            enable_network_isolation=True,
            enable_inter_container_traffic_encryption=True,
        ),
        stopping_condition=_limits(model.training),
        checkpoint_config=CheckpointConfig(s3_uri=checkpoint_uri) if keeps else None,
        output_data_config=OutputDataConfig(
            s3_output_path=output_uri, kms_key_id=tokens.key("models")
        ),
        input_data_config=[
            InputData(channel_name=name, data_source=uri, content_type="text/csv")
            for name, uri in channels.items()
        ],
        hyperparameters=_hyperparameters(model, chosen),
        sagemaker_session=session,
    )


def _hyperparameters(
    model: ModelDescription, chosen: Mapping[str, PipelineVariable]
) -> dict[str, str | Join]:
    """Give every hyperparameter as a text, as SageMaker asks for it."""
    described = {"model": model.name, "seed": model.seed, **asdict(model.hyperparameters)}
    return {
        name: Join(on="", values=[chosen[name]]) if name in chosen else str(value)
        for name, value in described.items()
    }


def _compute(job: TrainingJob) -> Compute:
    return Compute(
        instance_type=job.instance_type,
        instance_count=1,
        volume_size_in_gb=job.volume_size_gb,
        volume_kms_key_id=tokens.key("models"),
        **({"enable_managed_spot_training": True} if job.spot else {}),
    )


def _limits(job: TrainingJob) -> StoppingCondition:
    """Limit a job to its time, and with spot instances all its waiting to more of it."""
    wait = {"max_wait_time_in_seconds": job.spot.max_wait_minutes * 60} if job.spot else {}
    return StoppingCondition(max_runtime_in_seconds=job.max_runtime_minutes * 60, **wait)


def model_builder(artifact: PipelineVariable, *, session: PipelineSession) -> ModelBuilder:
    """Describe the model that an artefact of a training job makes."""
    return ModelBuilder(
        image_uri=tokens.IMAGE_URI,
        s3_model_data_url=artifact,
        role_arn=tokens.role("training"),
        # Anything but nothing makes the SDK add script-mode variables, the region among them.
        dependencies={},
        sagemaker_session=session,
    )


def inference_instances(model: ModelDescription) -> list[str]:
    """Name the machines that answer: those of its endpoints, or what makes its forecasts."""
    variants = {variant.instance_type for variant in model.endpoints.values()}
    return sorted(variants) or [model.processing.instance_type]


def processing_input(name: str, uri: PipelineVariable) -> ProcessingInput:
    """Bring an object or prefix into a processing job."""
    return ProcessingInput(
        input_name=name,
        s3_input=ProcessingS3Input(
            s3_uri=uri,
            local_path=f"{_PROCESSING}/input/{name}",
            s3_data_type="S3Prefix",
            s3_input_mode="File",
            s3_data_distribution_type="FullyReplicated",
            s3_compression_type="None",
        ),
    )


def processing_output(name: str, uri: PipelineVariable) -> ProcessingOutput:
    """Carry a folder out of a processing job when it has ended."""
    return ProcessingOutput(
        output_name=name,
        s3_output=ProcessingS3Output(
            s3_uri=uri,
            local_path=f"{_PROCESSING}/output/{name}",
            s3_upload_mode="EndOfJob",
        ),
    )


def property_file(name: str, output: str, path: str) -> PropertyFile:
    """Let later steps read a JSON file that a step wrote."""
    return PropertyFile(name=name, output_name=output, path=path)


def output_uri(step: ProcessingStep, name: str) -> PipelineVariable:
    """Refer to the place where a processing step puts an output."""
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def kept() -> CacheConfig:
    """Take a step's result again for a week, for one whose arguments pin its data.

    docs/decisions/0010-keep-prepared-data-for-a-week.md
    """
    return CacheConfig(enable_caching=True, expire_after="P7D")


def retries() -> list[RetryPolicy]:
    """Try again what fails for reasons that lie outside this platform."""
    return [
        StepRetryPolicy(
            exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
            interval_seconds=5,
            max_attempts=5,
        ),
        SageMakerJobStepRetryPolicy(
            exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
            failure_reason_types=[
                SageMakerJobExceptionTypeEnum.INTERNAL_ERROR,
                SageMakerJobExceptionTypeEnum.CAPACITY_ERROR,
            ],
            interval_seconds=60,
            max_attempts=3,
        ),
    ]
