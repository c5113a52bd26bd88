# Where packages come from in a network that has no internet: one repository under a key of our
# own, with named readers and publishers. Nothing comes from outside unless that is declared.

locals {
  _place = "${var.account.region}:${var.account.id}"
  _arn   = "arn:${var.account.partition}:codeartifact:${local._place}"

  domain_arn     = "${local._arn}:domain/${var.domain_name}"
  repository_arn = "${local._arn}:repository/${var.domain_name}/${var.repository_name}"
  package_arns   = "${local._arn}:package/${var.domain_name}/${var.repository_name}/*"

  _host = "${var.domain_name}-${var.account.id}.d.codeartifact.${var.account.region}.amazonaws.com"
}

resource "aws_codeartifact_domain" "this" {
  domain         = var.domain_name
  encryption_key = var.kms_key_arn
  tags           = var.tags
}

resource "aws_codeartifact_domain_permissions_policy" "this" {
  domain          = aws_codeartifact_domain.this.domain
  policy_document = data.aws_iam_policy_document.domain.json
}

# The service itself fetches from outside; whoever asks for a package still needs no way there.
resource "aws_codeartifact_repository" "store" {
  for_each = var.upstreams

  domain      = aws_codeartifact_domain.this.domain
  repository  = "${each.key}-store"
  description = each.value.reason
  tags        = var.tags

  external_connections {
    external_connection_name = each.value.connection
  }
}

resource "aws_codeartifact_repository" "this" {
  domain      = aws_codeartifact_domain.this.domain
  repository  = var.repository_name
  description = "Packages for builds and notebooks."
  tags        = var.tags

  dynamic "upstream" {
    for_each = aws_codeartifact_repository.store

    content {
      repository_name = upstream.value.repository
    }
  }
}

resource "aws_codeartifact_repository_permissions_policy" "this" {
  domain          = aws_codeartifact_domain.this.domain
  repository      = aws_codeartifact_repository.this.repository
  policy_document = data.aws_iam_policy_document.repository.json
}
