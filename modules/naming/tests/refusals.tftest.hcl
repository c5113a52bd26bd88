# Every rule about an input refuses what breaks it.

# A refusal needs no policy: the mocked provider renders none, and starts in a fraction of the time.
mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = {
      json          = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
      minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
    }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
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
      units = {
        data-science = "ou-a1b2-c3d4e5f6"
        staging      = "ou-a1b2-d4e5f6a7"
        production   = "ou-a1b2-e5f6a7b8"
      }
    }
    forge = {
      issuer        = "token.actions.githubusercontent.com"
      plan_subject  = "repo:acme/platform:pull_request"
      apply_subject = "repo:acme/platform:environment:{account}"
    }
    accounts = {
      lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
      rehearsal  = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
      production = { id = "333333333333", kind = "production", region = "us-east-1", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
    }
    people = {
      omar  = { email = "omar@example.com", persona = "auditor" }
      rita  = { email = "rita@example.com", persona = "release-manager" }
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

run "refuses_two_accounts_that_build_models_for_one_business_unit" {
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

run "refuses_a_single_account_with_several_ids" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { single_account = true })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_single_account_in_several_regions" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { single_account = true })
      accounts = {
        for name, account in var.organization.accounts : name => merge(account, { id = "111111111111" })
      }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_organisational_unit_of_another_shape" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { units = { data-science = "ou-a1b2-c3d4e5f6", staging = "r-a1b2", production = "ou-a1b2-e5f6a7b8" } })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_issuer_that_is_an_address" {
  command = plan

  variables {
    organization = merge(var.organization, {
      forge = merge(var.organization.forge, { issuer = "https://forge.example.com" })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_subject_that_is_a_pattern" {
  command = plan

  variables {
    organization = merge(var.organization, {
      forge = merge(var.organization.forge, { plan_subject = "repo:acme/*" })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_one_subject_to_plan_and_to_apply" {
  command = plan

  variables {
    organization = merge(var.organization, {
      forge = merge(var.organization.forge, { plan_subject = var.organization.forge.apply_subject })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_business_unit_in_capitals" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id            = "222222222222"
          kind          = "staging"
          business_unit = "Risk"
          network       = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_business_unit_without_targets" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        risk-lab = { id = "444444444444", kind = "data-science", business_unit = "risk", network = { cidr = "10.20.0.0/16", zones = ["a", "b"] } }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_network_that_is_both_made_and_brought" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id      = "222222222222"
          kind    = "staging"
          network = { cidr = "10.17.0.0/16", zones = ["a", "b"], vpc_id = "vpc-0123", subnet_ids = ["subnet-0123"], route_table_ids = ["rtb-0123"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_of_an_unknown_business_unit" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", business_unit = "moon" } }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_person_of_an_unknown_business_unit" {
  command = plan

  variables {
    organization = merge(var.organization, {
      people = merge(var.organization.people, { tara = { email = "tara@example.com", persona = "lead", business_unit = "moon" } })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_owner_of_another_business_unit" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        risk-lab  = { id = "444444444444", kind = "data-science", business_unit = "risk", network = { cidr = "10.20.0.0/16", zones = ["a", "b"] } }
        risk-test = { id = "555555555555", kind = "staging", business_unit = "risk", network = { cidr = "10.21.0.0/16", zones = ["a", "b"] } }
        risk-live = { id = "666666666666", kind = "production", business_unit = "risk", network = { cidr = "10.22.0.0/16", zones = ["a", "b"] } }
      })
      people = merge(var.organization.people, {
        rosa = { email = "rosa@example.com", persona = "lead", business_unit = "risk" }
      })
      models = { churn = { description = "Tells who leaves.", owner = "rosa" } }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_name_that_makes_a_role_name_too_long" {
  command = plan

  variables {
    account = "the-long-laboratory1"
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { prefix = "abcdefghijkl" })
      accounts = {
        the-long-laboratory1 = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
        rehearsal            = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
        production           = { id = "333333333333", kind = "production", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
      }
      people = merge(var.organization.people, {
        maximiliane-of-the-hills = { email = "max@example.com", persona = "lead" }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_person_with_a_dot" {
  command = plan

  variables {
    organization = merge(var.organization, {
      people = merge(var.organization.people, { "ta.ra" = { email = "tara@example.com", persona = "lead" } })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_business_unit_in_three_regions" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        production-ap = { id = "444444444444", kind = "production", region = "ap-south-1", network = { cidr = "10.20.0.0/16", zones = ["a", "b"] } }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_lock_of_evidence_that_aws_does_not_know" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id       = "222222222222"
          kind     = "staging"
          evidence = { lock = "FOREVER" }
          network  = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_evidence_for_no_day" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        rehearsal = {
          id       = "222222222222"
          kind     = "staging"
          evidence = { days = 0 }
          network  = { cidr = "10.17.0.0/16", zones = ["a", "b"] }
        }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_several_business_units_in_a_single_account" {
  command = plan

  variables {
    organization = merge(var.organization, {
      organization = merge(var.organization.organization, { single_account = true })
      accounts = {
        lab        = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] } }
        rehearsal  = { id = "111111111111", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] } }
        production = { id = "111111111111", kind = "production", network = { cidr = "10.18.0.0/16", zones = ["a", "b"] } }
        risk-lab   = { id = "111111111111", kind = "data-science", business_unit = "risk", network = { cidr = "10.20.0.0/16", zones = ["a", "b"] } }
        risk-test  = { id = "111111111111", kind = "staging", business_unit = "risk", network = { cidr = "10.21.0.0/16", zones = ["a", "b"] } }
        risk-live  = { id = "111111111111", kind = "production", business_unit = "risk", network = { cidr = "10.22.0.0/16", zones = ["a", "b"] } }
      }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_an_account_that_is_called_like_an_experiment" {
  command = plan

  variables {
    organization = merge(var.organization, {
      accounts = merge(var.organization.accounts, {
        x = { id = "444444444444", kind = "staging", network = { cidr = "10.19.0.0/16", zones = ["a", "b"] } }
      })
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_that_is_called_like_an_account" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { lab-churn = values(var.organization.models)[0] }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_that_answers_in_another_way" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = merge(values(var.organization.models)[0], { answers = "maybe" }) }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_of_which_something_else_is_promoted" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = merge(values(var.organization.models)[0], { promotes = "weights" }) }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_code_that_reaches_no_target" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = merge(values(var.organization.models)[0], { answers = "batch", promotes = "code" }) }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_whose_place_is_where_people_bring_data" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { raw = values(var.organization.models)[0] }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_a_model_that_is_called_like_an_experiment" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { x-churn = values(var.organization.models)[0] }
    })
  }

  expect_failures = [var.organization]
}

run "refuses_half_an_approval" {
  command = plan

  variables {
    organization = merge(var.organization, { promotion = { approvals = { staging = 0, production = 1.5 } } })
  }

  expect_failures = [output.approvals]
}

run "refuses_production_without_an_approval" {
  command = plan

  variables {
    organization = merge(var.organization, { promotion = { approvals = { staging = 0, production = 0 } } })
  }

  expect_failures = [output.approvals]
}

run "refuses_approvals_that_count_for_longer_than_a_week" {
  command = plan

  variables {
    organization = merge(var.organization, { promotion = { approval_valid_minutes = 10081 } })
  }

  expect_failures = [output.approval_valid_minutes]
}

run "refuses_more_approvals_than_there_are_release_managers" {
  command = plan

  variables {
    organization = merge(var.organization, { promotion = { approvals = { staging = 0, production = 2 } } })
  }

  expect_failures = [output.approvals]
}

run "refuses_an_image_of_features_by_a_tag" {
  command = plan

  variables {
    organization = merge(var.organization, { features = { image = "latest", groups = { visits = { columns = { id = "text" }, description = "Visits.", owner = "sofia", record_id = "id" } } } })
  }

  expect_failures = [output.feature_image_digest]
}

run "refuses_a_feature_group_of_a_long_name" {
  command = plan

  variables {
    organization = merge(var.organization, { features = { image = "sha256:${join("", [for _ in range(64) : "a"])}", groups = { visits-to-the-museums-of-all-towns = { columns = { id = "text" }, description = "Visits.", owner = "sofia", record_id = "id" } } } })
  }

  expect_failures = [output.feature_groups]
}

run "refuses_a_feature_group_of_no_business_unit" {
  command = plan

  variables {
    organization = merge(var.organization, { features = { image = "sha256:${join("", [for _ in range(64) : "a"])}", groups = { visits = { business_unit = "nowhere", columns = { id = "text" }, description = "Visits.", owner = "sofia", record_id = "id" } } } })
  }

  expect_failures = [output.feature_groups]
}

run "refuses_a_feature_group_of_nobody" {
  command = plan

  variables {
    organization = merge(var.organization, { features = { image = "sha256:${join("", [for _ in range(64) : "a"])}", groups = { visits = { columns = { id = "text" }, description = "Visits.", owner = "nobody", record_id = "id" } } } })
  }

  expect_failures = [output.feature_groups]
}

run "refuses_a_dashboard_where_nobody_forecasts" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["group/default/business"] } }
      })
    })
  }

  expect_failures = [output.dashboard]
}

run "refuses_a_dashboard_of_a_target" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        rehearsal = { id = "222222222222", kind = "staging", network = { cidr = "10.17.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["group/default/business"] } }
      })
    })
  }

  expect_failures = [output.dashboard]
}

run "refuses_a_dashboard_for_nobody" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = [] } }
      })
    })
  }

  expect_failures = [output.dashboard]
}

run "refuses_readers_of_a_dashboard_by_a_pattern" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["group/default/*"] } }
      })
    })
  }

  expect_failures = [output.dashboard]
}

run "refuses_a_dashboard_whose_people_are_in_no_region" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["group/default/business"], identity_region = "home" } }
      })
    })
  }

  expect_failures = [output.dashboard]
}

run "refuses_a_dashboard_by_roles_of_a_pattern" {
  command = plan

  variables {
    organization = merge(var.organization, {
      models = { churn = { description = "Tells who leaves.", owner = "sofia", answers = "batch" } }
      accounts = merge(var.organization.accounts, {
        lab = { id = "111111111111", kind = "data-science", network = { cidr = "10.16.0.0/16", zones = ["a", "b"] }, dashboard = { readers = ["group/default/business"], role = "aws-quicksight-*" } }
      })
    })
  }

  expect_failures = [output.dashboard]
}
