# What is made of policies and targets, and what AWS's limits refuse.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  prefix  = "acme"
  targets = { production = "ou-a1b2-c3d4e5f6" }

  policies = {
    membership = {
      content     = "{\"Statement\":[{\"Action\":\"organizations:LeaveOrganization\",\"Effect\":\"Deny\",\"Resource\":\"*\",\"Sid\":\"DenyLeavingOrganization\"}],\"Version\":\"2012-10-17\"}"
      description = "An account stays in the organisation."
      targets     = ["production"]
      type        = "SERVICE_CONTROL_POLICY"
    }
  }
}

run "makes_each_policy_once_and_attaches_it_to_each_target" {
  command = plan

  variables {
    targets = { production = "ou-a1b2-c3d4e5f6", staging = "ou-a1b2-d3d4e5f6" }
    policies = {
      membership = merge(var.policies.membership, { targets = ["production", "staging"] })
    }
  }

  assert {
    condition     = aws_organizations_policy.this["membership"].name == "acme-membership"
    error_message = "A policy must carry the organisation's prefix."
  }

  assert {
    condition     = aws_organizations_policy.this["membership"].content == var.policies.membership.content
    error_message = "What is written must be what AWS gets."
  }

  assert {
    condition = {
      for name, attachment in aws_organizations_policy_attachment.this : name => attachment.target_id
      } == {
      "membership/production" = "ou-a1b2-c3d4e5f6"
      "membership/staging"    = "ou-a1b2-d3d4e5f6"
    }
    error_message = "A policy must be attached to every target that it names, and to no other."
  }
}

run "attaches_nothing_to_a_target_that_no_policy_names" {
  command = plan

  variables {
    targets = { production = "ou-a1b2-c3d4e5f6", staging = "ou-a1b2-d3d4e5f6" }
  }

  assert {
    condition     = keys(aws_organizations_policy_attachment.this) == ["membership/production"]
    error_message = "Only the named target may get the policy."
  }
}

run "refuses_a_policy_that_is_longer_than_aws_takes" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, {
        content = jsonencode({ Statement = [], Version = format("%05100d", 0) })
      })
    }
  }

  expect_failures = [aws_organizations_policy.this]
}

run "refuses_a_fifth_service_control_policy_at_a_target" {
  command = plan

  variables {
    policies = { for number in range(5) : "part-${number}" => var.policies.membership }
  }

  expect_failures = [aws_organizations_policy.this]
}

run "takes_four_service_control_policies_at_a_target" {
  command = plan

  variables {
    policies = { for number in range(4) : "part-${number}" => var.policies.membership }
  }

  assert {
    condition     = length(aws_organizations_policy_attachment.this) == 4
    error_message = "FullAWSAccess is the fifth; four are ours."
  }
}
