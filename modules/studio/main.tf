# One SageMaker domain that lives in the private network only. Who works in it stands in
# profiles.tf, what they may do there in permissions.tf, what runs first in lifecycle.tf.

locals {
  _arn = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}"

  # What a domain offers beside notebooks and editors, none of which the platform uses.
  _hidden_applications = [
    "Canvas", "DetailedProfiler", "JupyterServer", "KernelGateway", "RSessionGateway",
    "RStudioServerPro", "TensorBoard",
  ]
  # Nobody deploys, registers or trains by clicking.
  _hidden_tools = [
    "AutoMl", "Comet", "DataWrangler", "DeepchecksLLMEvaluation", "EmrClusters", "Endpoints",
    "Fiddler", "HyperPodClusters", "InferenceOptimization", "InferenceRecommender", "JumpStart",
    "LakeraGuard", "ModelEvaluation", "PerformanceEvaluation", "Projects", "Training",
  ]
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

  # Without settings for shared spaces there are none.
  default_user_settings {
    auto_mount_home_efs = "Disabled"
    # A profile that is not made here could do nothing.
    execution_role    = module.default_role.arn
    security_groups   = [var.security_group_id]
    studio_web_portal = "ENABLED"

    canvas_app_settings {
      direct_deploy_settings {
        status = "DISABLED"
      }

      kendra_settings {
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
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.this["CodeEditor"].arn

      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle_timeout_minutes
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = var.idle_timeout_minutes
          min_idle_timeout_in_minutes = 60
        }
      }

      default_resource_spec {
        instance_type = var.instance_types.default
      }
    }

    jupyter_lab_app_settings {
      built_in_lifecycle_config_arn = aws_sagemaker_studio_lifecycle_config.this["JupyterLab"].arn

      app_lifecycle_management {
        idle_settings {
          idle_timeout_in_minutes     = var.idle_timeout_minutes
          lifecycle_management        = "ENABLED"
          max_idle_timeout_in_minutes = var.idle_timeout_minutes
          min_idle_timeout_in_minutes = 60
        }
      }

      default_resource_spec {
        instance_type = var.instance_types.default
      }
    }

    r_studio_server_pro_app_settings {
      access_status = "DISABLED"
    }

    sharing_settings {
      notebook_output_option = "Disabled"
    }

    space_storage_settings {
      default_ebs_storage_settings {
        default_ebs_volume_size_in_gb = 5
        maximum_ebs_volume_size_in_gb = var.volume_limit_gb
      }
    }

    studio_web_portal_settings {
      hidden_app_types = local._hidden_applications
      hidden_ml_tools  = local._hidden_tools
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
