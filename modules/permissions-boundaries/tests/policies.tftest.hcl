# What becomes of a document, rendered by the real provider on fake credentials.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  organization_id     = "o-a1b2c3d4e5"
  organization_prefix = "acme"
  regions             = ["eu-west-1", "eu-central-1"]

  documents = {
    delivery = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"DenyOtherRegions\",\"Effect\":\"Deny\",\"NotAction\":[\"sts:*\"],\"Resource\":\"*\",\"Condition\":{\"StringNotEquals\":{\"aws:RequestedRegion\":[\"<regions>\"]}}}]}"
    persona  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"DenyOutside\",\"Effect\":\"Deny\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\",\"Condition\":{\"StringNotEquals\":{\"aws:ResourceOrgID\":\"<organization-id>\"}}}]}"
    service  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowLogs\",\"Effect\":\"Allow\",\"Action\":\"logs:PutLogEvents\",\"Resource\":\"arn:<partition>:logs:<region>:<account-id>:log-group:/<prefix>-*\"}]}"
    workload = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowOwn\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:<partition>:s3:::<prefix>-$${aws:PrincipalTag/team}/*\"}]}"
  }
}

run "makes_a_policy_for_each_class_under_its_name" {
  command = plan

  assert {
    condition     = { for class, policy in aws_iam_policy.this : class => policy.name } == { delivery = "acme-lab-boundary-delivery", persona = "acme-lab-boundary-persona", service = "acme-lab-boundary-service", workload = "acme-lab-boundary-workload" }
    error_message = "Each class must have its policy."
  }

  assert {
    condition     = output.arns.workload == "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
    error_message = "The ARN must be known before the policy exists."
  }
}

run "replaces_every_token" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_policy.this["service"].policy).Statement[0].Resource == "arn:aws:logs:eu-west-1:111111111111:log-group:/acme-*"
    error_message = "Account, region, partition and prefix must be written out."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.this["persona"].policy).Statement[0].Condition.StringNotEquals["aws:ResourceOrgID"] == "o-a1b2c3d4e5"
    error_message = "The organisation must be written out."
  }

  assert {
    condition     = jsondecode(aws_iam_policy.this["delivery"].policy).Statement[0].Condition.StringNotEquals["aws:RequestedRegion"] == ["eu-central-1", "eu-west-1"]
    error_message = "The list of regions must take the place of its token."
  }
}

run "leaves_policy_variables_to_aws" {
  command = plan

  assert {
    condition     = strcontains(aws_iam_policy.this["workload"].policy, "$${aws:PrincipalTag/team}")
    error_message = "A policy variable must stay as it is."
  }
}
