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
  account         = { id = "333333333333", prefix = "acme-live", region = "eu-west-1" }
  boundary_arn    = "arn:aws:iam::333333333333:policy/acme-live-boundary-persona"
  organization_id = "o-a1b2c3d4e5"
  parameter_root  = "/acme/live"
  evidence = {
    bucket_name   = "acme-live-evidence-333333333333"
    key_alias_arn = "arn:aws:kms:eu-west-1:333333333333:alias/acme-live-evidence"
  }
  people_by_persona = {
    auditor         = ["omar"]
    platform-admin  = ["petra"]
    release-manager = ["rita"]
  }
  role_names = {
    auditor         = "acme-live-auditor"
    platform-admin  = "acme-live-platform-admin"
    release-manager = "acme-live-release-manager"
  }
  sign_in_role_arn = "arn:aws:iam::333333333333:role/acme-sign-in"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::111111111111:policy/acme-live-boundary-persona"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_bucket_name_with_a_wildcard" {
  command = plan

  variables {
    evidence = merge(var.evidence, { bucket_name = "acme-*" })
  }

  expect_failures = [var.evidence]
}

run "refuses_a_key_by_its_own_arn" {
  command = plan

  variables {
    evidence = merge(var.evidence, { key_alias_arn = "arn:aws:kms:eu-west-1:333333333333:key/11111111-1111-1111-1111-111111111111" })
  }

  expect_failures = [var.evidence]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_parameter_root_without_a_slash" {
  command = plan

  variables {
    parameter_root = "acme"
  }

  expect_failures = [var.parameter_root]
}

run "refuses_whoever_builds" {
  command = plan

  variables {
    people_by_persona = { lead = ["lena"] }
  }

  expect_failures = [var.people_by_persona]
}

run "refuses_everybody_as_a_persons_name" {
  command = plan

  variables {
    people_by_persona = { auditor = ["*"] }
  }

  expect_failures = [var.people_by_persona]
}

run "refuses_a_persona_without_a_role_name" {
  command = plan

  variables {
    role_names = { auditor = "acme-live-auditor" }
  }

  expect_failures = [var.role_names]
}

run "refuses_an_account_root_to_sign_in" {
  command = plan

  variables {
    sign_in_role_arn = "arn:aws:iam::333333333333:root"
  }

  expect_failures = [var.sign_in_role_arn]
}

run "refuses_a_tag_with_a_wildcard" {
  command = plan

  variables {
    sign_in_tag = "person*"
  }

  expect_failures = [var.sign_in_tag]
}
