"""Only an approved version, as it was registered, forecasts; and only from what people brought."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from pipelines.batch.run import RECORD, run
from pipelines.clock import Clock
from pipelines.errors import Finding, InvalidInput, Misuse
from tests.pipelines.batch.account import ARN, NOW, TRAINED_ON, FakeAccount, checkout, settings


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with the forecast."""
    return checkout(tmp_path_factory.mktemp("checkout"))


def clock() -> Clock:
    return Clock(now=lambda: NOW, sleep=lambda _: None)


def test_an_approved_version_forecasts_from_what_it_was_trained_with(
    root: Path, tmp_path: Path
) -> None:
    account = FakeAccount()
    batch = run(settings(root), account, tmp_path, clock())
    (request,) = account.started
    told = json.loads((tmp_path / RECORD).read_bytes())
    assert told["package"] == ARN
    assert told["series"] == TRAINED_ON == batch.series_uri
    assert told["table"].endswith("/forecasts/demand/table/20260305T001007Z")
    inputs = {one["InputName"]: one["S3Input"]["S3Uri"] for one in request["ProcessingInputs"]}
    assert inputs == {"model": account.archive, "series": TRAINED_ON}
    assert request["AppSpecification"]["ImageUri"] == account.image
    assert "2026-03-05T00:10:07Z" in request["AppSpecification"]["ContainerArguments"]


def test_the_job_is_isolated_and_its_request_is_what_the_api_takes(
    root: Path, tmp_path: Path
) -> None:
    account = FakeAccount()
    run(settings(root), account, tmp_path, clock())
    (request,) = account.started
    model = ServiceModel(Loader().load_service_model("sagemaker", "service-2"))
    shape = model.operation_model("CreateProcessingJob").input_shape
    report = ParamValidator().validate(request, shape)
    assert not report.has_errors(), report.generate_report()
    assert len(request["ProcessingJobName"]) <= 63
    assert request["NetworkConfig"]["EnableNetworkIsolation"] is True
    assert request["NetworkConfig"]["EnableInterContainerTrafficEncryption"] is True
    assert request["NetworkConfig"]["VpcConfig"]["Subnets"]
    key = settings(root).key_arn
    assert request["ProcessingOutputConfig"]["KmsKeyId"] == key
    assert request["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == key


def test_newer_hours_of_the_same_model_are_taken(root: Path, tmp_path: Path) -> None:
    account = FakeAccount()
    newer = TRAINED_ON.replace("raw/demand", "raw/_hours/demand")
    assert run(settings(root, SERIES_URI=newer), account, tmp_path, clock()).series_uri == newer


def test_newer_hours_are_forecast_by_the_latest_approved_version(
    root: Path, tmp_path: Path
) -> None:
    account = FakeAccount()
    told = settings(root, PACKAGE_ARN="latest-approved")
    assert run(told, account, tmp_path, clock()).package_arn == ARN
    with pytest.raises(Finding, match="must have a version that is approved, got none"):
        run(told, FakeAccount(approval="Rejected"), tmp_path, clock())


@pytest.mark.parametrize("status", ["PendingManualApproval", "Rejected"])
def test_a_version_that_is_not_approved_does_not_forecast(
    root: Path, tmp_path: Path, status: str
) -> None:
    account = FakeAccount(approval=status)
    with pytest.raises(Finding, match=f"must have the approval status Approved, got {status}"):
        run(settings(root), account, tmp_path, clock())
    assert account.started == []


@pytest.mark.parametrize(
    ("account", "sentence"),
    [
        (FakeAccount(modified=NOW), "must not have changed after the package was registered"),
        (FakeAccount(etag='"other"'), "must be the archive that was registered, with ETag e"),
        (FakeAccount(archive="s3://elsewhere/model.tar.gz"), "must have its objects below s3://"),
        (FakeAccount(image="somebody/model:latest"), "must name its image by digest"),
        (FakeAccount(metadata={"image_digest": f"sha256:{'b' * 64}"}), "must have the image of"),
        (FakeAccount(metadata={"data_uri": "s3://elsewhere/x.csv"}), "SERIES_URI: must be an obj"),
    ],
)
def test_a_version_that_is_not_as_it_was_registered_does_not_forecast(
    root: Path, tmp_path: Path, account: FakeAccount, sentence: str
) -> None:
    with pytest.raises(Finding) as refused:
        run(settings(root), account, tmp_path, clock())
    assert sentence in str(refused.value)
    assert account.started == []


@pytest.mark.parametrize(
    "uri",
    [
        "s3://elsewhere/raw/demand/x.csv",
        TRAINED_ON.replace("raw/demand", "raw/other"),
        TRAINED_ON.replace("raw/demand", "raw/_hours/other"),
        TRAINED_ON.replace("raw/", ""),
    ],
)
def test_hours_that_nobody_brought_for_this_model_are_not_forecast_from(
    root: Path, tmp_path: Path, uri: str
) -> None:
    account = FakeAccount()
    with pytest.raises(Finding, match="SERIES_URI: must be an object below"):
        run(settings(root, SERIES_URI=uri), account, tmp_path, clock())
    assert account.started == []


def test_an_archive_that_is_replaced_while_the_job_runs_is_told(root: Path, tmp_path: Path) -> None:
    account = FakeAccount(versions=["v1", "v2"])
    with pytest.raises(Finding, match="must not change while a batch uses it"):
        run(settings(root), account, tmp_path, clock())
    assert not (tmp_path / RECORD).exists()


def test_a_job_that_fails_is_told_with_its_own_sentence(root: Path, tmp_path: Path) -> None:
    account = FakeAccount(
        statuses=["InProgress", "Failed"], told={"ExitMessage": "demand.csv line 3: must be UTC"}
    )
    with pytest.raises(Finding, match=r"must complete, got Failed: demand\.csv line 3"):
        run(settings(root), account, tmp_path, clock())
    assert not (tmp_path / RECORD).exists()


def test_a_model_of_rows_has_no_batches(tmp_path: Path, root: Path) -> None:
    with pytest.raises(Misuse, match="model breast-cancer: must answer in batches, got endpoint"):
        settings(root, MODEL="breast-cancer")
    other = checkout(tmp_path / "other")
    description = (other / "pipelines/models/breast-cancer.yaml").read_text("utf-8")
    (other / "pipelines/models/demand.yaml").write_text(
        description.replace("name: breast-cancer", "name: demand"), "utf-8"
    )
    with pytest.raises(InvalidInput, match="must be of kind forecast, got kind binary"):
        run(settings(other), FakeAccount(), tmp_path, clock())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PREFIX": "acme"}, "PREFIX: must be gatehouse"),
        ({"ACCOUNT": "staging"}, "ACCOUNT: must be data-science"),
        ({"SUBNET_IDS": "subnet-1;rm"}, "SUBNET_IDS: must be identifiers"),
        ({"SERIES_URI": ""}, "SERIES_URI: must be set"),
    ],
)
def test_what_a_build_is_told_is_checked(
    root: Path, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Misuse) as refused:
        settings(root, **changes)
    assert sentence in str(refused.value)


def test_time_goes_by_between_two_looks(root: Path, tmp_path: Path) -> None:
    waited: list[float] = []
    account = FakeAccount(statuses=["InProgress"] * 3 + ["Completed"])
    run(settings(root), account, tmp_path, Clock(now=lambda: NOW, sleep=waited.append))
    assert len(waited) == 3
    assert timedelta(seconds=sum(waited)) < timedelta(minutes=1)
