# What the bucket's policy says and how it is set up, rendered by the real provider on fake credentials.

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
  kms_key_arn       = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  log_bucket        = "acme-lab-logs-111111111111"
  name              = "acme-lab-data-111111111111"
  organization_id   = "o-a1b2c3d4e5"
  readers           = ["arn:aws:iam::111111111111:role/acme-lab-training", "arn:aws:iam::222222222222:role/acme-staging-release"]
  writers_by_prefix = { "raw/tables/" = ["arn:aws:iam::111111111111:role/acme-lab-data-scientist"] }
}

run "is_private_versioned_and_encrypted_by_the_customer_key" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "Every version must be kept."
  }

  assert {
    condition     = aws_s3_bucket_public_access_block.this.block_public_acls && aws_s3_bucket_public_access_block.this.block_public_policy && aws_s3_bucket_public_access_block.this.ignore_public_acls && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    error_message = "Public access must be blocked in all four ways."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].kms_master_key_id == var.kms_key_arn && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "The default encryption must be the customer key, with a bucket key."
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "Access lists must be off."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].abort_incomplete_multipart_upload[0].days_after_initiation == 7
    error_message = "Unfinished uploads must be removed."
  }

  assert {
    condition     = aws_s3_bucket_logging.this[0].target_bucket == "acme-lab-logs-111111111111" && !aws_s3_bucket.this.force_destroy
    error_message = "Access must be logged and objects must not be destroyed with the bucket."
  }

  assert {
    condition     = length(aws_s3_bucket_object_lock_configuration.this) == 0 && length(aws_s3_bucket_notification.this) == 0
    error_message = "Object lock and announcements must be asked for."
  }
}

run "denies_plain_http_and_old_tls_to_everybody" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyPlainHttp"]).Effect == "Deny" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyPlainHttp"]).Condition.Bool["aws:SecureTransport"] == "false"
    error_message = "Plain HTTP must be denied."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOldTls"]).Effect == "Deny" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOldTls"]).Condition.NumericLessThan["s3:TlsVersion"] == "1.2"
    error_message = "TLS below 1.2 must be denied."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : s.Principal.AWS == "*" && contains(flatten([s.Resource]), "arn:aws:s3:::acme-lab-data-111111111111/*") if s.Effect == "Deny"])
    error_message = "What is denied must be denied to everybody and on every object."
  }
}

run "denies_identities_outside_the_organisation_and_services_that_act_for_others" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideOrganization"]).Condition.StringNotEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideOrganization"]).Condition.BoolIfExists["aws:PrincipalIsAWSService"] == "false"
    error_message = "Identities outside of the organisation, or of none, must be denied."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyServicesForOthers"]).Condition.Bool["aws:PrincipalIsAWSService"] == "true" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyServicesForOthers"]).Condition.StringNotEquals["aws:SourceAccount"] == "111111111111"
    error_message = "Services that act for another account, or for none, must be denied."
  }
}

run "denies_objects_to_everybody_who_comes_through_no_endpoint_of_the_account" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideEndpoints"]).Condition == { StringNotEquals = { "aws:VpceAccount" = "111111111111" }, BoolIfExists = { "aws:PrincipalIsAWSService" = "false" } }
    error_message = "A request through no endpoint, or through a foreign one, must be denied, with AWS services as the one exception."
  }

  assert {
    condition = length(setsubtract(
      ["s3:GetObject*", "s3:PutObject*", "s3:DeleteObject*", "s3:ListBucket", "s3:ListBucketVersions"],
      flatten([for s in jsondecode(output.policy_json).Statement : s.Action if s.Sid == "DenyOutsideEndpoints" || s.Sid == "DenyKeepingOutsideEndpoints"]),
    )) == 0
    error_message = "Reading, writing, removing and listing must all be denied."
  }

  assert {
    condition     = alltrue([for action in one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideEndpoints"]).Action : can(regex("Object|MultipartUpload|^s3:ListBucket|^s3:BypassGovernanceRetention$|^s3:ReplicateDelete$", action))])
    error_message = "Settings of the bucket must stay reachable for whoever lays it out."
  }
}

run "admits_endpoints_of_other_accounts_and_named_exceptions_only" {
  command = plan

  variables {
    endpoint_accounts = ["222222222222"]
    outside_endpoints = {
      promotion = {
        reason    = "AWS runs the pipeline in a network of its own."
        role_arns = ["arn:aws:iam::111111111111:role/acme-lab-promotion"]
      }
    }
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideEndpoints"]).Condition.StringNotEquals["aws:VpceAccount"]) == toset(["111111111111", "222222222222"])
    error_message = "Endpoints of the accounts named, and of no other, must be admitted."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideEndpoints"]).Condition.ArnNotEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-promotion"
    error_message = "Only the role named must be excepted."
  }
}

run "lets_housekeepers_list_and_remove_from_outside_but_read_and_write_nothing" {
  command = plan

  variables {
    housekeepers = ["arn:aws:iam::111111111111:role/acme-lab-apply"]
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyKeepingOutsideEndpoints"]).Condition.ArnNotEquals["aws:PrincipalArn"] == "arn:aws:iam::111111111111:role/acme-lab-apply"
    error_message = "Only the housekeeper must be excepted from the denial of listing and removing."
  }

  assert {
    condition     = !can(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOutsideEndpoints"]).Condition.ArnNotEquals)
    error_message = "Nobody must be excepted from the denial of reading and writing."
  }

  assert {
    condition     = alltrue([for action in one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyKeepingOutsideEndpoints"]).Action : !startswith(action, "s3:GetObject") && !startswith(action, "s3:PutObject")])
    error_message = "Keeping house must read and write no object."
  }
}

run "denies_every_way_of_encrypting_but_a_key_of_this_account" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOtherAlgorithm"]).Condition.StringNotEquals["s3:x-amz-server-side-encryption"] == "aws:kms" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOtherAlgorithm"]).Condition.Null["s3:x-amz-server-side-encryption"] == "false"
    error_message = "Another algorithm must be denied."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyUnnamedKey"]).Condition.StringEquals["s3:x-amz-server-side-encryption"] == "aws:kms" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyUnnamedKey"]).Condition.Null["s3:x-amz-server-side-encryption-aws-kms-key-id"] == "true"
    error_message = "KMS without a key's name must be denied."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyForeignKey"]).Condition.StringNotLike["s3:x-amz-server-side-encryption-aws-kms-key-id"]) == toset(["arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-*", "arn:aws:kms:eu-west-1:111111111111:key/*"]) && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyForeignKey"]).Condition.Null["s3:x-amz-server-side-encryption-aws-kms-key-id"] == "false"
    error_message = "A key of another account or region must be denied."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyKeyOfTheCaller"]).Condition.Null["s3:x-amz-server-side-encryption-customer-algorithm"] == "false"
    error_message = "A key that the caller brings must be denied."
  }
}

run "lets_the_named_roles_read_and_nobody_delete" {
  command = plan

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowRead"]).Principal.AWS) == toset(["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root"])
    error_message = "Principals must be the accounts of the readers."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowRead"]).Condition.ArnEquals["aws:PrincipalArn"]) == toset(var.readers)
    error_message = "The accounts must be narrowed to the readers."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowRead"]).Action) == toset(["s3:GetObject", "s3:GetObjectVersion"])
    error_message = "Readers must only read."
  }

  assert {
    condition     = alltrue([for s in jsondecode(output.policy_json).Statement : !anytrue([for action in flatten([s.Action]) : can(regex("^s3:(Delete|\\*|PutBucket|Bypass)", action))]) && s.Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5" if s.Effect == "Allow"])
    error_message = "Nothing may be deleted or changed through the bucket's policy, and by nobody outside."
  }
}

run "lets_a_writer_write_under_its_prefix_only" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowWriteUnderRawTables"]).Resource == "arn:aws:s3:::acme-lab-data-111111111111/raw/tables/*"
    error_message = "Writing must stay under the prefix."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowListForWriteUnderRawTables"]).Action == "s3:ListBucket" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowListForWriteUnderRawTables"]).Condition.StringLike["s3:prefix"] == "raw/tables/*"
    error_message = "Listing must stay under the prefix."
  }

  assert {
    condition     = length([for s in jsondecode(output.policy_json).Statement : s if contains(flatten([s.Action]), "s3:PutObject") && s.Effect == "Allow"]) == 1
    error_message = "Nobody else may write."
  }
}

run "lets_access_logs_in_for_this_account_only" {
  command = plan

  variables {
    kms_key_arn       = null
    log_bucket        = null
    name              = "acme-lab-logs-111111111111"
    readers           = []
    service_writers   = { access-logs = { principal = "logging.s3.amazonaws.com", prefixes = ["acme-lab-data/"] } }
    writers_by_prefix = {}
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceAccessLogs"]).Principal.Service == "logging.s3.amazonaws.com" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceAccessLogs"]).Action == "s3:PutObject" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceAccessLogs"]).Resource == "arn:aws:s3:::acme-lab-logs-111111111111/acme-lab-data/*"
    error_message = "The service must only put logs under its prefix."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowServiceAccessLogs"]).Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "The service must act for this account."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "S3 must encrypt access logs by itself."
  }

  assert {
    condition     = length([for s in jsondecode(output.policy_json).Statement : s if s.Effect == "Allow"]) == 1 && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOtherAlgorithm"]).Condition.StringNotEquals["s3:x-amz-server-side-encryption"] == "AES256"
    error_message = "Nothing else may be allowed."
  }
}

run "lets_a_service_look_at_the_bucket_before_it_writes" {
  command = plan

  variables {
    service_writers = {
      trail = {
        inspects    = ["s3:GetBucketAcl"]
        principal   = "cloudtrail.amazonaws.com"
        source_arns = ["arn:aws:cloudtrail:eu-west-1:111111111111:trail/acme-lab"]
      }
    }
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowInspectionByTrail"]).Action == "s3:GetBucketAcl" && one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowInspectionByTrail"]).Resource == "arn:aws:s3:::acme-lab-data-111111111111"
    error_message = "The service must only look at the bucket's access list."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "AllowInspectionByTrail"]).Condition == { StringEquals = { "aws:SourceAccount" = "111111111111" }, ArnLike = { "aws:SourceArn" = "arn:aws:cloudtrail:eu-west-1:111111111111:trail/acme-lab" } }
    error_message = "The service must act for this account and this trail."
  }
}

run "announces_objects_where_asked" {
  command = plan

  variables {
    announces_objects = true
  }

  assert {
    condition     = aws_s3_bucket_notification.this[0].eventbridge
    error_message = "EventBridge must be told of new objects."
  }
}

run "locks_objects_where_asked" {
  command = plan

  variables {
    object_lock = { days = 365 }
    retention   = { current_days = 400 }
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE" && aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].days == 365
    error_message = "Objects must be locked against everybody for 365 days."
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.this.rule[0].expiration[0].days == 400
    error_message = "Objects must expire after 400 days."
  }
}

run "is_written_once_where_asked" {
  command = plan

  variables {
    write_once = true
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyOverwrites"]) == { Sid = "DenyOverwrites", Effect = "Deny", Principal = { AWS = "*" }, Action = "s3:PutObject", Resource = "arn:aws:s3:::acme-lab-data-111111111111/*", Condition = { Null = { "s3:if-none-match" = "true" } } }
    error_message = "A put that does not send If-None-Match must be denied."
  }

  assert {
    condition     = one([for s in jsondecode(output.policy_json).Statement : s if s.Sid == "DenyReplacement"]).Condition == { Null = { "s3:if-match" = "false" } }
    error_message = "A put that names the object that it replaces must be denied."
  }
}

run "is_written_over_where_nothing_is_asked" {
  command = plan

  assert {
    condition     = length([for s in jsondecode(output.policy_json).Statement : s if contains(["DenyOverwrites", "DenyReplacement"], s.Sid)]) == 0
    error_message = "Other buckets must take a later version of an object."
  }
}

run "lets_athena_in_below_one_prefix_and_nowhere_else" {
  command = plan

  variables {
    queried_prefixes = ["forecasts/", "features/"]
  }

  assert {
    condition = alltrue([
      for s in jsondecode(output.policy_json).Statement : s.Condition.StringNotEquals["aws:CalledViaLast"] == "athena.amazonaws.com"
      if contains(["DenyOutsideEndpointsButQueries", "DenyKeepingOutsideEndpointsButQueries"], s.Sid)
    ])
    error_message = "Only Athena may come for its caller from outside of the endpoints."
  }

  assert {
    condition = alltrue([
      for s in jsondecode(output.policy_json).Statement :
      try(s.Condition.StringNotEquals["aws:CalledViaLast"], null) == null && toset(s.NotResource) == toset(["arn:aws:s3:::${var.name}/forecasts/*", "arn:aws:s3:::${var.name}/features/*", "arn:aws:s3:::${var.name}"])
      if contains(["DenyOutsideEndpoints", "DenyKeepingOutsideEndpoints"], s.Sid)
    ])
    error_message = "Athena must be denied every object below other prefixes, as everybody is."
  }

  assert {
    condition = alltrue([
      for name in ["DenyOutsideEndpoints", "DenyKeepingOutsideEndpoints"] :
      toset(one([for s in jsondecode(output.policy_json).Statement : s.NotResource if s.Sid == name])) == toset(one([for s in jsondecode(output.policy_json).Statement : s.Resource if s.Sid == "${name}ButQueries"]))
    ])
    error_message = "No object may stand between what is guarded with Athena and what is guarded without."
  }
}
