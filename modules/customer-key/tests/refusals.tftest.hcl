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
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  administrators  = ["arn:aws:iam::111111111111:role/acme-administrator"]
  organization_id = "o-a1b2c3d4e5"
  purpose         = "data"
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_key_without_an_administrator" {
  command = plan

  variables {
    administrators = []
  }

  expect_failures = [var.administrators]
}

run "refuses_an_account_root_as_administrator" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::111111111111:root"]
  }

  expect_failures = [var.administrators]
}

run "refuses_an_administrator_of_another_account" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::222222222222:role/acme-administrator"]
  }

  expect_failures = [var.administrators]
}

run "refuses_an_inspector_of_another_account" {
  command = plan

  variables {
    inspectors = ["arn:aws:iam::222222222222:role/acme-auditor"]
  }

  expect_failures = [var.inspectors]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_purpose_that_is_an_alias" {
  command = plan

  variables {
    purpose = "alias/data"
  }

  expect_failures = [var.purpose]
}

run "refuses_a_service_with_a_name_in_capitals" {
  command = plan

  variables {
    services = { Logs = { principal = "logs.eu-west-1.amazonaws.com" } }
  }

  expect_failures = [var.services]
}

run "refuses_every_service_at_once" {
  command = plan

  variables {
    services = { all = { principal = "*" } }
  }

  expect_failures = [var.services]
}

run "refuses_a_service_that_administers" {
  command = plan

  variables {
    services = { logs = { principal = "logs.eu-west-1.amazonaws.com", access = "admin" } }
  }

  expect_failures = [var.services]
}

run "refuses_an_encryption_context_of_another_account" {
  command = plan

  variables {
    services = {
      logs = {
        principal          = "logs.eu-west-1.amazonaws.com"
        encryption_context = { "aws:logs:arn" = ["arn:aws:logs:eu-west-1:222222222222:log-group:*"] }
      }
    }
  }

  expect_failures = [var.services]
}

run "refuses_an_encryption_context_without_a_pattern" {
  command = plan

  variables {
    services = {
      logs = {
        principal          = "logs.eu-west-1.amazonaws.com"
        encryption_context = { "aws:logs:arn" = [] }
      }
    }
  }

  expect_failures = [var.services]
}

run "refuses_a_user_with_a_name_in_capitals" {
  command = plan

  variables {
    users = { Jobs = { role_arns = ["arn:aws:iam::111111111111:role/acme-lab-training"] } }
  }

  expect_failures = [var.users]
}

run "refuses_a_grant_to_nobody" {
  command = plan

  variables {
    users = { jobs = { role_arns = [] } }
  }

  expect_failures = [var.users]
}

run "refuses_an_account_root_as_user" {
  command = plan

  variables {
    users = { jobs = { role_arns = ["arn:aws:iam::222222222222:root"] } }
  }

  expect_failures = [var.users]
}

run "refuses_a_user_that_administers" {
  command = plan

  variables {
    users = { jobs = { access = "admin", role_arns = ["arn:aws:iam::111111111111:role/acme-lab-training"] } }
  }

  expect_failures = [var.users]
}

run "refuses_grants_by_a_user_that_only_decrypts" {
  command = plan

  variables {
    users = { jobs = { access = "decrypt", grants = true, role_arns = ["arn:aws:iam::111111111111:role/acme-lab-training"] } }
  }

  expect_failures = [var.users]
}

run "refuses_an_administrator_as_user" {
  command = plan

  variables {
    users = { jobs = { role_arns = ["arn:aws:iam::111111111111:role/acme-administrator"] } }
  }

  expect_failures = [var.users]
}

run "refuses_a_full_service_name_to_go_through" {
  command = plan

  variables {
    users = { jobs = { role_arns = ["arn:aws:iam::111111111111:role/acme-lab-training"], via_services = ["s3.*"] } }
  }

  expect_failures = [var.users]
}
