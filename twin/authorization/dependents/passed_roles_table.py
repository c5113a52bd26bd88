"""Which parameters pass a role, and to which service."""

from __future__ import annotations

from twin.authorization.dependents.passed_roles_row import DOCS, Row
from twin.authorization.dependents.passed_roles_sagemaker import IN_SAGEMAKER

_IN_BUILDS = (
    *(
        Row(
            "codebuild",
            operations,
            path,
            "codebuild.amazonaws.com",
            f"{DOCS}codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html",
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
        f"{DOCS}codepipeline/latest/userguide/security-iam-permissions-console-logs.html",
    ),
    Row(
        "lambda",
        ("CreateFunction", "UpdateFunctionConfiguration"),
        "Role",
        "lambda.amazonaws.com",
        f"{DOCS}lambda/latest/dg/lambda-intro-execution-role.html",
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
        f"{DOCS}AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html",
    ),
    Row(
        "servicecatalog",
        ("CreateConstraint", "UpdateConstraint"),
        "Parameters.$.RoleArn",
        "servicecatalog.amazonaws.com",
        f"{DOCS}servicecatalog/latest/adminguide/constraints-launch.html",
    ),
    Row(
        "stepfunctions",
        ("CreateStateMachine", "UpdateStateMachine"),
        "roleArn",
        "states.amazonaws.com",
        f"{DOCS}step-functions/latest/dg/procedure-create-iam-role.html",
    ),
)

_IN_EVENTS = (
    *(
        Row(
            "events",
            operations,
            path,
            "events.amazonaws.com",
            f"{DOCS}eventbridge/latest/userguide/eb-use-identity-based.html",
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
        f"{DOCS}scheduler/latest/UserGuide/setting-up.html",
    ),
    Row(
        "pipes",
        ("CreatePipe", "UpdatePipe"),
        "RoleArn",
        "pipes.amazonaws.com",
        f"{DOCS}eventbridge/latest/userguide/eb-pipes-permissions.html",
    ),
    *(
        Row(
            "sns",
            ("CreateTopic", "SetTopicAttributes"),
            path,
            "sns.amazonaws.com",
            f"{DOCS}sns/latest/dg/sns-topic-attributes.html",
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
        f"{DOCS}sns/latest/dg/prereqs-kinesis-data-firehose.html",
    ),
)

_IN_RECORDS = (
    Row(
        "cloudtrail",
        ("CreateTrail", "UpdateTrail"),
        "CloudWatchLogsRoleArn",
        "cloudtrail.amazonaws.com",
        f"{DOCS}awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
    ),
    Row(
        "config",
        ("PutConfigurationRecorder",),
        "ConfigurationRecorder.roleARN",
        "config.amazonaws.com",
        f"{DOCS}config/latest/developerguide/iamrole-permissions.html",
    ),
    Row(
        "config",
        ("PutConfigurationAggregator",),
        "OrganizationAggregationSource.RoleArn",
        "config.amazonaws.com",
        f"{DOCS}config/latest/developerguide/aggregated-create.html",
    ),
    Row(
        "config",
        ("PutRemediationConfigurations",),
        "RemediationConfigurations.[].Parameters.AutomationAssumeRole.StaticValue.Values.[]",
        "ssm.amazonaws.com",
        f"{DOCS}config/latest/developerguide/remediation.html",
    ),
    *(
        Row(
            "logs",
            (operation,),
            "roleArn",
            "logs.amazonaws.com",
            f"{DOCS}AmazonCloudWatch/latest/logs/Subscriptions.html",
        )
        for operation in ("PutDestination", "PutSubscriptionFilter")
    ),
    Row(
        "ec2",
        ("CreateFlowLogs",),
        "DeliverLogsPermissionArn",
        "vpc-flow-logs.amazonaws.com",
        f"{DOCS}vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    Row(
        "ec2",
        ("CreateFlowLogs",),
        "DeliverCrossAccountRole",
        "vpc-flow-logs.amazonaws.com",
        f"{DOCS}vpc/latest/userguide/flow-logs-firehose.html",
    ),
)

_IN_STORES = (
    Row(
        "s3",
        ("PutBucketReplication",),
        "ReplicationConfiguration.Role",
        "s3.amazonaws.com",
        f"{DOCS}AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
    ),
    Row(
        "s3control",
        ("CreateJob",),
        "RoleArn",
        "batchoperations.s3.amazonaws.com",
        f"{DOCS}AmazonS3/latest/userguide/batch-ops-iam-role-policies.html",
    ),
    Row(
        "ecr",
        ("CreateRepositoryCreationTemplate", "UpdateRepositoryCreationTemplate"),
        "customRoleArn",
        "ecr.amazonaws.com",
        f"{DOCS}AmazonECR/latest/userguide/repository-creation-templates-iam.html",
    ),
    Row(
        "glue",
        ("CreateCrawler", "CreateJob", "UpdateCrawler"),
        "Role",
        "glue.amazonaws.com",
        f"{DOCS}glue/latest/dg/configure-iam-for-glue.html",
    ),
    Row(
        "glue",
        ("UpdateJob",),
        "JobUpdate.Role",
        "glue.amazonaws.com",
        f"{DOCS}glue/latest/dg/configure-iam-for-glue.html",
    ),
)

_PROFILES = ("AssociateIamInstanceProfile", "ReplaceIamInstanceProfileAssociation", "RunInstances")
_IN_HOSTS = (
    Row(
        "iam",
        ("AddRoleToInstanceProfile",),
        "RoleName",
        "ec2.amazonaws.com",
        f"{DOCS}IAM/latest/APIReference/API_AddRoleToInstanceProfile.html",
    ),
    *(
        Row(
            "ec2",
            operations,
            path,
            "ec2.amazonaws.com",
            f"{DOCS}AWSEC2/latest/UserGuide/permission-to-pass-iam-roles.html",
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
        f"{DOCS}systems-manager/latest/userguide/automation-setup-iam.html",
    ),
    *(
        Row(
            "ecs",
            ("RegisterTaskDefinition",),
            path,
            "ecs-tasks.amazonaws.com",
            f"{DOCS}AmazonECS/latest/developerguide/task-iam-roles.html",
        )
        for path in ("executionRoleArn", "taskRoleArn")
    ),
)

ROLES = (
    *IN_SAGEMAKER,
    *_IN_BUILDS,
    *_IN_EVENTS,
    *_IN_RECORDS,
    *_IN_STORES,
    *_IN_HOSTS,
)
