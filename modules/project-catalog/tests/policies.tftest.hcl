# What a product is launched with and who may launch it, rendered by the real provider.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account              = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  boundary_arn         = "arn:aws:iam::111111111111:policy/acme-lab-boundary-service"
  launcher_arns        = { data-scientist = "arn:aws:iam::111111111111:role/acme-lab-data-scientist" }
  organization_id      = "o-a1b2c3d4e5"
  tag_options          = { owner = ["lena", "sofia"] }
  template_bucket_name = "acme-lab-catalog-111111111111"

  portfolio = {
    description   = "What people launch by themselves."
    name          = "acme-lab"
    provider_name = "acme"
  }
  products = {
    notebook-log = {
      description = "A log group for a while."
      limits      = { Days = ["30", "90"] }
      role_name   = "acme-lab-notebook-log-launch"
      statements = [{
        sid       = "KeepLogGroups"
        actions   = ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"]
        resources = ["arn:aws:logs:eu-west-1:111111111111:log-group:/acme-lab/x/*"]
      }]
      templates = ["{ Parameters: { Days: { Type: Number } }, Resources: { Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: /acme-lab/x/log } } } }"]
    }
  }
}

run "launches_with_a_role_of_the_product_and_never_with_ones_own" {
  command = plan

  assert {
    condition     = aws_servicecatalog_constraint.launch["notebook-log"].type == "LAUNCH" && jsondecode(aws_servicecatalog_constraint.launch["notebook-log"].parameters).LocalRoleName == "acme-lab-notebook-log-launch"
    error_message = "Each product must be launched with its own role."
  }

  assert {
    condition     = one([for s in jsondecode(output.launch_role_trust["notebook-log"]).Statement : s if s.Sid == "AllowServiceCatalog"]).Principal.Service == "servicecatalog.amazonaws.com" && one([for s in jsondecode(output.launch_role_trust["notebook-log"]).Statement : s if s.Sid == "AllowServiceCatalog"]).Condition.StringEquals["aws:SourceAccount"] == "111111111111"
    error_message = "Only Service Catalog may take the role, for this account."
  }
}

run "touches_no_stack_but_those_of_service_catalog" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.launch_role_policies["notebook-log"]).Statement : s if s.Sid == "KeepStacks"]).Resource == "arn:aws:cloudformation:eu-west-1:111111111111:stack/SC-111111111111-*/*"
    error_message = "Other stacks must be out of reach."
  }

  assert {
    condition     = one([for s in jsondecode(output.launch_role_policies["notebook-log"]).Statement : s if s.Sid == "KeepStacks"]).Condition == { Null = { "cloudformation:RoleArn" = "true" } }
    error_message = "A stack must not work with another role."
  }

  assert {
    condition     = toset(flatten(one([for s in jsondecode(output.launch_role_policies["notebook-log"]).Statement : s if s.Sid == "CheckTemplates"]).Action)) == toset(["cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"])
    error_message = "Templates must only be checked."
  }
}

run "reads_nothing_but_what_service_catalog_tagged" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.launch_role_policies["notebook-log"]).Statement : s if s.Sid == "ReadTemplates"]).Condition.StringEquals["s3:ExistingObjectTag/servicecatalog:provisioning"] == "true" && one([for s in jsondecode(output.launch_role_policies["notebook-log"]).Statement : s if s.Sid == "ReadTemplates"]).Resource == "arn:aws:s3:::sc-*/*"
    error_message = "Only copies of templates may be read."
  }
}

run "has_nothing_of_identities" {
  command = plan

  assert {
    condition     = length([for a in flatten(jsondecode(output.launch_role_policies["notebook-log"]).Statement[*].Action) : a if can(regex("^(iam|sts|servicecatalog):", a)) || strcontains(a, "*")]) == 0
    error_message = "No identity, no product and no wildcard."
  }
}

run "limits_what_may_be_asked" {
  command = plan

  assert {
    condition     = jsondecode(aws_servicecatalog_constraint.template["notebook-log"].parameters).Rules.Days.Assertions[0].Assert["Fn::Contains"][0] == ["30", "90"]
    error_message = "A parameter with a limit must be one of its values."
  }

  assert {
    condition     = length(aws_servicecatalog_constraint.template) == 1
    error_message = "Only products with limits have such a constraint."
  }
}

run "names_a_version_by_its_digest" {
  command = plan

  assert {
    condition     = output.versions["notebook-log"][0] == substr(sha256(var.products.notebook-log.templates[0]), 0, 12) && aws_s3_object.template["notebook-log/${output.versions["notebook-log"][0]}"].key == "notebook-log/${output.versions["notebook-log"][0]}.yaml"
    error_message = "Key and version must carry the digest of the template."
  }
}

run "keeps_the_first_version_and_makes_the_newest_the_default" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { templates = [for n in range(3) : replace(var.products.notebook-log.templates[0], "x/log", "x/log${n}")] }) }
  }

  assert {
    condition     = length(aws_servicecatalog_provisioning_artifact.this) == 2 && one([for a in aws_servicecatalog_provisioning_artifact.this : a.name if a.guidance == "DEFAULT"]) == output.versions["notebook-log"][2]
    error_message = "Only the newest version must be the default."
  }

  assert {
    condition     = aws_servicecatalog_product.this["notebook-log"].provisioning_artifact_parameters[0].name == output.versions["notebook-log"][0]
    error_message = "The product must stay what it was made with."
  }
}

run "lets_named_roles_launch_and_asks_for_an_owner" {
  command = plan

  assert {
    condition     = toset(values(aws_servicecatalog_principal_portfolio_association.this)[*].principal_arn) == toset(values(var.launcher_arns))
    error_message = "Only the roles that are named may launch."
  }

  assert {
    condition     = toset([for option in aws_servicecatalog_tag_option.this : option.value if option.key == "owner"]) == toset(["lena", "sofia"])
    error_message = "An owner must be chosen from those that are."
  }
}
