# What is recorded, and what the role of the delivery may do, by the real provider.

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
  boundary_arn      = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  bucket_name       = "acme-lab-trail-111111111111"
  data_bucket_names = ["acme-lab-models-111111111111", "acme-lab-data-111111111111"]
  kms_key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/audit"
  log               = { key_arn = "arn:aws:kms:eu-west-1:111111111111:key/logs" }
  name              = "acme-lab"
  role_name         = "acme-lab-trail"
}

run "records_everywhere_and_lets_a_changed_file_be_noticed" {
  command = plan

  assert {
    condition = (
      aws_cloudtrail.this.is_multi_region_trail && aws_cloudtrail.this.enable_log_file_validation
      && aws_cloudtrail.this.enable_logging && aws_cloudtrail.this.include_global_service_events
    )
    error_message = "The trail must record all regions and global services, with digests."
  }

  assert {
    condition     = aws_cloudtrail.this.kms_key_id == var.kms_key_arn && aws_cloudtrail.this.s3_bucket_name == var.bucket_name
    error_message = "The records must be encrypted by the customer's key in the given bucket."
  }

  assert {
    condition     = aws_cloudwatch_log_group.trail.retention_in_days == 365 && aws_cloudwatch_log_group.trail.kms_key_id == var.log.key_arn
    error_message = "The log group must be kept for a year under the customer's key."
  }
}

run "records_each_access_to_data" {
  command = plan

  assert {
    condition = toset(aws_cloudtrail.this.advanced_event_selector[*].name) == toset([
      "features", "functions", "management", "metrics", "objects", "predictions",
    ])
    error_message = "Management calls and every kind of data event must be recorded."
  }

  assert {
    condition = toset(flatten([
      for selector in aws_cloudtrail.this.advanced_event_selector : [
        for field in selector.field_selector : field.starts_with if field.field == "resources.ARN"
      ] if selector.name == "objects"
      ])) == toset([
      "arn:aws:s3:::acme-lab-data-111111111111/", "arn:aws:s3:::acme-lab-models-111111111111/",
    ])
    error_message = "The objects of exactly the named buckets must be recorded."
  }

  assert {
    condition = length(flatten([
      for selector in aws_cloudtrail.this.advanced_event_selector : [
        for field in selector.field_selector : field if field.field == "readOnly"
      ]
    ])) == 0
    error_message = "Reads must be recorded as well as writes."
  }
}

run "only_cloudtrail_of_this_account_delivers_and_only_there" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role.delivery.assume_role_policy).Statement[0].Principal.Service == "cloudtrail.amazonaws.com"
    error_message = "The role must be CloudTrail's."
  }

  assert {
    condition     = jsondecode(aws_iam_role.delivery.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "CloudTrail must act for this account."
  }

  assert {
    condition     = one(jsondecode(output.delivery_policy_json).Statement).Resource == "arn:aws:logs:eu-west-1:111111111111:log-group:/acme-lab/trail:log-stream:111111111111_CloudTrail_*"
    error_message = "The role must write to the trail's own streams and nowhere else."
  }

  assert {
    condition     = aws_iam_role.delivery.permissions_boundary == var.boundary_arn
    error_message = "The role must be bounded."
  }
}
