output "alarm_names" {
  description = "Names of the alarms that watch the endpoint."
  value       = module.inference_endpoint.alarm_names
}

output "applied" {
  description = "The values of all variables that were applied last: what to go back to."
  value = {
    account            = var.account
    account_id         = var.account_id
    alarms             = var.alarms
    capture            = var.capture
    endpoint_key_arn   = var.endpoint_key_arn
    endpoint_name      = var.endpoint_name
    image_uri          = var.image_uri
    model              = var.model
    model_data_sha256  = var.model_data_sha256
    model_data_url     = var.model_data_url
    region             = var.region
    release_id         = var.release_id
    rollout            = var.rollout
    security_group_ids = var.security_group_ids
    serving_role_arn   = var.serving_role_arn
    shadow             = var.shadow
    subnet_ids         = var.subnet_ids
    tags               = var.tags
    variant            = var.variant
  }

  # Only once it is true.
  depends_on = [module.inference_endpoint]
}

output "endpoint_configuration_name" {
  description = "Name of the configuration that the endpoint must be running."
  value       = module.inference_endpoint.endpoint_configuration_name
}

output "endpoint_name" {
  description = "Name of the endpoint, once it is in service."
  value       = module.inference_endpoint.endpoint_name
}

output "model_name" {
  description = "Name of the model that the endpoint serves."
  value       = module.inference_endpoint.model_name
}

output "shadow_alarm_names" {
  description = "Names of the alarms that watch a model that is tried beside the endpoint's own."
  value       = module.inference_endpoint.shadow_alarm_names
}
