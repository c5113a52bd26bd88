# How the domain is set up.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account            = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  execution_role_arn = "arn:aws:iam::111111111111:role/acme-lab-studio"
  kms_key_arn        = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  people = {
    lena      = { persona = "lead" }
    milo      = { persona = "ml-engineer" }
    rita      = { persona = "release-manager" }
    "sofia.k" = { persona = "data-scientist" }
  }
  security_group_id = "sg-0a1b2c3d"
  subnet_ids        = ["subnet-0a1b2c3d", "subnet-1a1b2c3d"]
  vpc_id            = "vpc-0a1b2c3d"
}

run "lives_in_the_private_network_only" {
  command = plan

  assert {
    condition     = aws_sagemaker_domain.this.app_network_access_type == "VpcOnly" && aws_sagemaker_domain.this.kms_key_id == var.kms_key_arn
    error_message = "The domain must be VpcOnly and encrypted by the customer key."
  }

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].security_groups == toset(["sg-0a1b2c3d"]) && aws_sagemaker_domain.this.default_space_settings[0].security_groups == toset(["sg-0a1b2c3d"]) && aws_sagemaker_domain.this.domain_settings[0].security_group_ids == toset(["sg-0a1b2c3d"])
    error_message = "Everything must run in the given security group."
  }
}

run "names_the_person_in_every_record" {
  command = plan

  assert {
    condition     = aws_sagemaker_domain.this.domain_settings[0].execution_role_identity_config == "USER_PROFILE_NAME"
    error_message = "The profile must be the source identity."
  }
}

run "shares_nothing_and_runs_no_containers_of_its_own" {
  command = plan

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].sharing_settings[0].notebook_output_option == "Disabled" && alltrue([for profile in aws_sagemaker_user_profile.this : profile.user_settings[0].sharing_settings[0].notebook_output_option == "Disabled"])
    error_message = "Notebook output must not be shared."
  }

  assert {
    condition     = aws_sagemaker_domain.this.domain_settings[0].docker_settings[0].enable_docker_access == "DISABLED"
    error_message = "Docker must be off."
  }

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].canvas_app_settings[0].direct_deploy_settings[0].status == "DISABLED" && aws_sagemaker_domain.this.default_user_settings[0].canvas_app_settings[0].model_register_settings[0].status == "DISABLED"
    error_message = "Canvas must neither deploy nor register."
  }
}

run "stops_what_nobody_uses" {
  command = plan

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].jupyter_lab_app_settings[0].app_lifecycle_management[0].idle_settings[0].lifecycle_management == "ENABLED" && aws_sagemaker_domain.this.default_user_settings[0].jupyter_lab_app_settings[0].app_lifecycle_management[0].idle_settings[0].max_idle_timeout_in_minutes == 120
    error_message = "Notebooks must stop after two idle hours, and nobody may prolong that."
  }

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].code_editor_app_settings[0].app_lifecycle_management[0].idle_settings[0].lifecycle_management == "ENABLED"
    error_message = "Editors must stop too."
  }

  assert {
    condition     = aws_sagemaker_domain.this.retention_policy[0].home_efs_file_system == "Delete"
    error_message = "The home file system must go with the domain, or the subnets could never go."
  }
}

run "gives_a_profile_to_whoever_builds_models_and_to_nobody_else" {
  command = plan

  assert {
    condition     = { for name, profile in aws_sagemaker_user_profile.this : name => profile.user_profile_name } == { lena = "lena", milo = "milo", "sofia.k" = "sofia-k" }
    error_message = "Builders must have a profile, and a release manager none."
  }
}
