"""Which parameters of SageMaker pass a role to it."""

from __future__ import annotations

from twin.authorization.dependents.passed_roles_row import DOCS, Row

_PAGE = f"{DOCS}sagemaker/latest/dg/sagemaker-roles.html"


def _sagemaker(path: str, *operations: str) -> Row:
    return Row("sagemaker", operations, path, "sagemaker.amazonaws.com", _PAGE)


IN_SAGEMAKER = (
    _sagemaker(
        "RoleArn",
        "CreateAutoMLJob",
        "CreateAutoMLJobV2",
        "CreateCompilationJob",
        "CreateDataQualityJobDefinition",
        "CreateDeviceFleet",
        "CreateEdgePackagingJob",
        "CreateFeatureGroup",
        "CreateFlowDefinition",
        "CreateImage",
        "CreateInferenceExperiment",
        "CreateInferenceRecommendationsJob",
        "CreateLabelingJob",
        "CreateMlflowApp",
        "CreateMlflowTrackingServer",
        "CreateModelBiasJobDefinition",
        "CreateModelExplainabilityJobDefinition",
        "CreateModelQualityJobDefinition",
        "CreateNotebookInstance",
        "CreateOptimizationJob",
        "CreatePipeline",
        "CreateProcessingJob",
        "CreateTrainingJob",
        "RenderUiTemplate",
        "UpdateDeviceFleet",
        "UpdateImage",
        "UpdateNotebookInstance",
        "UpdatePipeline",
    ),
    _sagemaker("ExecutionRoleArn", "CreateEndpointConfig", "CreateModel", "CreatePartnerApp"),
    _sagemaker("TrainingJobDefinition.RoleArn", "CreateHyperParameterTuningJob"),
    _sagemaker("TrainingJobDefinitions.[].RoleArn", "CreateHyperParameterTuningJob"),
    _sagemaker(
        "MonitoringScheduleConfig.MonitoringJobDefinition.RoleArn",
        "CreateMonitoringSchedule",
        "UpdateMonitoringSchedule",
    ),
    _sagemaker("DefaultUserSettings.ExecutionRole", "CreateDomain", "UpdateDomain"),
    _sagemaker("DefaultSpaceSettings.ExecutionRole", "CreateDomain", "UpdateDomain"),
    _sagemaker(
        "DomainSettings.RStudioServerProDomainSettings.DomainExecutionRoleArn", "CreateDomain"
    ),
    _sagemaker(
        "DomainSettingsForUpdate.RStudioServerProDomainSettingsForUpdate.DomainExecutionRoleArn",
        "UpdateDomain",
    ),
    _sagemaker("UserSettings.ExecutionRole", "CreateUserProfile", "UpdateUserProfile"),
    _sagemaker("ValidationSpecification.ValidationRole", "CreateAlgorithm", "CreateModelPackage"),
    _sagemaker("InstanceGroups.[].ExecutionRole", "CreateCluster", "UpdateCluster"),
    _sagemaker("ClusterRole", "CreateCluster", "UpdateCluster"),
)
