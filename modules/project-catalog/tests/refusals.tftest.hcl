# Every rule about an input, refused.

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

run "refuses_an_account_that_is_no_number" {
  command = plan

  variables {
    account      = merge(var.account, { id = "lab" })
    boundary_arn = "arn:aws:iam::111111111111:policy/b"
  }

  expect_failures = [var.account]
}

run "refuses_a_boundary_of_another_account" {
  command = plan

  variables {
    boundary_arn = "arn:aws:iam::222222222222:policy/acme-lab-boundary-service"
  }

  expect_failures = [var.boundary_arn]
}

run "refuses_a_portfolio_for_nobody" {
  command = plan

  variables {
    launcher_arns = {}
  }

  expect_failures = [var.launcher_arns]
}

run "refuses_any_role_as_a_launcher" {
  command = plan

  variables {
    launcher_arns = { all = "arn:aws:iam::111111111111:role/*" }
  }

  expect_failures = [var.launcher_arns]
}

run "refuses_what_is_no_organisation" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_portfolio_without_a_name" {
  command = plan

  variables {
    portfolio = merge(var.portfolio, { name = "" })
  }

  expect_failures = [var.portfolio]
}

run "refuses_a_portfolio_that_nobody_provides" {
  command = plan

  variables {
    portfolio = merge(var.portfolio, { provider_name = "" })
  }

  expect_failures = [var.portfolio]
}

run "refuses_a_product_with_a_name_in_capitals" {
  command = plan

  variables {
    products = { Log = var.products.notebook-log }
  }

  expect_failures = [var.products]
}

run "refuses_a_product_without_a_template" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { limits = {}, templates = [] }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_template_that_cannot_be_read" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { limits = {}, templates = ["Resources: { Log: !Sub x"] }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_template_that_makes_a_role" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { limits = {}, templates = ["{ Resources: { Role: { Type: 'AWS::IAM::Role' } } }"] }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_launch_role_that_passes_roles" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { statements = [{ sid = "Pass", actions = ["iam:PassRole"], resources = ["arn:aws:iam::111111111111:role/acme-lab-training"], conditions = [{ test = "StringEquals", variable = "iam:PassedToService", values = ["sagemaker.amazonaws.com"] }] }] }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_limit_of_a_parameter_that_a_template_lacks" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { limits = { Size = ["1"] } }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_launch_role_that_guardrails_do_not_know" {
  command = plan

  variables {
    products = { notebook-log = merge(var.products.notebook-log, { role_name = "acme-lab-catalog" }) }
  }

  expect_failures = [var.products]
}

run "refuses_a_tag_without_values" {
  command = plan

  variables {
    tag_options = { owner = [] }
  }

  expect_failures = [var.tag_options]
}

run "refuses_a_tag_of_aws" {
  command = plan

  variables {
    tag_options = { "aws:owner" = ["lena"] }
  }

  expect_failures = [var.tag_options]
}

run "refuses_a_bucket_by_its_address" {
  command = plan

  variables {
    template_bucket_name = "https://acme"
  }

  expect_failures = [var.template_bucket_name]
}
