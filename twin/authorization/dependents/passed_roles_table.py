"""Which parameters pass a role, and to which service."""

from __future__ import annotations

from dataclasses import dataclass

_DOCS = "https://docs.aws.amazon.com/"
_SAGEMAKER = f"{_DOCS}sagemaker/latest/dg/sagemaker-roles.html"


@dataclass(frozen=True)
class Row:
    """A parameter of some operations that names a role.

    ``api`` and ``operations`` are botocore's names; in ``path`` are members, ``[]`` for the items
    of a list, ``{}`` for the values of a map, and ``$`` where a text holds JSON. ``service`` is
    the principal that will take the role; ``page`` documents it.
    """

    api: str
    operations: tuple[str, ...]
    path: str
    service: str
    page: str


def _sagemaker(path: str, *operations: str) -> Row:
    return Row("sagemaker", operations, path, "sagemaker.amazonaws.com", _SAGEMAKER)


_IN_SAGEMAKER = (
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

_IN_BUILDS = (
    *(
        Row(
            "codebuild",
            operations,
            path,
            "codebuild.amazonaws.com",
            f"{_DOCS}codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html",
        )
        for path, operations in (
            ("serviceRole", ("CreateProject", "UpdateProject")),
            ("buildBatchConfig.serviceRole", ("CreateProject", "UpdateProject")),
            ("serviceRoleOverride", ("StartBuild", "StartBuildBatch")),
            ("buildBatchConfigOverride.serviceRole", ("StartBuildBatch",)),
            ("fleetServiceRole", ("CreateFleet", "UpdateFleet")),
        )
    ),
    Row(
        "codepipeline",
        ("CreatePipeline", "UpdatePipeline"),
        "pipeline.roleArn",
        "codepipeline.amazonaws.com",
        f"{_DOCS}codepipeline/latest/userguide/security-iam-permissions-console-logs.html",
    ),
    Row(
        "lambda",
        ("CreateFunction", "UpdateFunctionConfiguration"),
        "Role",
        "lambda.amazonaws.com",
        f"{_DOCS}lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    Row(
        "cloudformation",
        (
            "ContinueUpdateRollback",
            "CreateChangeSet",
            "CreateStack",
            "DeleteStack",
            "RollbackStack",
            "UpdateStack",
        ),
        "RoleARN",
        "cloudformation.amazonaws.com",
        f"{_DOCS}AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html",
    ),
    Row(
        "servicecatalog",
        ("CreateConstraint", "UpdateConstraint"),
        "Parameters.$.RoleArn",
        "servicecatalog.amazonaws.com",
        f"{_DOCS}servicecatalog/latest/adminguide/constraints-launch.html",
    ),
    Row(
        "stepfunctions",
        ("CreateStateMachine", "UpdateStateMachine"),
        "roleArn",
        "states.amazonaws.com",
        f"{_DOCS}step-functions/latest/dg/procedure-create-iam-role.html",
    ),
)

_IN_EVENTS = (
    *(
        Row(
            "events",
            operations,
            path,
            "events.amazonaws.com",
            f"{_DOCS}eventbridge/latest/userguide/eb-use-identity-based.html",
        )
        for path, operations in (
            ("RoleArn", ("CreateEndpoint", "PutRule", "UpdateEndpoint")),
            ("Targets.[].RoleArn", ("PutTargets",)),
        )
    ),
    Row(
        "scheduler",
        ("CreateSchedule", "UpdateSchedule"),
        "Target.RoleArn",
        "scheduler.amazonaws.com",
        f"{_DOCS}scheduler/latest/UserGuide/setting-up.html",
    ),
    Row(
        "pipes",
        ("CreatePipe", "UpdatePipe"),
        "RoleArn",
        "pipes.amazonaws.com",
        f"{_DOCS}eventbridge/latest/userguide/eb-pipes-permissions.html",
    ),
    *(
        Row(
            "sns",
            ("CreateTopic", "SetTopicAttributes"),
            path,
            "sns.amazonaws.com",
            f"{_DOCS}sns/latest/dg/sns-topic-attributes.html",
        )
        for path in (
            f"Attributes.{kind}{result}FeedbackRoleArn"
            for kind in ("Application", "Firehose", "HTTP", "Lambda", "SQS")
            for result in ("Failure", "Success")
        )
    ),
    Row(
        "sns",
        ("Subscribe",),
        "Attributes.SubscriptionRoleArn",
        "sns.amazonaws.com",
        f"{_DOCS}sns/latest/dg/prereqs-kinesis-data-firehose.html",
    ),
)

_IN_RECORDS = (
    Row(
        "cloudtrail",
        ("CreateTrail", "UpdateTrail"),
        "CloudWatchLogsRoleArn",
        "cloudtrail.amazonaws.com",
        f"{_DOCS}awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
    ),
    Row(
        "config",
        ("PutConfigurationRecorder",),
        "ConfigurationRecorder.roleARN",
        "config.amazonaws.com",
        f"{_DOCS}config/latest/developerguide/iamrole-permissions.html",
    ),
    Row(
        "config",
        ("PutConfigurationAggregator",),
        "OrganizationAggregationSource.RoleArn",
        "config.amazonaws.com",
        f"{_DOCS}config/latest/developerguide/aggregated-create.html",
    ),
    Row(
        "config",
        ("PutRemediationConfigurations",),
        "RemediationConfigurations.[].Parameters.AutomationAssumeRole.StaticValue.Values.[]",
        "ssm.amazonaws.com",
        f"{_DOCS}config/latest/developerguide/remediation.html",
    ),
    *(
        Row(
            "logs",
            (operation,),
            "roleArn",
            "logs.amazonaws.com",
            f"{_DOCS}AmazonCloudWatch/latest/logs/Subscriptions.html",
        )
        for operation in ("PutDestination", "PutSubscriptionFilter")
    ),
    Row(
        "ec2",
        ("CreateFlowLogs",),
        "DeliverLogsPermissionArn",
        "vpc-flow-logs.amazonaws.com",
        f"{_DOCS}vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    Row(
        "ec2",
        ("CreateFlowLogs",),
        "DeliverCrossAccountRole",
        "vpc-flow-logs.amazonaws.com",
        f"{_DOCS}vpc/latest/userguide/flow-logs-firehose.html",
    ),
)

_IN_STORES = (
    Row(
        "s3",
        ("PutBucketReplication",),
        "ReplicationConfiguration.Role",
        "s3.amazonaws.com",
        f"{_DOCS}AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
    ),
    Row(
        "s3control",
        ("CreateJob",),
        "RoleArn",
        "batchoperations.s3.amazonaws.com",
        f"{_DOCS}AmazonS3/latest/userguide/batch-ops-iam-role-policies.html",
    ),
    Row(
        "ecr",
        ("CreateRepositoryCreationTemplate", "UpdateRepositoryCreationTemplate"),
        "customRoleArn",
        "ecr.amazonaws.com",
        f"{_DOCS}AmazonECR/latest/userguide/repository-creation-templates-iam.html",
    ),
    Row(
        "glue",
        ("CreateCrawler", "CreateJob", "UpdateCrawler"),
        "Role",
        "glue.amazonaws.com",
        f"{_DOCS}glue/latest/dg/configure-iam-for-glue.html",
    ),
    Row(
        "glue",
        ("UpdateJob",),
        "JobUpdate.Role",
        "glue.amazonaws.com",
        f"{_DOCS}glue/latest/dg/configure-iam-for-glue.html",
    ),
)

_PROFILES = ("AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation", "RunInstances")
_IN_HOSTS = (
    Row(
        "iam",
        ("AddRoleToInstanceProfile",),
        "RoleName",
        "ec2.amazonaws.com",
        f"{_DOCS}IAM/latest/APIReference/API_AddRoleToInstanceProfile.html",
    ),
    *(
        Row(
            "ec2",
            operations,
            path,
            "ec2.amazonaws.com",
            f"{_DOCS}AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html",
        )
        for path, operations in (
            (f"IamInstanceProfile.{name}", _PROFILES) for name in ("Arn", "Name")
        )
    ),
    Row(
        "ssm",
        ("StartAutomationExecution",),
        "Parameters.AutomationAssumeRole.[]",
        "ssm.amazonaws.com",
        f"{_DOCS}systems-manager/latest/userguide/automation-setup-iam.html",
    ),
    *(
        Row(
            "ecs",
            ("RegisterTaskDefinition",),
            path,
            "ecs-tasks.amazonaws.com",
            f"{_DOCS}AmazonECS/latest/developerguide/task-iam-roles.html",
        )
        for path in ("executionRoleArn", "taskRoleArn")
    ),
)

ROLES = (
    *_IN_SAGEMAKER,
    *_IN_BUILDS,
    *_IN_EVENTS,
    *_IN_RECORDS,
    *_IN_STORES,
    *_IN_HOSTS,
)
