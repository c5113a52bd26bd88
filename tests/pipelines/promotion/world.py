"""A mocked AWS in which one model package is registered, as the tests of the promotion need it."""

from __future__ import annotations

import functools
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from pipelines.canonical import sha256_of
from pipelines.images import Registry, push_image
from pipelines.images.layer import PROGRAM
from pipelines.promotion.aws import Aws, Session
from pipelines.promotion.settings import Settings, read_settings
from tests.pipelines.attestations.cast import GUARDRAILS, builder
from tests.pipelines.promotion.makers import RUN, Kms, Makers
from tests.pipelines.promotion.makers import Registry as Packages

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
HOLDOUT = b"mean_radius,mean_texture,diagnosis\n1.5,10.5,0\n2.5,20.5,1\n"
PREDICTIONS = b"prediction,probability_0,probability_1\n0,0.9,0.1\n1,0.2,0.8\n"
AUTHOR = "milo@example.com"
_SOURCE = (
    "accounts/organization.yaml",
    "accounts/organization.schema.json",
    "modules/inference-endpoint",
    "pipelines/definitions/compiled",
    "pipelines/models",
    "terraform/release",
)


def source(tmp_path: Path) -> Path:
    """Unpack what a build reads of the source, once."""
    root = tmp_path / "unpacked"
    if root.exists():
        return root
    for name in _SOURCE:
        to = root / name
        to.parent.mkdir(parents=True, exist_ok=True)
        if (CHECKOUT / name).is_file():
            shutil.copy(CHECKOUT / name, to)
        else:
            left = shutil.ignore_patterns(".terraform", "__pycache__", "tests")
            shutil.copytree(CHECKOUT / name, to, ignore=left)
    tell_source(root)
    return root


def tell_source(root: Path, **changes: Any) -> None:
    """Write what a source says of itself."""
    image = {"repository": REPOSITORY, "digest": "sha256:" + "a" * 64}
    told = {
        "schema_version": 1,
        "author": AUTHOR,
        "commit": "c" * 40,
        "guardrails": {"sha256": GUARDRAILS},
        "image": image,
    }
    (root / "source.json").write_text(json.dumps(told | changes), "utf-8")


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
        "RELEASE_SIGNING_KEY_ARN": builder().key.key_arn if account == "data-science" else "",
    }
    environment |= {f"CODEBUILD_SRC_DIR_{name}": str(folder) for name, folder in artifacts.items()}
    return read_settings(environment, source(tmp_path), out)


@dataclass
class Home:
    """The account in which the model was built; needs an active `mock_aws`."""

    tmp_path: Path
    session: Aws = field(default_factory=lambda: inside(HOME))
    makers: Makers = field(default_factory=Makers)
    kms: Kms = field(default_factory=lambda: Kms((builder(),)))

    def client(self, service: str, region: str) -> Any:
        """Make a client as the Bundle build's role."""
        match service:
            case "codepipeline":
                return self.makers
            case "kms":
                return self.kms
            case "sagemaker":
                return Packages(self.session.client(service, region), self.makers)
        return self.session.client(service, region)

    def assume(self, role_arn: str, session_name: str, region: str) -> Aws:
        """Refuse: the Bundle build becomes nobody else."""
        raise AssertionError(role_arn)

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

    def objects(self, auc: float = 0.99, times: int = 20) -> None:
        """Write what a training pipeline leaves in the models bucket, rows several times."""
        self.put(ARCHIVE, b"archive")
        self.put(f"{EVALUATION}/evaluation.json", evaluation(auc))
        self.put(f"{EVALUATION}/holdout.csv", repeated(HOLDOUT, times))
        self.put(f"{EVALUATION}/predictions.csv", repeated(PREDICTIONS, times))

    def metadata(self) -> dict[str, str]:
        """What a training pipeline registers with a package."""
        return {
            "commit": "c" * 40,
            "data_sha256": "d" * 64,
            "data_uri": "s3://data/raw.csv",
            "definition_sha256": definition(),
            "evaluation_uri": f"{EVALUATION}/evaluation.json",
            "execution_arn": RUN,
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


def repeated(table: bytes, times: int) -> bytes:
    """Repeat the rows of a table below its header."""
    header, _, rows = table.partition(b"\n")
    return header + b"\n" + rows * times


def evaluation(auc: float) -> bytes:
    """Write an evaluation as the training pipeline does, of one number."""
    report = {"binary_classification_metrics": {"auc": {"value": auc}}}
    return json.dumps(report).encode()


def definition() -> str:
    """Digest of the compiled definition of the model."""
    path = CHECKOUT / "pipelines" / "definitions" / "compiled" / f"{MODEL}.json"
    return sha256_of(path.read_bytes())


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
