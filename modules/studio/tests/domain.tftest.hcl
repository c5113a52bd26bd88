# How the domain is set up, and for whom.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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
  people = {
    lena  = { persona = "lead" }
    milo  = { persona = "ml-engineer" }
    rita  = { persona = "release-manager" }
    sofia = { persona = "data-scientist" }
  }
  role_names = {
    lena  = "acme-lab-studio-lena"
    milo  = "acme-lab-studio-milo"
    sofia = "acme-lab-studio-sofia"
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
    condition     = aws_sagemaker_domain.this.default_user_settings[0].security_groups == toset(["sg-0a1b2c3d"]) && aws_sagemaker_domain.this.domain_settings[0].security_group_ids == toset(["sg-0a1b2c3d"])
    error_message = "Everything must run in the given security group."
  }

  assert {
    condition     = alltrue([for profile in aws_sagemaker_user_profile.this : length(coalesce(profile.user_settings[0].security_groups, [])) == 0])
    error_message = "No profile may add a security group to the domain's."
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
    condition     = length(aws_sagemaker_domain.this.default_space_settings) == 0
    error_message = "There must be no shared spaces."
  }

  assert {
    condition     = aws_sagemaker_domain.this.domain_settings[0].docker_settings[0].enable_docker_access == "DISABLED"
    error_message = "Docker must be off."
  }

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].canvas_app_settings[0].direct_deploy_settings[0].status == "DISABLED" && aws_sagemaker_domain.this.default_user_settings[0].canvas_app_settings[0].model_register_settings[0].status == "DISABLED" && aws_sagemaker_domain.this.default_user_settings[0].r_studio_server_pro_app_settings[0].access_status == "DISABLED"
    error_message = "Canvas must neither deploy nor register, and RStudio must be off."
  }

  assert {
    condition     = contains(aws_sagemaker_domain.this.default_user_settings[0].studio_web_portal_settings[0].hidden_app_types, "Canvas") && contains(aws_sagemaker_domain.this.default_user_settings[0].studio_web_portal_settings[0].hidden_app_types, "JupyterServer") && contains(aws_sagemaker_domain.this.default_user_settings[0].studio_web_portal_settings[0].hidden_ml_tools, "Endpoints")
    error_message = "What the platform does not use must be hidden."
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
    condition     = aws_sagemaker_domain.this.default_user_settings[0].jupyter_lab_app_settings[0].default_resource_spec[0].instance_type == "ml.t3.medium" && aws_sagemaker_domain.this.default_user_settings[0].space_storage_settings[0].default_ebs_storage_settings[0].maximum_ebs_volume_size_in_gb == 100
    error_message = "Machines and volumes must be small unless told otherwise."
  }

  assert {
    condition     = aws_sagemaker_domain.this.retention_policy[0].home_efs_file_system == "Delete"
    error_message = "The home file system must go with the domain, or the subnets could never go."
  }
}

run "gives_a_profile_and_a_role_to_whoever_builds_models_and_to_nobody_else" {
  command = plan

  assert {
    condition     = { for name, profile in aws_sagemaker_user_profile.this : name => profile.user_settings[0].execution_role } == { lena = "arn:aws:iam::111111111111:role/acme-lab-studio-lena", milo = "arn:aws:iam::111111111111:role/acme-lab-studio-milo", sofia = "arn:aws:iam::111111111111:role/acme-lab-studio-sofia" }
    error_message = "Builders must have a profile with a role of their own, and a release manager none."
  }

  assert {
    condition     = aws_sagemaker_domain.this.default_user_settings[0].execution_role == "arn:aws:iam::111111111111:role/acme-lab-studio"
    error_message = "Whoever names no role must get the one that may do nothing."
  }

  assert {
    condition     = alltrue([for name, profile in aws_sagemaker_user_profile.this : profile.tags.owner == name])
    error_message = "A profile must say whose it is."
  }
}

run "runs_the_same_script_first_wherever_somebody_works" {
  command = plan

  assert {
    condition     = alltrue([for kind, config in aws_sagemaker_studio_lifecycle_config.this : config.studio_lifecycle_config_name == "acme-lab-${lower(kind)}-${substr(config.tags.sha256, 0, 12)}" && config.tags.sha256 == sha256(base64decode(config.studio_lifecycle_config_content))])
    error_message = "A configuration must be named after its content."
  }

  assert {
    condition     = strcontains(base64decode(aws_sagemaker_studio_lifecycle_config.this["JupyterLab"].studio_lifecycle_config_content), "https://acme-111111111111.d.codeartifact.eu-west-1.amazonaws.com/") && !strcontains(base64decode(aws_sagemaker_studio_lifecycle_config.this["JupyterLab"].studio_lifecycle_config_content), "<region>")
    error_message = "The script must know the account's own source of packages."
  }
}

run "other_content_is_another_configuration" {
  command = plan

  variables {
    lifecycle_script = "#!/bin/bash\nset -eu\ngit config --global user.name <account-id>\n"
  }

  assert {
    condition     = output.lifecycle_config_names.JupyterLab == "acme-lab-jupyterlab-${substr(sha256("#!/bin/bash\nset -eu\ngit config --global user.name 111111111111\n"), 0, 12)}"
    error_message = "The name must change with the content."
  }
}
