# Who gets packages from where, with policies rendered by the real provider on fake credentials.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  domain_name     = "acme-lab-packages"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  organization_id = "o-a1b2c3d4e5"
  publishers      = ["arn:aws:iam::111111111111:role/acme-lab-ml-engineer"]
  readers         = ["arn:aws:iam::111111111111:role/acme-lab-model-build"]
}

run "brings_nothing_from_outside_unless_declared" {
  command = plan

  assert {
    condition     = length(aws_codeartifact_repository.store) == 0 && length(aws_codeartifact_repository.this.upstream) == 0 && length(aws_codeartifact_repository.this.external_connections) == 0
    error_message = "There must be no way for a package from outside."
  }

  assert {
    condition     = aws_codeartifact_domain.this.encryption_key == var.kms_key_arn && output.index_url == "https://acme-lab-packages-111111111111.d.codeartifact.eu-west-1.amazonaws.com/pypi/pypi/simple/"
    error_message = "Packages must lie under our own key, at the address that is told."
  }
}

run "fetches_through_a_store_of_its_own_where_declared" {
  command = plan

  variables {
    upstreams = { pypi = { connection = "public:pypi", reason = "Open libraries, judged at every lock." } }
  }

  assert {
    condition     = aws_codeartifact_repository.store["pypi"].external_connections[0].external_connection_name == "public:pypi" && aws_codeartifact_repository.store["pypi"].description == "Open libraries, judged at every lock." && aws_codeartifact_repository.this.upstream[0].repository_name == "pypi-store" && length(aws_codeartifact_repository.this.external_connections) == 0
    error_message = "Packages from outside must come through the store, which says why."
  }
}

run "gives_tokens_to_named_roles_only" {
  command = plan

  assert {
    condition     = jsondecode(output.domain_policy_json).Statement[*].Sid == ["AllowTokens", "DenyTokensToOthers"] && jsondecode(output.domain_policy_json).Statement[0].Principal.AWS == "arn:aws:iam::111111111111:root" && toset(jsondecode(output.domain_policy_json).Statement[0].Condition.ArnEquals["aws:PrincipalArn"]) == toset(concat(var.publishers, var.readers)) && jsondecode(output.domain_policy_json).Statement[0].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    error_message = "Only readers and publishers of the organisation may have a token."
  }

  assert {
    condition     = jsondecode(output.domain_policy_json).Statement[1].Effect == "Deny" && toset(jsondecode(output.domain_policy_json).Statement[1].Condition.ArnNotEquals["aws:PrincipalArn"]) == toset(concat(var.publishers, var.readers))
    error_message = "Everybody else must be denied."
  }
}

run "lets_publishers_publish_and_nobody_remove" {
  command = plan

  assert {
    condition     = one([for s in jsondecode(output.repository_policy_json).Statement : s if s.Sid == "AllowPublish"]).Condition.ArnEquals["aws:PrincipalArn"] == var.publishers[0] && one([for s in jsondecode(output.repository_policy_json).Statement : s if s.Sid == "DenyPublishToOthers"]).Condition.ArnNotEquals["aws:PrincipalArn"] == var.publishers[0]
    error_message = "Only publishers may publish."
  }

  assert {
    condition     = toset(one([for s in jsondecode(output.repository_policy_json).Statement : s if s.Sid == "DenyReadToOthers"]).Condition.ArnNotEquals["aws:PrincipalArn"]) == toset(concat(var.publishers, var.readers))
    error_message = "Only readers and publishers may read."
  }

  assert {
    condition     = !can(one([for s in jsondecode(output.repository_policy_json).Statement : s if s.Sid == "DenyRemoval"]).Condition) && contains(one([for s in jsondecode(output.repository_policy_json).Statement : s if s.Sid == "DenyRemoval"]).Action, "codeartifact:DeletePackageVersions")
    error_message = "Nobody may remove what was published."
  }

  assert {
    condition     = alltrue(flatten([for s in jsondecode(output.repository_policy_json).Statement : [for action in flatten([s.Action]) : !strcontains(action, "*")]]))
    error_message = "Actions must be named one by one."
  }
}

run "tells_what_the_policy_of_a_role_must_say" {
  command = plan

  assert {
    condition     = jsondecode(output.read_policy_json).Statement[*].Sid == ["GetPackageToken", "SignInToPackages", "ReadOwnPackages"] && jsondecode(output.publish_policy_json).Statement[*].Sid == ["GetPackageToken", "SignInToPackages", "ReadOwnPackages", "PublishOwnPackages"]
    error_message = "A publisher must be a reader as well."
  }

  assert {
    condition     = [for s in jsondecode(output.publish_policy_json).Statement : s.Condition.StringEquals["sts:AWSServiceName"] if s.Resource == "*"] == ["codeartifact.amazonaws.com"]
    error_message = "Only the bearer token knows no resource, and it is for this service only."
  }
}
