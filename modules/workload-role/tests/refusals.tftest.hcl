# Every rule about an input refuses what breaks it.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn    = "arn:aws:iam::111111111111:policy/acme-lab-boundary-workload"
  description     = "Trains models in the private network."
  name            = "acme-lab-training"
  organization_id = "o-a1b2c3d4e5"

  trust = {
    services = {
      sagemaker = {
        principal   = "sagemaker.amazonaws.com"
        source_arns = ["arn:aws:sagemaker:eu-west-1:111111111111:training-job/*"]
      }
    }
  }
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
    boundary_arn = "arn:aws:iam::999999999999:policy/acme-lab-boundary-workload"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_description_of_one_word" {
  command = plan

  variables {
    description = "Trains"
  }

  expect_failures = [var.description]
}

run "refuses_a_key_by_its_own_arn" {
  command = plan

  variables {
    keys = { data = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" } }
  }

  expect_failures = [var.keys]
}

run "refuses_to_administer_a_key" {
  command = plan

  variables {
    keys = { data = { access = "admin", alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data" } }
  }

  expect_failures = [var.keys]
}

run "refuses_grants_on_a_key_that_it_only_decrypts_with" {
  command = plan

  variables {
    keys = { data = { access = "decrypt", alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", grants = true } }
  }

  expect_failures = [var.keys]
}

run "refuses_a_key_with_a_name_in_capitals" {
  command = plan

  variables {
    keys = { Data = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data" } }
  }

  expect_failures = [var.keys]
}

run "refuses_a_session_of_a_day" {
  command = plan

  variables {
    max_session_duration = 86400
  }

  expect_failures = [var.max_session_duration]
}

run "refuses_a_name_with_a_slash" {
  command = plan

  variables {
    name = "acme/training"
  }

  expect_failures = [var.name]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_sid_that_is_no_sentence" {
  command = plan

  variables {
    statements = [{ sid = "read-data", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_two_statements_with_one_sid" {
  command = plan

  variables {
    statements = concat([{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }], [{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }])
  }

  expect_failures = [var.statements]
}

run "refuses_a_statement_without_resources" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["s3:GetObject"], resources = [] }]
  }

  expect_failures = [var.statements]
}

run "refuses_every_action" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["*"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_every_action_of_a_service" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["sagemaker:*"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_a_resource_of_any_account" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["arn:aws:s3:*:*:acme-lab-data"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_every_resource_without_a_reason" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["*"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_every_resource_of_a_service_without_a_reason" {
  command = plan

  variables {
    statements = [{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["arn:aws:s3:::*"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_to_pass_a_role_to_any_service" {
  command = plan

  variables {
    statements = [{ sid = "PassRole", actions = ["iam:passRole"], resources = ["arn:aws:iam::111111111111:role/acme-lab-processing"] }]
  }

  expect_failures = [var.statements]
}

run "refuses_a_role_that_nobody_takes" {
  command = plan

  variables {
    trust = {}
  }

  expect_failures = [var.trust]
}

run "refuses_a_trusted_service_with_a_name_in_capitals" {
  command = plan

  variables {
    trust = { services = { SageMaker = { principal = "sagemaker.amazonaws.com" } } }
  }

  expect_failures = [var.trust]
}

run "refuses_to_trust_every_service" {
  command = plan

  variables {
    trust = { services = { all = { principal = "*" } } }
  }

  expect_failures = [var.trust]
}

run "refuses_to_trust_sagemaker_for_whatever_it_acts" {
  command = plan

  variables {
    trust = { services = { sagemaker = { principal = "sagemaker.amazonaws.com" } } }
  }

  expect_failures = [var.trust]
}

run "refuses_a_source_of_another_account" {
  command = plan

  variables {
    trust = { services = { sagemaker = { principal = "sagemaker.amazonaws.com", source_arns = ["arn:aws:sagemaker:eu-west-1:222222222222:*"] } } }
  }

  expect_failures = [var.trust]
}

run "refuses_to_trust_a_whole_account" {
  command = plan

  variables {
    trust = { roles = { promotion = { role_arns = ["arn:aws:iam::222222222222:root"] } } }
  }

  expect_failures = [var.trust]
}

run "refuses_to_trust_a_pattern_of_roles" {
  command = plan

  variables {
    trust = { roles = { promotion = { role_arns = ["arn:aws:iam::111111111111:role/*"] } } }
  }

  expect_failures = [var.trust]
}

run "refuses_to_trust_no_role" {
  command = plan

  variables {
    trust = { roles = { promotion = { role_arns = [] } } }
  }

  expect_failures = [var.trust]
}

run "refuses_a_name_from_a_tag_for_nobody_in_particular" {
  command = plan

  variables {
    trust = { roles = { sign-in = { role_arns = ["arn:aws:iam::111111111111:role/acme-sign-in"], identity_tag = "person" } } }
  }

  expect_failures = [var.trust]
}

run "refuses_a_trust_policy_that_is_too_long" {
  command = plan

  variables {
    trust = { roles = { sign-in = { role_arns = ["arn:aws:iam::111111111111:role/acme-sign-in"], source_identities = [for number in range(200) : "person-${number}"] } } }
  }

  expect_failures = [aws_iam_role.this]
}

run "refuses_an_empty_list_of_source_identities" {
  command = plan

  variables {
    trust = { roles = { sign-in = { role_arns = ["arn:aws:iam::111111111111:role/acme-sign-in"], source_identities = [] } } }
  }

  expect_failures = [var.trust]
}

run "refuses_a_reason_of_one_word" {
  command = plan

  variables {
    statements          = [{ sid = "ReadData", actions = ["s3:GetObject"], resources = ["*"] }]
    unscoped_statements = { ReadData = "because" }
  }

  expect_failures = [var.unscoped_statements]
}

run "refuses_a_reason_for_a_statement_that_does_not_exist" {
  command = plan

  variables {
    unscoped_statements = { ReadData = "The listing names no resource." }
  }

  expect_failures = [aws_iam_role.this]
}
