# What a promotion applies in a target account: one release of one model behind its endpoint.

module "inference_endpoint" {
  source = "../../modules/inference-endpoint"

  alarms            = var.alarms
  capture           = var.capture
  endpoint_name     = var.endpoint_name
  image_uri         = var.image_uri
  kms_key_arn       = var.endpoint_key_arn
  model_data_sha256 = var.model_data_sha256
  model_data_url    = var.model_data_url
  network           = { security_group_ids = var.security_group_ids, subnet_ids = var.subnet_ids }
  role_arn          = var.serving_role_arn
  rollout           = var.rollout
  shadow            = var.shadow
  tags              = { account = var.account, model = var.model, release = var.release_id }
  variant           = var.variant
}
