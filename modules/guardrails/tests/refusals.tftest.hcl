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

run "refuses_a_name_that_is_no_name" {
  command = plan

  variables {
    policies = {
      Membership = merge(var.policies.membership, {})
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_type_that_does_not_exist" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { type = "BACKUP_POLICY" })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_policy_that_does_not_say_what_it_is_for" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { description = "" })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_content_with_white_space" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { content = "{ \"Statement\": [] }" })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_token_that_is_left" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { content = jsonencode({ Statement = [], Version = "<prefix>" }) })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_statement_that_allows" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { content = jsonencode({ Statement = [{ Effect = "Allow", Sid = "AllowAll" }] }) })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_sid_that_occurs_twice" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { content = jsonencode({ Statement = [{ Effect = "Deny", Sid = "Deny" }, { Effect = "Deny", Sid = "Deny" }] }) })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_target_that_is_not_named" {
  command = plan

  variables {
    policies = {
      membership = merge(var.policies.membership, { targets = ["staging"] })
    }
  }

  expect_failures = [var.policies]
}

run "refuses_a_prefix_that_is_too_long" {
  command = plan

  variables {
    prefix = "acme-corporation"
  }

  expect_failures = [var.prefix]
}

run "refuses_the_root_as_a_target" {
  command = plan

  variables {
    targets = { production = "r-a1b2" }
  }

  expect_failures = [var.targets]
}

run "refuses_one_unit_twice" {
  command = plan

  variables {
    targets = { production = "ou-a1b2-c3d4e5f6", staging = "ou-a1b2-c3d4e5f6" }
  }

  expect_failures = [var.targets]
}
