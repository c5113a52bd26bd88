# The network in which everything runs: made here or brought, and its edge.

locals {
  # Made here where organization.yaml tells zones; brought where it tells ids.
  _own_network = local.account.network.vpc_id == null ? { this = local.account.network } : {}

  _network = one(concat(
    [
      for own in module.private_network : {
        route_table_ids = [own.route_table_id]
        subnet_ids      = own.subnet_ids
        vpc_id          = own.vpc_id
      }
    ],
    [
      for brought in [local.account.network] : {
        route_table_ids = brought.route_table_ids
        subnet_ids      = brought.subnet_ids
        vpc_id          = brought.vpc_id
      } if brought.vpc_id != null
    ],
  ))

  # What everything that runs in the network is told of it.
  network = {
    security_group_ids = [module.network_perimeter.workload_security_group_id]
    subnet_ids         = local._network.subnet_ids
    vpc_id             = local._network.vpc_id
  }
}

module "private_network" {
  source   = "../../modules/private-network"
  for_each = local._own_network

  account         = local.account
  boundary_arn    = local.boundaries.service
  kms_key_arn     = module.key["logs"].key_arn
  network         = each.value
  organization_id = module.naming.organization_id
}

module "network_perimeter" {
  source = "../../modules/network-perimeter"

  account            = local.account
  kms_key_arn        = module.key["logs"].key_arn
  organization_id    = module.naming.organization_id
  resolvable_domains = local.account.network.domains
  route_table_ids    = local._network.route_table_ids
  subnet_ids         = local._network.subnet_ids
  vpc_id             = local._network.vpc_id

  # Why each is here stands in docs/concepts/network.md.
  interface_endpoints = concat(local._query_endpoints, [
    "codeartifact.api",
    "codeartifact.repositories",
    "codepipeline",
    "ecr.api",
    "ecr.dkr",
    "events",
    "kms",
    "logs",
    "monitoring",
    "sagemaker.api",
    "sagemaker.featurestore-runtime",
    "sagemaker.runtime",
    "secretsmanager",
    "sns",
    "ssm",
    "sts",
    "studio",
  ])

  # Between the instances of one job; SageMaker seals it with IPsec.
  workload_traffic = {
    job-keys = {
      description = "Instances of a job agree on keys."
      protocol    = "udp"
      port        = 500
    }
    job-traffic = {
      description = "Instances of a job exchange sealed traffic."
      protocol    = "50"
    }
  }
}
