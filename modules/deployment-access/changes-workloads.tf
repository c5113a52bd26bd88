# What works in the account: builds, promotions, announcements, Studio, the registry.

locals {
  _workload_policies = {
    change-workloads = [
      {
        sid = "ChangeDelivery"
        actions = [
          "codebuild:CreateProject",
          "codebuild:DeleteProject",
          "codebuild:UpdateProject",
          "codepipeline:CreatePipeline",
          "codepipeline:DeletePipeline",
          "codepipeline:TagResource",
          "codepipeline:UntagResource",
          "codepipeline:UpdatePipeline",
          "events:DeleteRule",
          "events:DisableRule",
          "events:EnableRule",
          "events:PutRule",
          "events:PutTargets",
          "events:RemoveTargets",
          "events:TagResource",
          "events:UntagResource",
          "sns:CreateTopic",
          "sns:DeleteTopic",
          "sns:SetTopicAttributes",
          "sns:Subscribe",
          "sns:TagResource",
          "sns:UntagResource",
          "sqs:CreateQueue",
          "sqs:DeleteQueue",
          "sqs:SetQueueAttributes",
          "sqs:TagQueue",
          "sqs:UntagQueue",
        ]
        resources = local._delivery_arns
      },
      {
        sid       = "EndSubscriptions"
        actions   = ["sns:SetSubscriptionAttributes", "sns:Unsubscribe"]
        resources = ["*"]
      },
      {
        sid = "ChangeLogsAndAlarms"
        actions = [
          "cloudwatch:DeleteAlarms",
          "cloudwatch:PutMetricAlarm",
          "cloudwatch:TagResource",
          "cloudwatch:UntagResource",
          "logs:AssociateKmsKey",
          "logs:CreateLogGroup",
          "logs:DeleteLogGroup",
          "logs:DeleteMetricFilter",
          "logs:DisassociateKmsKey",
          "logs:PutMetricFilter",
          "logs:PutRetentionPolicy",
          "logs:TagResource",
          "logs:UntagResource",
        ]
        resources = local._log_arns
      },
      {
        sid = "ChangeStudioAndRegistry"
        actions = [
          "sagemaker:AddTags",
          "sagemaker:CreateDomain",
          "sagemaker:CreateModelPackageGroup",
          "sagemaker:CreateStudioLifecycleConfig",
          "sagemaker:CreateUserProfile",
          "sagemaker:DeleteApp",
          "sagemaker:DeleteDomain",
          "sagemaker:DeleteModelPackage",
          "sagemaker:DeleteModelPackageGroup",
          "sagemaker:DeleteModelPackageGroupPolicy",
          "sagemaker:DeleteSpace",
          "sagemaker:DeleteStudioLifecycleConfig",
          "sagemaker:DeleteTags",
          "sagemaker:DeleteUserProfile",
          "sagemaker:PutModelPackageGroupPolicy",
          "sagemaker:UpdateDomain",
          "sagemaker:UpdateUserProfile",
        ]
        resources = local._sagemaker_arns
      },
      {
        # Before an account goes; what serves is made and changed by releases alone.
        sid = "EndServing"
        actions = [
          "sagemaker:DeleteEndpoint",
          "sagemaker:DeleteEndpointConfig",
          "sagemaker:DeleteModel",
        ]
        resources = local._serving_arns
      },
      {
        sid = "ChangeFunctions"
        actions = [
          "lambda:AddPermission",
          "lambda:CreateFunction",
          "lambda:DeleteFunction",
          "lambda:DeleteFunctionConcurrency",
          "lambda:DeleteFunctionEventInvokeConfig",
          "lambda:PutFunctionConcurrency",
          "lambda:PutFunctionEventInvokeConfig",
          "lambda:RemovePermission",
          "lambda:TagResource",
          "lambda:UntagResource",
          "lambda:UpdateFunctionCode",
          "lambda:UpdateFunctionConfiguration",
          "lambda:UpdateFunctionEventInvokeConfig",
        ]
        resources = local._function_arns
      },
    ]
  }
}
