# Every rule about an input refuses what breaks it.

# A refusal needs no policy: the mocked provider renders none, and starts in a fraction of the time.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
      minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  organization_id     = "o-a1b2c3d4e5"
  organization_prefix = "acme"
  regions             = ["eu-central-1", "eu-west-1"]

  documents = {
    delivery = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowBuilds\",\"Effect\":\"Allow\",\"Action\":\"codebuild:StartBuild\",\"Resource\":\"*\"}]}"
    persona  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowRuns\",\"Effect\":\"Allow\",\"Action\":\"sagemaker:StartPipelineExecution\",\"Resource\":\"*\"}]}"
    service  = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowLogs\",\"Effect\":\"Allow\",\"Action\":\"logs:PutLogEvents\",\"Resource\":\"*\"}]}"
    workload = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"AllowData\",\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:<partition>:s3:::<prefix>-*\"}]}"
  }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_class_that_does_not_exist" {
  command = plan

  variables {
    documents = merge(var.documents, { everybody = var.documents.persona })
  }

  expect_failures = [var.documents]
}

run "refuses_to_leave_a_class_out" {
  command = plan

  variables {
    documents = { persona = var.documents.persona }
  }

  expect_failures = [var.documents]
}

run "refuses_a_document_that_is_no_json" {
  command = plan

  variables {
    documents = merge(var.documents, { persona = "{" })
  }

  expect_failures = [var.documents]
}

run "refuses_an_older_version_of_the_language" {
  command = plan

  variables {
    documents = merge(var.documents, { persona = replace(var.documents.persona, "2012-10-17", "2008-10-17") })
  }

  expect_failures = [var.documents]
}

run "refuses_a_statement_without_a_sid" {
  command = plan

  variables {
    documents = merge(var.documents, { persona = replace(var.documents.persona, "\"Sid\":\"AllowRuns\",", "") })
  }

  expect_failures = [var.documents]
}

run "refuses_a_whole_service" {
  command = plan

  variables {
    documents = merge(var.documents, { workload = replace(var.documents.workload, "s3:GetObject", "s3:*") })
  }

  expect_failures = [var.documents]
}

run "refuses_a_family_of_sagemakers_actions" {
  command = plan

  variables {
    documents = merge(var.documents, { persona = replace(var.documents.persona, "sagemaker:StartPipelineExecution", "sagemaker:Describe*") })
  }

  expect_failures = [var.documents]
}

run "refuses_a_document_that_is_longer_than_aws_takes" {
  command = plan

  variables {
    documents = merge(var.documents, { persona = replace(var.documents.persona, "AllowRuns", format("Allow%s", join("", [for number in range(1000) : "RunRunRun"]))) })
  }

  expect_failures = [aws_iam_policy.this]
}

run "refuses_a_token_that_it_does_not_know" {
  command = plan

  variables {
    documents = merge(var.documents, { workload = replace(var.documents.workload, "<prefix>", "<team>") })
  }

  expect_failures = [aws_iam_policy.this]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    organization_prefix = "ac*"
  }

  expect_failures = [var.organization_prefix]
}

run "refuses_to_allow_no_region" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}

run "refuses_a_pattern_of_regions" {
  command = plan

  variables {
    regions = ["eu-*", "eu-west-1"]
  }

  expect_failures = [var.regions]
}

run "refuses_regions_without_the_accounts_own" {
  command = plan

  variables {
    regions = ["eu-central-1"]
  }

  expect_failures = [var.regions]
}
