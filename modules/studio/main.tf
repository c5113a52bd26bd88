# One SageMaker domain that lives in the private network only, and a profile for each person who
# builds models.

locals {
  # A profile's name takes no dot.
  _profiles = {
    for name, person in var.people : name => replace(name, ".", "-")
    if contains(var.profile_personas, person.persona)
  }
}

resource "aws_sagemaker_domain" "this" {
  domain_name             = var.account.prefix
  app_network_access_type = "VpcOnly"
  auth_mode               = "IAM"
  kms_key_id              = var.kms_key_arn
  subnet_ids              = var.subnet_ids
  tag_propagation         = "ENABLED"
  tags                    = var.tags
  vpc_id                  = var.vpc_id

  default_space_settings {
    execution_role  = var.execution_role_arn
    security_groups = [var.security_group_id]
  }

  default_user_settings {
    auto_mount_home_efs = "Disabled"
    execution_role      = var.execution_role_arn
    security_groups     = [var.security_group_id]
    studio_web_portal   = "ENABLED"

    canvas_app_settings {
      direct_deploy_settings {
        status = "DISABLED"
      }

      model_register_settings {
        status = "DISABLED"
      }

      time_series_forecasting_settings {
        status = "DISABLED"
      }
    }

    code_editor_app_settings {
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle_timeout_minutes
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = var.idle_timeout_minutes
          min_idle_timeout_in_minutes = 60
        }
      }
    }

    jupyter_lab_app_settings {
      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle_timeout_minutes
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = var.idle_timeout_minutes
          min_idle_timeout_in_minutes = 60
        }
      }
    }

    r_studio_server_pro_app_settings {
      access_status = "DISABLED"
    }

    sharing_settings {
      notebook_output_option = "Disabled"
    }
  }

  domain_settings {
    execution_role_identity_config = "USER_PROFILE_NAME"
    security_group_ids             = [var.security_group_id]

    docker_settings {
      enable_docker_access = "DISABLED"
    }
  }

  retention_policy {
    home_efs_file_system = var.home_retention
  }
}

resource "aws_sagemaker_user_profile" "this" {
  for_each = local._profiles

  domain_id         = aws_sagemaker_domain.this.id
  user_profile_name = each.value
  tags              = merge(var.tags, { owner = each.key })

  user_settings {
    execution_role = var.execution_role_arn

    sharing_settings {
      notebook_output_option = "Disabled"
    }
  }
}
