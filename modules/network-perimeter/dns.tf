# Names are a way out too: a query carries data to whoever answers for a domain. So only the names
# of the endpoints and those that are told resolve; everything else does not, and when the firewall
# itself fails, nothing does.

locals {
  # AWS keeps every name with a dot at its end.
  _aws_domains = sort(distinct([
    for domain in flatten([
      for service in setunion(var.interface_endpoints, ["s3"]) : local._services[service].domains
    ]) : "${domain}."
  ]))

  # In the order in which they are tried. AWS answers for its own names and for what they redirect
  # to; a redirection of another's name must be on the list itself.
  _dns_rules = merge(
    {
      aws-services = {
        action      = "ALLOW"
        domains     = local._aws_domains
        priority    = 100
        redirection = "TRUST_REDIRECTION_DOMAIN"
      }
      everything-else = {
        action      = "BLOCK"
        domains     = ["*."]
        priority    = 900
        redirection = "INSPECT_REDIRECTION_DOMAIN"
      }
    },
    length(var.resolvable_domains) == 0 ? {} : {
      own = {
        action      = "ALLOW"
        domains     = sort([for domain in var.resolvable_domains : "${domain}."])
        priority    = 200
        redirection = "INSPECT_REDIRECTION_DOMAIN"
      }
    },
  )
}

resource "aws_route53_resolver_firewall_domain_list" "this" {
  for_each = local._dns_rules

  name    = "${var.account.prefix}-${each.key}"
  domains = each.value.domains
  tags    = var.tags
}

resource "aws_route53_resolver_firewall_rule_group" "this" {
  name = "${var.account.prefix}-dns"
  tags = var.tags
}

resource "aws_route53_resolver_firewall_rule" "this" {
  for_each = local._dns_rules

  name                               = each.key
  action                             = each.value.action
  block_response                     = each.value.action == "BLOCK" ? "NXDOMAIN" : null
  firewall_domain_list_id            = aws_route53_resolver_firewall_domain_list.this[each.key].id
  firewall_domain_redirection_action = each.value.redirection
  firewall_rule_group_id             = aws_route53_resolver_firewall_rule_group.this.id
  priority                           = each.value.priority
}

resource "aws_route53_resolver_firewall_config" "this" {
  resource_id        = var.vpc_id
  firewall_fail_open = "DISABLED"
}

resource "aws_route53_resolver_firewall_rule_group_association" "this" {
  name                   = "${var.account.prefix}-dns"
  firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.this.id
  # Protected, the association could not be taken away with the network; a guardrail keeps it.
  mutation_protection = "DISABLED"
  priority            = 101
  vpc_id              = var.vpc_id
  tags                = var.tags

  # With the block in place and an allowed name still missing, nothing would resolve for a while;
  # the other way round, everything would.
  depends_on = [
    aws_route53_resolver_firewall_config.this,
    aws_route53_resolver_firewall_rule.this,
  ]
}
