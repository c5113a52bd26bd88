"""Short ways to run jobs, pipelines and endpoints in a twin, and to wait for them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from tests.twin.engines.accounts import REGION, TOOLS, Lab, unique, until
from tests.twin.engines.tiny_image import JOB

_CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 5}


@dataclass
class Studio:
    """A data scientist's place in one account: image, role and bucket."""

    lab: Lab
    image: str
    role: str
    bucket: str
    account_id: str = TOOLS

    @property
    def sagemaker(self) -> Any:
        """The SageMaker client."""
        return self.lab.client("sagemaker", self.account_id)

    def unchecked(self) -> Any:
        """Return a SageMaker client that sends whatever it is given."""
        credentials = self.lab.credentials(self.account_id)
        return boto3.client(
            "sagemaker",
            endpoint_url=self.lab.twin.url,
            region_name=REGION,
            aws_access_key_id=credentials.access_key_id,
            aws_secret_access_key=credentials.secret_access_key,
            aws_session_token=credentials.session_token,
            config=Config(parameter_validation=False),
        )

    def put(self, key: str, text: str) -> str:
        """Store an object and return its address."""
        self.lab.client("s3", self.account_id).put_object(
            Bucket=self.bucket, Key=key, Body=text.encode()
        )
        return f"s3://{self.bucket}/{key}"

    def get(self, uri: str) -> bytes:
        """Read an object of the bucket."""
        key = uri.removeprefix(f"s3://{self.bucket}/")
        answer = self.lab.client("s3", self.account_id).get_object(Bucket=self.bucket, Key=key)
        return bytes(answer["Body"].read())

    def processing(self, *words: str, **changes: Any) -> dict[str, Any]:
        """Return a request for a processing job that runs the image's program."""
        return {
            "ProcessingJobName": unique("job"),
            "RoleArn": self.role,
            "AppSpecification": {
                "ImageUri": self.image,
                "ContainerEntrypoint": [*JOB, words[0]],
                **({"ContainerArguments": list(words[1:])} if words[1:] else {}),
            },
            "ProcessingResources": {"ClusterConfig": _CLUSTER},
            "NetworkConfig": {"EnableNetworkIsolation": True},
            **changes,
        }

    def start_processing(self, request: Mapping[str, Any]) -> str:
        """Start a processing job and return its name."""
        self.sagemaker.create_processing_job(**request)
        return str(request["ProcessingJobName"])

    def process(self, *words: str, **changes: Any) -> dict[str, Any]:
        """Run a processing job to its end."""
        return self.processed(self.start_processing(self.processing(*words, **changes)))

    def processed(self, name: str) -> dict[str, Any]:
        """Wait for the end of a processing job."""

        def ended() -> Any:
            job = self.sagemaker.describe_processing_job(ProcessingJobName=name)
            return job if job["ProcessingJobStatus"] not in ("InProgress", "Stopping") else None

        return dict(until(ended, f"the end of {name}"))

    def training(self, **changes: Any) -> dict[str, Any]:
        """Return a request for a training job."""
        return {
            "TrainingJobName": unique("training"),
            "RoleArn": self.role,
            "AlgorithmSpecification": {"TrainingImage": self.image, "TrainingInputMode": "File"},
            "OutputDataConfig": {"S3OutputPath": f"s3://{self.bucket}/models"},
            "ResourceConfig": _CLUSTER,
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            "EnableNetworkIsolation": True,
            **changes,
        }

    def train(self, **changes: Any) -> dict[str, Any]:
        """Run a training job to its end."""
        request = self.training(**changes)
        self.sagemaker.create_training_job(**request)
        return self.trained(request["TrainingJobName"])

    def trained(self, name: str) -> dict[str, Any]:
        """Wait for the end of a training job."""

        def ended() -> Any:
            job = self.sagemaker.describe_training_job(TrainingJobName=name)
            return job if job["TrainingJobStatus"] not in ("InProgress", "Stopping") else None

        return dict(until(ended, f"the end of {name}"))

    def log(self, group: str, prefix: str) -> list[str]:
        """Return the lines of the streams whose names begin so."""
        logs = self.lab.client("logs", self.account_id)
        streams = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=prefix)
        return [
            event["message"]
            for stream in streams["logStreams"]
            for event in logs.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    def step(
        self, name: str, *words: Any, inputs: str | None = None, after: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Describe a step of a pipeline that runs the image's program."""
        request = self.processing(str(words[0]))
        del request["ProcessingJobName"]
        if words[1:]:
            request["AppSpecification"]["ContainerArguments"] = list(words[1:])
        if inputs:
            source = {
                "S3Uri": inputs,
                "LocalPath": "/opt/ml/processing/input/in",
                "S3DataType": "S3Prefix",
                "S3InputMode": "File",
            }
            request["ProcessingInputs"] = [{"InputName": "in", "S3Input": source}]
        return {"Name": name, "Type": "Processing", "Arguments": request, "DependsOn": list(after)}

    def pipeline(self, steps: Sequence[Any], parameters: Sequence[Any] = ()) -> str:
        """Create a pipeline and return its name."""
        name = unique("pipeline")
        document = {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)}
        self.sagemaker.create_pipeline(
            PipelineName=name,
            PipelineDefinition=json.dumps(document),
            RoleArn=self.role,
            ClientRequestToken=unique("token-of-at-least-32-characters"),
        )
        return name

    def start(self, pipeline: str, **parameters: str) -> str:
        """Start an execution and return its ARN."""
        given = [{"Name": name, "Value": value} for name, value in parameters.items()]
        answer = self.sagemaker.start_pipeline_execution(
            PipelineName=pipeline, PipelineParameters=given
        )
        return str(answer["PipelineExecutionArn"])

    def executed(self, arn: str) -> dict[str, Any]:
        """Wait for the end of an execution."""

        def ended() -> Any:
            answer = self.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
            status = answer["PipelineExecutionStatus"]
            return answer if status not in ("Executing", "Stopping") else None

        return dict(until(ended, f"the end of {arn}"))

    def execute(self, pipeline: str, **parameters: str) -> dict[str, Any]:
        """Run an execution to its end."""
        return self.executed(self.start(pipeline, **parameters))

    def steps(self, execution: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the steps of an execution by name."""
        answer = self.sagemaker.list_pipeline_execution_steps(
            PipelineExecutionArn=execution["PipelineExecutionArn"]
        )
        return {step["StepName"]: step for step in answer["PipelineExecutionSteps"]}
