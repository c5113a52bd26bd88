output "alarm_names" {
  description = "Names of the alarms that watch the endpoint."
  value       = module.inference_endpoint.alarm_names
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
