# Who looks, and that nobody does more.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account         = { id = "333333333333", prefix = "acme-live", region = "eu-west-1" }
  boundary_arn    = "arn:aws:iam::333333333333:policy/acme-live-boundary-persona"
  organization_id = "o-a1b2c3d4e5"
  parameter_root  = "/acme/live"
  evidence = {
    bucket_name   = "acme-live-evidence-333333333333"
    key_alias_arn = "arn:aws:kms:eu-west-1:333333333333:alias/acme-live-evidence"
  }
  people_by_persona = {
    auditor         = ["omar"]
    platform-admin  = ["petra"]
    release-manager = ["rita"]
  }
  role_names = {
    auditor         = "acme-live-auditor"
    platform-admin  = "acme-live-platform-admin"
    release-manager = "acme-live-release-manager"
  }
  sign_in_role_arn = "arn:aws:iam::333333333333:role/acme-sign-in"
}

run "nobody_changes_anything" {
  command = plan

  assert {
    condition     = alltrue(flatten([for json in values(output.policy_json) : [for action in flatten(jsondecode(json).Statement[*].Action) : can(regex(":(BatchGet|Describe|Filter|Get|List|Lookup)|^kms:Decrypt$", action))]]))
    error_message = "Everybody must only look."
  }
}

run "evidence_is_read_and_data_and_models_are_not" {
  command = plan

  assert {
    condition     = [for persona, json in output.policy_json : persona if contains(flatten(jsondecode(json).Statement[*].Action), "s3:GetObject")] == ["auditor", "release-manager"]
    error_message = "Whoever audits or releases must read evidence, and nobody else."
  }

  assert {
    condition     = alltrue(flatten([for json in values(output.policy_json) : [for s in jsondecode(json).Statement : s.Resource == "arn:aws:s3:::acme-live-evidence-333333333333/*" if contains(flatten([s.Action]), "s3:GetObject")]]))
    error_message = "Nothing but evidence may be read."
  }

  assert {
    condition     = alltrue(flatten([for json in values(output.policy_json) : [for s in jsondecode(json).Statement : s.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"] == "alias/acme-live-evidence" if contains(flatten([s.Action]), "kms:Decrypt")]]))
    error_message = "No key but that of the evidence may be used."
  }
}

run "only_an_auditor_reads_the_trail" {
  command = plan

  assert {
    condition     = [for persona, json in output.policy_json : persona if strcontains(json, "/aws/cloudtrail/")] == ["auditor"]
    error_message = "Whoever runs the platform must not read what watches it."
  }
}

run "people_arrive_under_their_own_name" {
  command = plan

  assert {
    condition     = alltrue([for persona, json in output.trust_json : toset(flatten([jsondecode(json).Statement[0].Condition.StringEquals["sts:SourceIdentity"]])) == toset(var.people_by_persona[persona])])
    error_message = "Only the people of the persona may take its role."
  }
}
