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
  account             = { id = "111111111111", prefix = "acme-lab", region = "eu-west-1" }
  interface_endpoints = ["sagemaker.api", "studio", "sts"]
  kms_key_arn         = "arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111"
  organization_id     = "o-a1b2c3d4e5"
  resolvable_domains  = ["*.git.acme.example"]
  route_table_ids     = ["rtb-0123456789abcdef0"]
  subnet_ids          = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
  vpc_id              = "vpc-0123456789abcdef0"

  workload_traffic = {
    keys = { description = "Jobs of several instances agree on keys.", protocol = "udp", port = 500 }
  }
}

run "refuses_an_account_id_that_is_not_12_digits" {
  command = plan

  variables {
    account = merge(var.account, { id = "12" })
  }

  expect_failures = [var.account]
}

run "refuses_an_endpoint_that_is_not_in_the_catalogue" {
  command = plan

  variables {
    interface_endpoints = ["com.amazonaws.eu-west-1.*"]
  }

  expect_failures = [var.interface_endpoints]
}

run "refuses_a_second_endpoint_for_s3" {
  command = plan

  variables {
    interface_endpoints = ["s3"]
  }

  expect_failures = [var.interface_endpoints]
}

run "refuses_an_alias_in_place_of_a_key" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:111111111111:alias/acme-lab-data"
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

run "refuses_a_query_log_that_is_kept_less_than_a_year" {
  command = plan

  variables {
    query_log_retention_days = 30
  }

  expect_failures = [var.query_log_retention_days]
}

run "refuses_to_resolve_everything" {
  command = plan

  variables {
    resolvable_domains = ["*"]
  }

  expect_failures = [var.resolvable_domains]
}

run "refuses_to_resolve_a_whole_top_level" {
  command = plan

  variables {
    resolvable_domains = ["*.com"]
  }

  expect_failures = [var.resolvable_domains]
}

run "refuses_to_resolve_every_name_of_aws" {
  command = plan

  variables {
    resolvable_domains = ["*.amazonaws.com"]
  }

  expect_failures = [var.resolvable_domains]
}

run "refuses_a_perimeter_without_route_tables" {
  command = plan

  variables {
    route_table_ids = []
  }

  expect_failures = [var.route_table_ids]
}

run "refuses_a_route_table_of_another_shape" {
  command = plan

  variables {
    route_table_ids = ["main"]
  }

  expect_failures = [var.route_table_ids]
}

run "refuses_a_single_subnet" {
  command = plan

  variables {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_a_subnet_of_another_shape" {
  command = plan

  variables {
    subnet_ids = ["subnet-0123456789abcdef0", "10.16.0.0/18"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_the_same_subnet_twice" {
  command = plan

  variables {
    subnet_ids = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef0"]
  }

  expect_failures = [var.subnet_ids]
}

run "refuses_a_network_of_another_shape" {
  command = plan

  variables {
    vpc_id = "default"
  }

  expect_failures = [var.vpc_id]
}

run "refuses_that_workloads_say_everything_to_each_other" {
  command = plan

  variables {
    workload_traffic = { all = { description = "Whatever it may be.", protocol = "-1" } }
  }

  expect_failures = [var.workload_traffic]
}

run "refuses_traffic_without_a_port" {
  command = plan

  variables {
    workload_traffic = { all = { description = "Whatever it may be.", protocol = "tcp" } }
  }

  expect_failures = [var.workload_traffic]
}

run "refuses_traffic_without_a_reason" {
  command = plan

  variables {
    workload_traffic = { keys = { description = "Keys.", protocol = "udp", port = 500 } }
  }

  expect_failures = [var.workload_traffic]
}
