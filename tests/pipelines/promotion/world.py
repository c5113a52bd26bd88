"""A mocked AWS in which one model package is registered, as the tests of the promotion need it."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from pipelines.images import Registry, push_image
from pipelines.images.layer import PROGRAM
from pipelines.promotion.aws import Aws, Session
from pipelines.promotion.settings import Settings, read_settings

CHECKOUT = Path(__file__).parents[3]
REGION = "eu-west-1"
REPOSITORY = "gatehouse-data-science/model"
HOME = "111111111111"
MODEL = "breast-cancer"
GROUP = "gatehouse-breast-cancer"
BUCKET = f"gatehouse-data-science-models-{HOME}"
ARCHIVE = f"s3://{BUCKET}/{MODEL}/training/x1/model.tar.gz"
EVALUATION = f"s3://{BUCKET}/{MODEL}/evaluation/x1"
EXECUTION = "11111111-2222-3333-4444-555555555555"
HOLDOUT = b"mean_radius,diagnosis\n1.5,0\n2.5,1\n"
PREDICTIONS = b"prediction,probability_0,probability_1\n0,0.9,0.1\n1,0.2,0.8\n"


def settings(
    tmp_path: Path, account: str = "data-science", package_arn: str = "", **artifacts: Path
) -> Settings:
    """What a build of the promotion is told."""
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    environment = {
        "PREFIX": "gatehouse",
        "ACCOUNT": account,
        "MODEL": MODEL,
        "PACKAGE_ARN": package_arn or f"arn:aws:sagemaker:{REGION}:{HOME}:model-package/{GROUP}/1",
        "PIPELINE_EXECUTION_ID": EXECUTION,
    }
    environment |= {f"CODEBUILD_SRC_DIR_{name}": str(folder) for name, folder in artifacts.items()}
    return read_settings(environment, CHECKOUT, out)


@dataclass
class Home:
    """The account in which the model was built; needs an active `mock_aws`."""

    tmp_path: Path
    session: Aws = field(default_factory=lambda: inside(HOME))

    def __post_init__(self) -> None:
        self.s3 = self.session.client("s3", REGION)
        self.ecr = self.session.client("ecr", REGION)
        self.sagemaker = self.session.client("sagemaker", REGION)
        self.s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.ecr.create_repository(repositoryName=REPOSITORY)
        self.sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)
        self.image = push_image(
            program(self.tmp_path / "program"),
            Registry(self.ecr, HOME, REPOSITORY),
            "c0ffee",
            self.tmp_path,
        )

    def put(self, uri: str, content: bytes) -> str:
        """Write an object and return its version."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return str(self.s3.put_object(Bucket=bucket, Key=key, Body=content)["VersionId"])

    def objects(self, auc: float = 0.99) -> None:
        """Write what a training pipeline leaves in the models bucket."""
        report = {"binary_classification_metrics": {"auc": {"value": auc}}}
        self.put(ARCHIVE, b"archive")
        self.put(f"{EVALUATION}/evaluation.json", json.dumps(report).encode())
        self.put(f"{EVALUATION}/holdout.csv", HOLDOUT)
        self.put(f"{EVALUATION}/predictions.csv", PREDICTIONS)

    def metadata(self) -> dict[str, str]:
        """What a training pipeline registers with a package."""
        return {
            "commit": "c" * 40,
            "data_sha256": "d" * 64,
            "data_uri": "s3://data/raw.csv",
            "definition_sha256": "e" * 64,
            "evaluation_uri": f"{EVALUATION}/evaluation.json",
            "holdout_uri": f"{EVALUATION}/holdout.csv",
            "image_digest": self.image.digest,
            "predictions_uri": f"{EVALUATION}/predictions.csv",
            "threshold": "0.95",
        }

    def image_uri(self) -> str:
        """Address of the image by digest."""
        return f"{HOME}.dkr.ecr.{REGION}.amazonaws.com/{REPOSITORY}@{self.image.digest}"

    def register(self, status: str = "Approved", **changes: Any) -> str:
        """Register a version and return its ARN."""
        report = {"ContentType": "application/json", "S3Uri": f"{EVALUATION}/evaluation.json"}
        request: dict[str, Any] = {
            "ModelPackageGroupName": GROUP,
            "ModelApprovalStatus": status,
            "InferenceSpecification": {
                "Containers": [{"Image": self.image_uri(), "ModelDataUrl": ARCHIVE}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            "ModelMetrics": {"ModelQuality": {"Statistics": report}},
            "CustomerMetadataProperties": self.metadata(),
        }
        answer = self.sagemaker.create_model_package(**(request | changes))
        return str(answer["ModelPackageArn"])


def inside(account: str) -> Aws:
    """Call the mocked AWS as a role of an account."""
    return Session(_session()).assume(f"arn:aws:iam::{account}:role/some", "test", REGION)


@functools.cache
def _session() -> Any:
    # Reading the descriptions of all services takes longer than a test.
    return boto3.Session()


def program(root: Path) -> Path:
    """Write a checkout that has all that an image needs."""
    for entry in PROGRAM:
        path = root / "pipelines" / (entry if entry.endswith(".py") else f"{entry}/__init__.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {entry}\n")
    return root
