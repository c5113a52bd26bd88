"""SageMaker with its runtime, feature store and metrics, which share one prefix.

https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.authorization.actions import template
from twin.authorization.actions.service import Pair, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

_PLACES = {
    # An application belongs to a profile or to a space.
    "app/UserProfileName": ("UserProfileName", "SpaceName"),
    "AutoMLJobJobName": ("AutoMLJobName",),
    "ClusterId": ("ClusterName",),
    "HashOfArtifactSource": ("ArtifactArn",),
    "ExportJobName": ("ModelCardExportJobName",),
    "MonitoringScheduleAlertName": ("MonitoringAlertName",),
    "DataQualityJobDefinitionName": ("JobDefinitionName",),
    "ModelBiasJobDefinitionName": ("JobDefinitionName",),
    "ModelExplainabilityJobDefinitionName": ("JobDefinitionName",),
    "ModelQualityJobDefinitionName": ("JobDefinitionName",),
    "MlflowTrackingServerName": ("TrackingServerName",),
}
_NEW = frozenset(
    "DomainId ClusterSchedulerConfigId ComputeQuotaId RandomString HashOfArtifactSource AppId "
    "MLflowAppId".split()
)


def sagemaker() -> Service:
    """Return the table of SageMaker."""
    return Service(
        "sagemaker",
        places=_PLACES,
        kinds={
            "model-package": _packages,
            "pipeline-execution": _execution,
        },
        about={"CreateModelPackage": ("model-package",), "ListModelPackages": ("model-package",)},
        entries={
            "BatchDescribeModelPackage": _batch_describe,
            "DeleteApp": _app,
            "DescribeApp": _app,
        },
        new=_NEW,
    )


def runtime() -> Service:
    """Return the table of the runtime."""
    return Service("sagemaker")


def feature_store() -> Service:
    """Return the table of the feature store's runtime."""
    return Service("sagemaker", places={"FeatureGroupName": ("Identifiers[].FeatureGroupName",)})


def metrics() -> Service:
    """Return the table of metrics, whose requests are about a component of a trial."""
    places = {"TrialComponentName": ("TrialComponentName", "MetricQueries[].ResourceArn")}
    about = dict.fromkeys(("BatchPutMetrics", "BatchGetMetrics"), ("experiment-trial-component",))
    return Service("sagemaker", places=places, about=about)


def _place(call: Call) -> str:
    return f"arn:{template.partition_of(call.region)}:sagemaker:{call.region}:{call.account_id}"


def _packages(_twin: Twin, call: Call) -> tuple[str, ...]:
    """Return the ARNs of versions; of a group's versions where only the group is named.

    https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version.html
    """
    given = call.parameters
    name = given.get("ModelPackageArn") or given.get("ModelPackageName")
    if name:
        return (_of_kind(call, str(name), "model-package"),)
    group = given.get("ModelPackageGroupName")
    if not group:
        return ()
    arn = _of_kind(call, str(group), "model-package-group")
    return (arn.replace(":model-package-group/", ":model-package/", 1) + "/" + template.ANY,)


def _of_kind(call: Call, name: str, kind: str) -> str:
    arn = name if name.startswith("arn:") else f"{_place(call)}:{kind}/{name}"
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[2] != "sagemaker" or not parts[5].startswith(f"{kind}/"):
        raise UnknownAction(call.service, call.operation, f"no ARN of a {kind}: {name}")
    return arn


def _batch_describe(_twin: Twin, call: Call) -> list[Pair]:
    names = call.parameters.get("ModelPackageArnList") or []
    action = "sagemaker:BatchDescribeModelPackage"
    return [(action, _of_kind(call, str(name), "model-package")) for name in names]


def _execution(_twin: Twin, call: Call) -> tuple[str, ...]:
    arn = call.parameters.get("PipelineExecutionArn")
    return (_of_kind(call, str(arn), "pipeline"),) if arn else ()


def _app(_twin: Twin, call: Call) -> list[Pair]:
    given = call.parameters
    owner = given.get("UserProfileName") or given.get("SpaceName") or template.ANY
    end = f"{given.get('DomainId')}/{owner}/{given.get('AppType')}/{given.get('AppName')}"
    return [(f"sagemaker:{call.operation}", f"{_place(call)}:app/{end}")]
