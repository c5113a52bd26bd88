# What records and watches. That nobody switches it off is said by a guardrail of the organisation.

locals {
  _audit_policies = {
    change-audit = [
      {
        sid = "ChangeAudit"
        actions = [
          "access-analyzer:CreateAnalyzer",
          "access-analyzer:DeleteAnalyzer",
          "access-analyzer:TagResource",
          "access-analyzer:UntagResource",
          "access-analyzer:UpdateAnalyzer",
          "cloudtrail:AddTags",
          "cloudtrail:CreateTrail",
          "cloudtrail:DeleteTrail",
          "cloudtrail:PutEventSelectors",
          "cloudtrail:RemoveTags",
          "cloudtrail:StartLogging",
          "cloudtrail:StopLogging",
          "cloudtrail:UpdateTrail",
          "config:DeleteConfigRule",
          "config:DeleteConfigurationRecorder",
          "config:PutConfigRule",
          "config:PutConfigurationRecorder",
          "config:StartConfigurationRecorder",
          "config:StopConfigurationRecorder",
          "config:TagResource",
          "config:UntagResource",
          "guardduty:DeleteDetector",
          "guardduty:TagResource",
          "guardduty:UntagResource",
          "guardduty:UpdateDetector",
          "macie2:CreateClassificationJob",
          "macie2:TagResource",
          "macie2:UntagResource",
          "macie2:UpdateClassificationJob",
          "securityhub:BatchDisableStandards",
          "securityhub:BatchEnableStandards",
          "securityhub:DisableSecurityHub",
          "securityhub:EnableSecurityHub",
          "securityhub:TagResource",
          "securityhub:UntagResource",
          "securityhub:UpdateSecurityHubConfiguration",
        ]
        resources = local._audit_arns
      },
      {
        sid = "SwitchAuditOn"
        actions = [
          "config:DeleteDeliveryChannel",
          "config:DeleteRetentionConfiguration",
          "config:PutDeliveryChannel",
          "config:PutRetentionConfiguration",
          "ecr:PutRegistryScanningConfiguration",
          "guardduty:CreateDetector",
          "inspector2:Disable",
          "inspector2:Enable",
          "macie2:DisableMacie",
          "macie2:EnableMacie",
          "macie2:UpdateMacieSession",
        ]
        resources = ["*"]
      },
    ]
  }
}
