# With which role a product is launched, and what may be asked of it. Without the first, somebody
# would launch with their own permissions, so it is never left out.

resource "aws_servicecatalog_constraint" "launch" {
  for_each = var.products

  description  = "Launches as ${each.value.role_name}."
  portfolio_id = aws_servicecatalog_portfolio.this.id
  product_id   = aws_servicecatalog_product_portfolio_association.this[each.key].product_id
  type         = "LAUNCH"
  parameters   = jsonencode({ LocalRoleName = module.launch_role[each.key].name })
}

resource "aws_servicecatalog_constraint" "template" {
  for_each = local._limits

  description  = "Limits what may be asked."
  portfolio_id = aws_servicecatalog_portfolio.this.id
  product_id   = aws_servicecatalog_product_portfolio_association.this[each.key].product_id
  type         = "TEMPLATE"
  parameters = jsonencode({
    Rules = {
      for parameter, values in each.value.limits : parameter => {
        Assertions = [{
          Assert            = { "Fn::Contains" = [values, { Ref = parameter }] }
          AssertDescription = "${parameter} must be one of ${join(", ", values)}."
        }]
      }
    }
  })
}

# AWS documents what such a role needs of CloudFormation and S3; the rest is the template's:
# https://docs.aws.amazon.com/servicecatalog/latest/adminguide/constraints-launch.html
module "launch_role" {
  source   = "../workload-role"
  for_each = var.products

  account         = var.account
  boundary_arn    = var.boundary_arn
  description     = "Makes what somebody launches of the product ${each.key}."
  name            = each.value.role_name
  organization_id = var.organization_id
  statements      = concat(local._launching, each.value.statements)
  tags            = var.tags

  trust = {
    services = { catalog = { principal = "servicecatalog.amazonaws.com" } }
  }
  unscoped_statements = merge(each.value.unscoped_statements, {
    CheckTemplates = "A template that is checked belongs to no stack yet."
  })
}

locals {
  _launching = [
    {
      sid = "KeepStacks"
      actions = [
        "cloudformation:CreateStack",
        "cloudformation:DeleteStack",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStacks",
        "cloudformation:SetStackPolicy",
        "cloudformation:UpdateStack",
      ]
      resources = [
        "arn:${var.account.partition}:cloudformation:${var.account.region}:${var.account.id}:stack/SC-${var.account.id}-*/*",
      ]
      # A stack works with this role and never with another that is named for it.
      conditions = [{ test = "Null", variable = "cloudformation:RoleArn", values = ["true"] }]
    },
    {
      sid       = "CheckTemplates"
      actions   = ["cloudformation:GetTemplateSummary", "cloudformation:ValidateTemplate"]
      resources = ["*"]
    },
    {
      # Service Catalog copies a template into a bucket of its own when a version is made, and
      # tags the copy; what it reads at a launch is that.
      sid       = "ReadTemplates"
      actions   = ["s3:GetObject"]
      resources = ["arn:${var.account.partition}:s3:::sc-*/*"]
      conditions = [{
        test     = "StringEquals"
        variable = "s3:ExistingObjectTag/servicecatalog:provisioning"
        values   = ["true"]
      }]
    },
  ]
}
