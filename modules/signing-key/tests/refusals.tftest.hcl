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
  account            = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  administrators     = ["arn:aws:iam::111111111111:role/acme-administrator"]
  inspectors         = ["arn:aws:iam::111111111111:role/acme-lab-auditor"]
  organization_id    = "o-a1b2c3d4e5"
  public_key_readers = ["arn:aws:iam::222222222222:role/acme-rehearsal-apply"]
  purpose            = "approval-rita"
  signer             = { person = "rita", role_arn = "arn:aws:iam::111111111111:role/acme-lab-release-manager" }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account        = merge(var.account, { id = "12" })
    administrators = ["arn:aws:iam::12:role/acme-administrator"]
    inspectors     = []
    signer         = { role_arn = "arn:aws:iam::12:role/acme-lab-bundle" }
  }

  expect_failures = [var.account]
}

run "refuses_a_key_without_an_administrator" {
  command = plan

  variables {
    administrators = []
  }

  expect_failures = [var.administrators]
}

run "refuses_an_account_root_as_administrator" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::111111111111:root"]
  }

  expect_failures = [var.administrators]
}

run "refuses_an_administrator_of_another_account" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::222222222222:role/acme-administrator"]
  }

  expect_failures = [var.administrators]
}

run "refuses_an_administrator_who_signs" {
  command = plan

  variables {
    administrators = ["arn:aws:iam::111111111111:role/acme-lab-release-manager"]
  }

  expect_failures = [var.administrators]
}

run "refuses_an_inspector_of_another_account" {
  command = plan

  variables {
    inspectors = ["arn:aws:iam::222222222222:role/acme-auditor"]
  }

  expect_failures = [var.inspectors]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_an_account_root_as_reader" {
  command = plan

  variables {
    public_key_readers = ["arn:aws:iam::222222222222:root"]
  }

  expect_failures = [var.public_key_readers]
}

run "refuses_a_purpose_that_is_an_alias" {
  command = plan

  variables {
    purpose = "alias/approval-rita"
  }

  expect_failures = [var.purpose]
}

run "refuses_a_signer_of_another_account" {
  command = plan

  variables {
    signer = { role_arn = "arn:aws:iam::222222222222:role/acme-lab-bundle" }
  }

  expect_failures = [var.signer]
}

run "refuses_a_pattern_of_signers" {
  command = plan

  variables {
    signer = { role_arn = "arn:aws:iam::111111111111:role/acme-*" }
  }

  expect_failures = [var.signer]
}

run "refuses_a_pattern_of_people" {
  command = plan

  variables {
    signer = { person = "*", role_arn = "arn:aws:iam::111111111111:role/acme-lab-release-manager" }
  }

  expect_failures = [var.signer]
}
