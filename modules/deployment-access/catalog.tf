# Products that people launch by themselves, where the account has a bucket for their templates.
# Service Catalog gives ids, so products and portfolios are named by type within the account.

locals {
  _has_catalog     = var.template_bucket_name != null
  _template_bucket = "arn:${local._partition}:s3:::${coalesce(var.template_bucket_name, "none")}"
  _catalog_arns = [
    for type in ["portfolio", "product"] :
    "arn:${local._partition}:catalog:${local._end}:${type}/*"
  ]

  # What each of the policies says of it beside the rest; AWS attaches ten policies to a role.
  _catalog_statements = local._has_catalog ? {
    change-audit  = local._change_catalog
    read-services = local._see_catalog
    state-apply   = local._keep_templates
    state-plan    = local._read_templates
  } : {}

  _see_catalog = [
    {
      sid = "SeeCatalog"
      actions = [
        "servicecatalog:DescribePortfolio",
        "servicecatalog:DescribeProductAsAdmin",
        "servicecatalog:DescribeProvisioningArtifact",
        "servicecatalog:ListPortfoliosForProduct",
        "servicecatalog:ListPrincipalsForPortfolio",
      ]
      resources = local._catalog_arns
    },
    {
      sid = "FindInCatalog"
      actions = [
        "servicecatalog:DescribeConstraint",
        "servicecatalog:DescribeTagOption",
        "servicecatalog:ListResourcesForTagOption",
      ]
      resources = ["*"]
    },
  ]

  _change_catalog = [
    {
      sid = "ChangeCatalog"
      actions = [
        "servicecatalog:AssociatePrincipalWithPortfolio",
        "servicecatalog:AssociateTagOptionWithResource",
        "servicecatalog:CreateConstraint",
        "servicecatalog:CreatePortfolio",
        "servicecatalog:CreateProduct",
        "servicecatalog:CreateProvisioningArtifact",
        "servicecatalog:DeletePortfolio",
        "servicecatalog:DeleteProduct",
        "servicecatalog:DeleteProvisioningArtifact",
        "servicecatalog:DisassociatePrincipalFromPortfolio",
        "servicecatalog:DisassociateTagOptionFromResource",
        "servicecatalog:UpdatePortfolio",
        "servicecatalog:UpdateProduct",
        "servicecatalog:UpdateProvisioningArtifact",
      ]
      resources = local._catalog_arns
    },
    {
      # AWS lets these name no resource.
      sid = "ConnectCatalog"
      actions = [
        "servicecatalog:AssociateProductWithPortfolio",
        "servicecatalog:CreateTagOption",
        "servicecatalog:DeleteConstraint",
        "servicecatalog:DeleteTagOption",
        "servicecatalog:DisassociateProductFromPortfolio",
        "servicecatalog:UpdateConstraint",
        "servicecatalog:UpdateTagOption",
      ]
      resources = ["*"]
    },
  ]

  _keep_templates = [
    {
      sid = "KeepTemplates"
      actions = [
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      resources = ["${local._template_bucket}/*"]
    },
    {
      sid       = "FindTemplates"
      actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
      resources = [local._template_bucket]
    },
  ]

  _read_templates = [
    {
      sid       = "ReadTemplates"
      actions   = ["s3:GetObject", "s3:GetObjectTagging"]
      resources = ["${local._template_bucket}/*"]
    },
    {
      sid       = "FindTemplates"
      actions   = ["s3:ListBucket"]
      resources = [local._template_bucket]
    },
  ]

  # In the boundaries, where room is scarce; "????te*" is Create, Delete and Update, and leaves
  # Execute and Terminate out.
  _catalog_boundary_actions = local._has_catalog ? [
    "servicecatalog:*ssociate*", "servicecatalog:????te*", "servicecatalog:Describe*",
    "servicecatalog:List*",
  ] : []
  _catalog_boundary = local._has_catalog ? {
    apply = [
      {
        sid       = "KeepTemplates"
        actions   = ["s3:*Object*"]
        resources = ["${local._template_bucket}/*"]
      },
    ]
    plan = [
      {
        sid       = "SeeCatalog"
        actions   = ["servicecatalog:Describe*", "servicecatalog:List*"]
        resources = ["*"]
      },
      {
        sid       = "ReadTemplates"
        actions   = ["s3:GetObject", "s3:GetObjectTagging"]
        resources = ["${local._template_bucket}/*"]
      },
    ]
  } : {}
}
