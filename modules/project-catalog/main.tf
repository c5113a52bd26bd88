# A portfolio of products that people launch by themselves: each is a CloudFormation template with a
# role of its own that makes what the template says, so that whoever launches needs none of it.

locals {
  _products = {
    for name, product in var.products : name => merge(product, {
      # The name of a version is the beginning of its template's digest.
      versions = [for template in product.templates : substr(sha256(template), 0, 12)]
    })
  }
  _templates = merge([
    for name, product in var.products : {
      for template in product.templates : "${name}/${substr(sha256(template), 0, 12)}" => template
    }
  ]...)
  _later = merge([
    for name, product in local._products : {
      for place, version in product.versions : "${name}/${version}" => {
        newest  = place == length(product.versions) - 1
        product = name
        version = version
      } if place > 0
    }
  ]...)
  _template_url = join("", [
    "https://${var.template_bucket_name}.s3.${var.account.region}.",
    startswith(var.account.partition, "aws-cn") ? "amazonaws.com.cn" : "amazonaws.com",
  ])
  _limits = { for name, product in var.products : name => product if length(product.limits) > 0 }
  _tag_options = merge([
    for key, values in var.tag_options : {
      for value in values : "${key}/${value}" => { key = key, value = value }
    }
  ]...)
}

resource "aws_servicecatalog_portfolio" "this" {
  name          = var.portfolio.name
  description   = var.portfolio.description
  provider_name = var.portfolio.provider_name
  tags          = var.tags
}

resource "aws_s3_object" "template" {
  for_each = local._templates

  bucket       = var.template_bucket_name
  key          = "${each.key}.yaml"
  content      = each.value
  content_type = "application/yaml"
  tags         = var.tags
}

resource "aws_servicecatalog_product" "this" {
  for_each = local._products

  name        = "${var.account.prefix}-${each.key}"
  description = each.value.description
  owner       = var.portfolio.provider_name
  type        = "CLOUD_FORMATION_TEMPLATE"
  tags        = var.tags

  provisioning_artifact_parameters {
    name         = each.value.versions[0]
    type         = "CLOUD_FORMATION_TEMPLATE"
    template_url = "${local._template_url}/${aws_s3_object.template["${each.key}/${each.value.versions[0]}"].key}"
  }
}

resource "aws_servicecatalog_provisioning_artifact" "this" {
  for_each = local._later

  product_id   = aws_servicecatalog_product.this[each.value.product].id
  name         = each.value.version
  type         = "CLOUD_FORMATION_TEMPLATE"
  active       = true
  guidance     = each.value.newest ? "DEFAULT" : "DEPRECATED"
  template_url = "${local._template_url}/${aws_s3_object.template[each.key].key}"
}

resource "aws_servicecatalog_product_portfolio_association" "this" {
  for_each = var.products

  portfolio_id = aws_servicecatalog_portfolio.this.id
  product_id   = aws_servicecatalog_product.this[each.key].id
}

resource "aws_servicecatalog_principal_portfolio_association" "this" {
  for_each = var.launcher_arns

  portfolio_id   = aws_servicecatalog_portfolio.this.id
  principal_arn  = each.value
  principal_type = "IAM"
}

resource "aws_servicecatalog_tag_option" "this" {
  for_each = local._tag_options

  key   = each.value.key
  value = each.value.value
}

resource "aws_servicecatalog_tag_option_resource_association" "this" {
  for_each = local._tag_options

  resource_id   = aws_servicecatalog_portfolio.this.id
  tag_option_id = aws_servicecatalog_tag_option.this[each.key].id
}
