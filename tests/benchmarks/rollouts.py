"""An endpoint of the twin while it is rolled out, beside the bare model container.

The container is the platform's own, with a model trained on the bundled data. Both are asked in
turn over connections that are kept, the endpoint with signed requests and through boto3 as well;
the rollout is a canary whose baking fills the measurement.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.images.build import push_image
from pipelines.images.registry import Registry
from tests.benchmarks.kept_connection import Kept, signed
from tests.journeys.stage import ROOT, free_port, until
from tests.twin.engines.accounts import Lab
from tests.twins import DATA_SCIENCE, RunningTwin, running_twin
from twin.control_client import ControlClient

_NAME = "benchmark"
_COUNT = 1_000
_WARM = 50
_INSTANCES = 4
_AN_HOUR = 3_600


@dataclass(frozen=True)
class Sample:
    """Seconds of each request: to the endpoint at rest and while it is rolled out, and bare.

    ``sdk`` are those through boto3, at rest; ``alarm_to_old`` are the seconds from an alarm to the
    old configuration in service, at the pace 1; ``failed`` counts requests that got no prediction.
    """

    resting: list[float] = field(default_factory=list)
    rolling: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    sdk: list[float] = field(default_factory=list)
    failed: int = 0
    alarm_to_old: float = 0.0


def sample(folder: Path, archive: Path, row: str) -> Sample:
    """Measure with a model's folder and one row of CSV."""
    with running_twin(folder) as twin, bare_container(folder, archive) as bare:
        grounds = _Grounds(twin)
        configs = grounds.lay_out(archive)
        runtime = grounds.client("sagemaker-runtime")

        def sdk() -> str:
            given = {"ContentType": "text/csv", "Body": row.encode()}
            answer = runtime.invoke_endpoint(EndpointName=_NAME, **given)
            return str(answer["Body"].read().decode())

        endpoint, alone = signed(runtime, _NAME, row), lambda: bare(row)
        expected = bare(row)
        for _ in range(_WARM):
            if {endpoint(), sdk(), bare(row)} != {expected}:
                raise SystemExit("endpoint and bare container must answer alike")
        (resting, _, through), _ = _in_turn((endpoint, alone, sdk), expected)
        control = ControlClient(twin.url, twin.folder)
        grounds.update(configs[1], wait=_AN_HOUR)
        (rolling, beside), failed = _in_turn((endpoint, alone), expected)
        if grounds.described()["EndpointStatus"] != "Updating":
            raise SystemExit("the rollout must outlast the measurement")
        control.post("pace", {"pace": 1000})
        grounds.settled(configs[1])
        control.post("pace", {"pace": 1})
        seconds = grounds.alarm_to_old(configs)
        return Sample(resting, rolling, beside, through, failed, seconds)


def _in_turn(
    asks: Sequence[Callable[[], str]], expected: str
) -> tuple[tuple[list[float], ...], int]:
    """Ask all in turn, often; give the seconds of each, and how many got no prediction."""
    taken: tuple[list[float], ...] = tuple([] for _ in asks)
    failed = 0
    for _ in range(_COUNT):
        for seconds, ask in zip(taken, asks, strict=True):
            started = time.perf_counter()
            try:
                failed += ask() != expected
            except Exception:
                failed += 1
            seconds.append(time.perf_counter() - started)
    return taken, failed


@contextmanager
def bare_container(folder: Path, archive: Path) -> Iterator[Callable[[str], str]]:
    """Run the model container's program alone; give what asks it over one kept connection."""
    opt, port = folder / "bare", free_port()
    opt.mkdir()
    (opt / "model").symlink_to(archive)
    variables = {"ML_ROOT": str(opt), "ML_BIND_HOST": "127.0.0.1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "pipelines.entry", "serve"],
        cwd=ROOT,
        env=os.environ | variables | {"SAGEMAKER_BIND_TO_PORT": str(port)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    kept = Kept(f"127.0.0.1:{port}")
    try:
        until(lambda: kept.answers("/ping") or None, "the bare container answers", 60)
        yield lambda row: kept.post("/invocations", row.encode())
    finally:
        kept.close()
        server.terminate()
        server.wait(10)


class _Grounds(Lab):
    """One account of a running twin, with the model in it."""

    def __init__(self, twin: RunningTwin) -> None:
        self._running = twin
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, account_id: str = DATA_SCIENCE) -> Any:
        """Return an administrator's client."""
        return self._clients.setdefault(
            (service, account_id), self._running.client(service, account_id)
        )

    def lay_out(self, archive: Path) -> tuple[str, str]:
        """Make the endpoint, and two configurations of the same model."""
        s3, ecr, sagemaker = (self.client(name) for name in ("s3", "ecr", "sagemaker"))
        place = {"LocationConstraint": s3.meta.region_name}
        s3.create_bucket(Bucket=_NAME, CreateBucketConfiguration=place)
        s3.put_object(Bucket=_NAME, Key="model.tar.gz", Body=_packed(archive))
        ecr.create_repository(repositoryName=_NAME)
        image = push_image(ROOT, Registry(ecr, DATA_SCIENCE, _NAME), _NAME, archive.parent)
        host = f"{DATA_SCIENCE}.dkr.ecr.{s3.meta.region_name}.amazonaws.com"
        sagemaker.create_model(
            ModelName=_NAME,
            ExecutionRoleArn=self.role("sagemaker", DATA_SCIENCE),
            EnableNetworkIsolation=True,
            PrimaryContainer={
                "Image": f"{host}/{_NAME}@{image.digest}",
                "ModelDataUrl": f"s3://{_NAME}/model.tar.gz",
            },
        )
        names = ("first", "second")
        variant = {"VariantName": "AllTraffic", "ModelName": _NAME}
        size = {"InstanceType": "ml.m5.large", "InitialInstanceCount": _INSTANCES}
        for name in names:
            sagemaker.create_endpoint_config(
                EndpointConfigName=name, ProductionVariants=[variant | size]
            )
        sagemaker.create_endpoint(EndpointName=_NAME, EndpointConfigName=names[0])
        self.settled(names[0])
        return names

    def update(self, config: str, *alarms: str, wait: int) -> None:
        """Begin a canary of a quarter, and wait until it takes traffic."""
        canary = {"Type": "CAPACITY_PERCENT", "Value": 25}
        routing = {"Type": "CANARY", "WaitIntervalInSeconds": wait, "CanarySize": canary}
        given: dict[str, Any] = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}
        if alarms:
            named = [{"AlarmName": name} for name in alarms]
            given["AutoRollbackConfiguration"] = {"Alarms": named}
        self.client("sagemaker").update_endpoint(
            EndpointName=_NAME, EndpointConfigName=config, DeploymentConfig=given
        )

        def baking() -> bool | None:
            (variant,) = self.described()["PendingDeploymentSummary"]["ProductionVariants"]
            (status,) = variant.get("VariantStatus") or [{"Status": ""}]
            return status["Status"] == "Baking" or None

        until(baking, "the canary takes traffic", 60)

    def described(self) -> dict[str, Any]:
        """Return the endpoint as it is now."""
        return dict(self.client("sagemaker").describe_endpoint(EndpointName=_NAME))

    def settled(self, config: str) -> None:
        """Wait until a configuration is in service."""

        def there() -> bool | None:
            found = self.described()
            if found["EndpointStatus"] in ("Creating", "Updating"):
                return None
            if (found["EndpointStatus"], found["EndpointConfigName"]) != ("InService", config):
                raise SystemExit(f"{config} must be in service, got {found}")
            return True

        until(there, f"{config} is in service", 120)

    def alarm_to_old(self, configs: tuple[str, str]) -> float:
        """Roll the first configuration out, let an alarm trip, and time the way back."""
        cloudwatch = self.client("cloudwatch")
        cloudwatch.put_metric_alarm(
            AlarmName=_NAME,
            Namespace="AWS/SageMaker",
            MetricName="Invocation5XXErrors",
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=0,
            Period=60,
            EvaluationPeriods=1,
            TreatMissingData="notBreaching",
        )
        self.update(configs[0], _NAME, wait=_AN_HOUR)
        cloudwatch.set_alarm_state(AlarmName=_NAME, StateValue="ALARM", StateReason="measured")
        started = time.perf_counter()
        self.settled(configs[1])
        return time.perf_counter() - started


def _packed(folder: Path) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    return held.getvalue()
