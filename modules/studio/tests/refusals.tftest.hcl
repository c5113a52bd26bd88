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
  account           = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn      = "arn:aws:iam::111111111111:policy/acme-lab-boundary-persona"
  default_role_name = "acme-lab-studio"
  entry_networks    = ["10.16.0.0/16"]
  key_alias_arn     = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-studio"
  kms_key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  lifecycle_script  = "#!/bin/bash\nset -eu\npip config set global.index-url https://<package-domain>-<account-id>.d.codeartifact.<region>.amazonaws.com/\n"
  organization_id   = "o-a1b2c3d4e5"
  package_source    = { domain_name = "acme", repository_name = "acme-lab-python" }
  people            = { sofia = { persona = "data-scientist" } }
  role_names        = { sofia = "acme-lab-studio-sofia" }
  security_group_id = "sg-0a1b2c3d"
  subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  vpc_id            = "vpc-0a1b2c3d"
}

run "refuses_access_for_a_persona_that_has_no_profile" {
  command = plan

  variables {
    access = { auditor = {} }
  }

  expect_failures = [var.access]
}

run "refuses_to_let_studio_write_anything" {
  command = plan

  variables {
    access = { data-scientist = { statements = [{ sid = "WriteData", actions = ["s3:PutObject"], resources = ["arn:aws:s3:::acme-lab-data/raw/*"] }] } }
  }

  expect_failures = [var.access]
}

run "refuses_to_let_studio_encrypt_with_other_keys" {
  command = plan

  variables {
    access = { lead = { keys = { data = { alias_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data", access = "use" } } } }
  }

  expect_failures = [var.access]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_prefix_that_makes_names_too_long" {
  command = plan

  variables {
    account = merge(var.account, { prefix = "acme-laboratory-for-very-long-experiments" })
  }

  expect_failures = [var.account]
}

run "refuses_a_boundary_by_name" {
  command = plan

  variables {
    boundary_arn = "acme-lab-boundary-persona"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_persons_role_for_nobody" {
  command = plan

  variables {
    default_role_name = "acme-lab-studio-sofia"
  }

  expect_failures = [var.default_role_name]
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
    entry_networks = ["203.0.113.0/24"]
  }

  expect_failures = [var.entry_networks]
}

run "refuses_an_unknown_fate_of_home_directories" {
  command = plan

  variables {
    home_retention = "Keep"
  }

  expect_failures = [var.home_retention]
}

run "refuses_applications_that_idle_for_days" {
  command = plan

  variables {
    idle_timeout_minutes = 10000
  }

  expect_failures = [var.idle_timeout_minutes]
}

run "refuses_every_instance_type_of_a_family" {
  command = plan

  variables {
    instance_types = { allowed = ["ml.t3.*"], default = "ml.t3.*" }
  }

  expect_failures = [var.instance_types]
}

run "refuses_a_default_instance_type_that_is_not_allowed" {
  command = plan

  variables {
    instance_types = { allowed = ["ml.t3.medium"], default = "ml.p4d.24xlarge" }
  }

  expect_failures = [var.instance_types]
}

run "refuses_a_key_where_an_alias_is_meant" {
  command = plan

  variables {
    key_alias_arn = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  }

  expect_failures = [var.key_alias_arn]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_a_script_that_goes_on_after_a_failure" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\npip install pandas\n"
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_a_script_that_downloads" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\nset -eu\ncurl -o tool https://example.com/tool\n"
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_a_script_that_pipes_a_download_into_a_shell" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\nset -eu\naws s3 cp s3://example/setup.sh - | sudo /bin/bash -s\n"
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_a_script_that_runs_what_a_command_printed" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\nset -eu\nbash <(aws s3 cp s3://example/setup.sh -)\n"
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_a_script_with_a_secret_in_it" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\nset -eu\nexport PASSWORD='correct-horse-battery'\n"
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_a_script_that_is_too_long" {
  command = plan

  variables {
    lifecycle_script = join("\n", concat(["#!/bin/bash", "set -eu"], [for line in range(1000) : "echo this is line ${line}"]))
  }

  expect_failures = [var.lifecycle_script]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_package_source_by_its_address" {
  command = plan

  variables {
    package_source = merge(var.package_source, { domain_name = "https://pypi.org" })
  }

  expect_failures = [var.package_source]
}

run "refuses_a_person_with_a_dot" {
  command = plan

  variables {
    people     = { "sofia.k" = { persona = "lead" } }
    role_names = { "sofia.k" = "acme-lab-studio-sofia.k" }
  }

  expect_failures = [var.people]
}

run "refuses_a_profile_for_whoever_releases" {
  command = plan

  variables {
    profile_personas = ["release-manager"]
  }

  expect_failures = [var.profile_personas]
}

run "refuses_a_person_without_a_role" {
  command = plan

  variables {
    role_names = {}
  }

  expect_failures = [var.role_names]
}

run "refuses_a_role_that_does_not_tell_whose_it_is" {
  command = plan

  variables {
    role_names = { sofia = "acme-lab-studio-sandra" }
  }

  expect_failures = [var.role_names]
}

run "refuses_a_security_group_by_name" {
  command = plan

  variables {
    security_group_id = "default"
  }

  expect_failures = [var.security_group_id]
}

run "refuses_a_domain_in_a_single_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0a1b2c3d"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_volumes_without_end" {
  command = plan

  variables {
    volume_limit_gb = 16384
  }

  expect_failures = [var.volume_limit_gb]
}

run "refuses_a_network_by_name" {
  command = plan

  variables {
    vpc_id = "default"
  }

  expect_failures = [var.vpc_id]
}
