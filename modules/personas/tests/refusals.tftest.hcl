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
  account      = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn = "arn:aws:iam::111111111111:policy/acme-lab-boundary-persona"
  bucket_names = {
    artifacts = "acme-lab-artifacts"
    data      = "acme-lab-data"
    decisions = "acme-lab-decisions"
    models    = "acme-lab-models"
    source    = "acme-lab-source"
  }
  entry_networks = ["10.16.0.0/16"]
  key_alias_arns = {
    artifacts = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-artifacts"
    audit     = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-audit"
    data      = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
    decisions = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-decisions"
    models    = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-models"
  }
  organization_id     = "o-a1b2c3d4e5"
  organization_prefix = "acme"
  parameter_root      = "/acme/lab"
  people_by_persona = {
    auditor         = ["omar"]
    data-scientist  = ["sofia", "tara"]
    lead            = ["lena"]
    ml-engineer     = ["milo"]
    platform-admin  = ["petra"]
    release-manager = ["rita"]
  }
  project_names    = { bundle = "acme-lab-bundle", model-build = "acme-lab-model-build" }
  repository_names = { build = "acme/build", model = "acme/model" }
  role_names = {
    auditor         = "acme-lab-auditor"
    data-scientist  = "acme-lab-data-scientist"
    lead            = "acme-lab-lead"
    ml-engineer     = "acme-lab-ml-engineer"
    platform-admin  = "acme-lab-platform-admin"
    release-manager = "acme-lab-release-manager"
  }
  sign_in_role_arn = "arn:aws:iam::111111111111:role/acme-sign-in"
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::999999999999:policy/acme-lab-boundary-workload"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_bucket_name_with_a_wildcard" {
  command = plan

  variables {
    bucket_names = merge(var.bucket_names, { data = "acme-*" })
  }

  expect_failures = [var.bucket_names]
}

run "refuses_a_prefix_for_data_without_a_slash" {
  command = plan

  variables {
    data_prefixes = ["raw"]
  }

  expect_failures = [var.data_prefixes]
}

run "refuses_an_entry_from_nowhere" {
  command = plan

  variables {
    entry_networks = []
  }

  expect_failures = [var.entry_networks]
}

run "refuses_an_entry_from_the_internet" {
  command = plan

  variables {
    entry_networks = ["0.0.0.0/0"]
  }

  expect_failures = [var.entry_networks]
}

run "refuses_a_key_by_its_own_arn" {
  command = plan

  variables {
    key_alias_arns = merge(var.key_alias_arns, { data = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111" })
  }

  expect_failures = [var.key_alias_arns]
}

run "refuses_a_prefix_with_a_wildcard" {
  command = plan

  variables {
    organization_prefix = "*"
  }

  expect_failures = [var.organization_prefix]
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

run "refuses_a_persona_that_does_not_exist" {
  command = plan

  variables {
    people_by_persona = { owner = ["sofia"] }
    role_names        = { owner = "acme-lab-owner" }
  }

  expect_failures = [var.people_by_persona]
}

run "refuses_everybody_as_a_persons_name" {
  command = plan

  variables {
    people_by_persona = { lead = ["*"] }
  }

  expect_failures = [var.people_by_persona]
}

run "refuses_a_person_with_two_personas" {
  command = plan

  variables {
    people_by_persona = { data-scientist = ["sofia"], lead = ["sofia"] }
  }

  expect_failures = [var.people_by_persona]
}

run "refuses_projects_without_a_model_build" {
  command = plan

  variables {
    project_names = { bundle = "acme-lab-bundle" }
  }

  expect_failures = [var.project_names]
}

run "refuses_a_repository_with_a_wildcard" {
  command = plan

  variables {
    repository_names = { model = "acme/*" }
  }

  expect_failures = [var.repository_names]
}

run "refuses_a_persona_without_a_role_name" {
  command = plan

  variables {
    role_names = { lead = "acme-lab-lead" }
  }

  expect_failures = [var.role_names]
}

run "refuses_an_account_root_to_sign_in" {
  command = plan

  variables {
    sign_in_role_arn = "arn:aws:iam::111111111111:root"
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

run "refuses_features_of_another_account" {
  command = plan

  variables {
    features = "other-lab-features"
  }

  expect_failures = [var.features]
}

run "refuses_forecasts_of_another_account" {
  command = plan

  variables {
    forecasts = "other-lab-forecasts"
  }

  expect_failures = [var.forecasts]
}

run "refuses_a_gate_that_is_no_action_of_a_stage" {
  command = plan

  variables {
    gates = ["Approve/*"]
  }

  expect_failures = [var.gates]
}
