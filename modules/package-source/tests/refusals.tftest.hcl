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
  account         = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  domain_name     = "acme-lab-packages"
  kms_key_arn     = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  organization_id = "o-a1b2c3d4e5"
  publishers      = ["arn:aws:iam::111111111111:role/acme-lab-ml-engineer"]
  readers         = ["arn:aws:iam::111111111111:role/acme-lab-model-build"]
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_a_domain_name_of_another_shape" {
  command = plan

  variables {
    domain_name = "Acme Packages"
  }

  expect_failures = [var.domain_name]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-packages"
  }

  expect_failures = [var.kms_key_arn]
}

run "refuses_an_organization_id_of_another_shape" {
  command = plan

  variables {
    organization_id = "acme"
  }

  expect_failures = [var.organization_id]
}

run "refuses_a_source_without_a_publisher" {
  command = plan

  variables {
    publishers = []
  }

  expect_failures = [var.publishers]
}

run "refuses_a_publisher_of_another_account" {
  command = plan

  variables {
    publishers = ["arn:aws:iam::222222222222:role/acme-live-ml-engineer"]
  }

  expect_failures = [var.publishers]
}

run "refuses_an_account_as_reader" {
  command = plan

  variables {
    readers = ["arn:aws:iam::111111111111:root"]
  }

  expect_failures = [var.readers]
}

run "refuses_a_repository_name_of_another_shape" {
  command = plan

  variables {
    repository_name = "p"
  }

  expect_failures = [var.repository_name]
}

run "refuses_a_second_upstream" {
  command = plan

  variables {
    upstreams = {
      one = { connection = "public:pypi", reason = "Open libraries, judged at every lock." }
      two = { connection = "public:pypi", reason = "Open libraries, judged at every lock." }
    }
  }

  expect_failures = [var.upstreams]
}

run "refuses_an_upstream_for_other_packages" {
  command = plan

  variables {
    upstreams = { npm = { connection = "public:npmjs", reason = "Open libraries, judged at every lock." } }
  }

  expect_failures = [var.upstreams]
}

run "refuses_an_upstream_without_a_reason" {
  command = plan

  variables {
    upstreams = { pypi = { connection = "public:pypi", reason = "handy" } }
  }

  expect_failures = [var.upstreams]
}
