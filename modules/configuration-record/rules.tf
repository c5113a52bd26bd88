# The rules, as data: the conformance packs of AWS for SageMaker AI and for the infrastructure that
# supports AI and machine learning, as far as they speak of what this platform lays out, and what
# control each of them watches. Identifiers are AWS's own.

locals {
  _sagemaker_pack = {
    sagemaker-app-image-config-tagged                   = { identifier = "SAGEMAKER_APP_IMAGE_CONFIG_TAGGED", controls = ["SMD-19"] }
    sagemaker-domain-in-vpc                             = { identifier = "SAGEMAKER_DOMAIN_IN_VPC", controls = ["SMD-01"] }
    sagemaker-domain-tagged                             = { identifier = "SAGEMAKER_DOMAIN_TAGGED", controls = ["SMD-19"] }
    sagemaker-endpoint-config-prod-instance-count       = { identifier = "SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT", controls = ["SME-10"] }
    sagemaker-endpoint-configuration-kms-key-configured = { identifier = "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED", controls = ["SME-07"] }
    sagemaker-feature-group-tagged                      = { identifier = "SAGEMAKER_FEATURE_GROUP_TAGGED", controls = ["SMD-19", "SME-20"] }
    sagemaker-image-description                         = { identifier = "SAGEMAKER_IMAGE_DESCRIPTION", controls = ["SME-28"] }
    sagemaker-image-tagged                              = { identifier = "SAGEMAKER_IMAGE_TAGGED", controls = ["SMD-19"] }
    sagemaker-model-in-vpc                              = { identifier = "SAGEMAKER_MODEL_IN_VPC", controls = ["SME-02"] }
    sagemaker-model-isolation-enabled                   = { identifier = "SAGEMAKER_MODEL_ISOLATION_ENABLED", controls = ["SME-01"] }
    sagemaker-notebook-instance-inside-vpc              = { identifier = "SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC", controls = ["SMN-03"] }
    sagemaker-notebook-instance-kms-key-configured      = { identifier = "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED", controls = ["SMN-05"] }
    sagemaker-notebook-instance-platform-version        = { identifier = "SAGEMAKER_NOTEBOOK_INSTANCE_PLATFORM_VERSION", controls = ["SMN-06"], parameters = { supportedPlatformIdentifierVersions = "notebook-al2023-v1" } }
    sagemaker-notebook-instance-root-access-check       = { identifier = "SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK", controls = ["SMN-04"] }
    sagemaker-notebook-no-direct-internet-access        = { identifier = "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS", controls = ["SMN-02"] }
    cloudtrail-s3-dataevents-enabled                    = { identifier = "CLOUDTRAIL_S3_DATAEVENTS_ENABLED", controls = ["S3-14", "LOG-02"] }
    s3-account-level-public-access-blocks-periodic      = { identifier = "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC", controls = ["S3-01"] }
    s3-bucket-acl-prohibited                            = { identifier = "S3_BUCKET_ACL_PROHIBITED", controls = ["S3-05"] }
    s3-bucket-level-public-access-prohibited            = { identifier = "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED", controls = ["S3-01"] }
    s3-bucket-logging-enabled                           = { identifier = "S3_BUCKET_LOGGING_ENABLED", controls = ["S3-06"] }
    s3-bucket-public-read-prohibited                    = { identifier = "S3_BUCKET_PUBLIC_READ_PROHIBITED", controls = ["S3-01"] }
    s3-bucket-public-write-prohibited                   = { identifier = "S3_BUCKET_PUBLIC_WRITE_PROHIBITED", controls = ["S3-01"] }
    s3-bucket-server-side-encryption-enabled            = { identifier = "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED", controls = ["S3-02"] }
    s3-bucket-ssl-requests-only                         = { identifier = "S3_BUCKET_SSL_REQUESTS_ONLY", controls = ["S3-04"] }
    s3-bucket-versioning-enabled                        = { identifier = "S3_BUCKET_VERSIONING_ENABLED", controls = ["S3-03"] }
    s3-default-encryption-kms                           = { identifier = "S3_DEFAULT_ENCRYPTION_KMS", controls = ["S3-02"] }
  }

  _infrastructure_pack = {
    cloud-trail-log-file-validation-enabled       = { identifier = "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED", controls = ["LOG-01"] }
    cloudtrail-enabled                            = { identifier = "CLOUD_TRAIL_ENABLED", controls = ["LOG-01"] }
    cloudtrail-s3-bucket-access-logging           = { identifier = "CLOUDTRAIL_S3_BUCKET_ACCESS_LOGGING", controls = ["LOG-01", "S3-06"] }
    cloudtrail-s3-bucket-public-access-prohibited = { identifier = "CLOUDTRAIL_S3_BUCKET_PUBLIC_ACCESS_PROHIBITED", controls = ["LOG-01", "S3-01"] }
    cloudtrail-security-trail-enabled             = { identifier = "CLOUDTRAIL_SECURITY_TRAIL_ENABLED", controls = ["LOG-01"] }
    cloudwatch-alarm-action-check                 = { identifier = "CLOUDWATCH_ALARM_ACTION_CHECK", controls = ["LOG-04"], parameters = { alarmActionRequired = "true", insufficientDataActionRequired = "false", okActionRequired = "false" } }
    cloudwatch-log-group-encrypted                = { identifier = "CLOUDWATCH_LOG_GROUP_ENCRYPTED", controls = ["LOG-03"] }
    cw-loggroup-retention-period-check            = { identifier = "CW_LOGGROUP_RETENTION_PERIOD_CHECK", controls = ["LOG-03"], parameters = { MinRetentionTime = "365" } }
    guardduty-enabled-centralized                 = { identifier = "GUARDDUTY_ENABLED_CENTRALIZED", controls = ["LOG-05"] }
    guardduty-lambda-protection-enabled           = { identifier = "GUARDDUTY_LAMBDA_PROTECTION_ENABLED", controls = ["LOG-05"] }
    guardduty-malware-protection-enabled          = { identifier = "GUARDDUTY_MALWARE_PROTECTION_ENABLED", controls = ["LOG-05"] }
    guardduty-non-archived-findings               = { identifier = "GUARDDUTY_NON_ARCHIVED_FINDINGS", controls = ["LOG-05"] }
    guardduty-runtime-monitoring-enabled          = { identifier = "GUARDDUTY_RUNTIME_MONITORING_ENABLED", controls = ["LOG-05"] }
    guardduty-s3-protection-enabled               = { identifier = "GUARDDUTY_S3_PROTECTION_ENABLED", controls = ["LOG-05"] }
    iam-external-access-analyzer-enabled          = { identifier = "IAM_EXTERNAL_ACCESS_ANALYZER_ENABLED", controls = ["IAM-14"] }
    iam-password-policy                           = { identifier = "IAM_PASSWORD_POLICY", controls = ["IAM-01"] }
    iam-policy-no-statements-with-admin-access    = { identifier = "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS", controls = ["IAM-04", "IAM-12"] }
    iam-root-access-key-check                     = { identifier = "IAM_ROOT_ACCESS_KEY_CHECK", controls = ["IAM-01"] }
    iam-user-mfa-enabled                          = { identifier = "IAM_USER_MFA_ENABLED", controls = ["IAM-01"] }
    iam-user-no-policies-check                    = { identifier = "IAM_USER_NO_POLICIES_CHECK", controls = ["IAM-01"] }
    kms-backing-key-rotation-enabled              = { identifier = "CMK_BACKING_KEY_ROTATION_ENABLED", controls = ["KMS-02"] }
    lambda-inside-vpc                             = { identifier = "LAMBDA_INSIDE_VPC", controls = ["LAM-01"] }
    securityhub-enabled                           = { identifier = "SECURITYHUB_ENABLED", controls = ["LOG-05"] }
    vpc-default-security-group-closed             = { identifier = "VPC_DEFAULT_SECURITY_GROUP_CLOSED", controls = ["NET-09"] }
    vpc-flow-logs-enabled                         = { identifier = "VPC_FLOW_LOGS_ENABLED", controls = ["NET-08"] }
    vpc-network-acl-unused-check                  = { identifier = "VPC_NETWORK_ACL_UNUSED_CHECK", controls = ["NET-09"] }
    vpc-sg-open-only-to-authorized-ports          = { identifier = "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", controls = ["NET-10"] }
  }

  _own = {
    ecr-private-image-scanning-enabled       = { identifier = "ECR_PRIVATE_IMAGE_SCANNING_ENABLED", controls = ["ECR-01"] }
    ecr-private-tag-immutability-enabled     = { identifier = "ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED", controls = ["ECR-01"] }
    lambda-dlq-check                         = { identifier = "LAMBDA_DLQ_CHECK", controls = ["LAM-01"] }
    lambda-function-public-access-prohibited = { identifier = "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED", controls = ["LAM-01"] }
    multi-region-cloudtrail-enabled          = { identifier = "MULTI_REGION_CLOUD_TRAIL_ENABLED", controls = ["LOG-01"] }
    no-unrestricted-route-to-igw             = { identifier = "NO_UNRESTRICTED_ROUTE_TO_IGW", controls = ["NET-01"] }
    sns-encrypted-kms                        = { identifier = "SNS_ENCRYPTED_KMS", controls = ["MSG-01"] }
  }

  managed_rules = merge([
    for pack, rules in {
      "SageMaker AI pack"              = local._sagemaker_pack
      "Supporting infrastructure pack" = local._infrastructure_pack
      "Beside the packs"               = local._own
      } : {
      for name, rule in rules : name => {
        controls   = rule.controls
        identifier = rule.identifier
        pack       = pack
        parameters = { for key, value in try(rule.parameters, {}) : key => value }
      }
    }
  ]...)

  written_rules = {
    sagemaker-endpoint-data-capture = {
      controls      = ["SME-08"]
      pack          = "SageMaker AI pack"
      resource_type = "AWS::SageMaker::EndpointConfig"
      policy        = <<-GUARD
        rule data_capture_is_on {
          configuration.DataCaptureConfig exists
          configuration.DataCaptureConfig.EnableCapture == true
            << Requests and answers must be captured: set DataCaptureConfig.EnableCapture. >>
        }
      GUARD
    }
    sagemaker-monitoring-active = {
      controls      = ["SME-17"]
      pack          = "SageMaker AI pack"
      resource_type = "AWS::SageMaker::MonitoringSchedule"
      policy        = <<-GUARD
        rule monitoring_is_scheduled {
          configuration.MonitoringScheduleStatus in ["Scheduled", "Running"]
            << A monitoring schedule must run: look at why it does not. >>
        }
      GUARD
    }
    guardduty-finding-frequency = {
      controls      = ["LOG-05"]
      pack          = "Supporting infrastructure pack"
      resource_type = "AWS::GuardDuty::Detector"
      policy        = <<-GUARD
        rule findings_are_told_every_quarter_of_an_hour {
          configuration.FindingPublishingFrequency == "FIFTEEN_MINUTES"
            << Findings must be told every fifteen minutes. >>
        }
      GUARD
    }
  }
}
