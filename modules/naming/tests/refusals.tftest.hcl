# Every rule about an input refuses what breaks it.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "AKIAIOSFODNN7EXAMPLE"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  account = "lab"
  organization = {
    schema_version = 1
    organization = {
      id                    = "o-a1b2c3d4e5"
      management_account_id = "999999999999"
      prefix                = "acme"
      region                = "eu-west-1"
      sign_in_role          = "AcmeSignIn"
    }
    accounts = {
      lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
      rehearsal  = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
      production = { id = "333333333333", kind = "production", region = "us-east-1", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
    }
    people = {
      omar  = { email = "omar@example.com", persona = "auditor" }
      sofia = { email = "sofia@example.com", persona = "data-scientist" }
      tara  = { email = "tara@example.com", persona = "data-scientist" }
    }
    models = { churn = { description = "Tells who leaves.", owner = "sofia" } }
  }
}

run "refuses_an_account_that_the_organisation_does_not_have" {
  command = plan

  variables {
    account = "moon"
  }

  expect_failures = [var.account]
}

run "refuses_another_version_of_the_schema" {
  command = plan

  variables {
    organization = merge(var.organization, {
      schema_version = 2
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_prefix_with_a_hyphen" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { prefix = "acme-ml" })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { id = "acme" })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "2222"
          kind    = "staging"
          network = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_two_accounts_with_one_id" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "111111111111"
          kind    = "staging"
          network = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_unknown_kind_of_account" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "222222222222"
          kind    = "test"
          network = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_two_accounts_that_build_models" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "222222222222"
          kind    = "data-science"
          network = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_network_that_is_no_address_block" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "222222222222"
          kind    = "staging"
          network = { cidr = "10.17.0.0", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_persona_that_does_not_exist" {
  command = plan

  variables {
    organization = merge(var.organization, {
      people = { sofia = { email = "sofia@example.com", persona = "owner" } }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_whose_owner_is_nobody" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "ghost" } }
    })
  }

  expect_failures = [var.organization]
}
