# What people launch by themselves. What exists afterwards is made by the product's own role, which
# nobody here can take or pass.

locals {
  _launch_products = [
    {
      # Service Catalog shows and launches what is in a portfolio that names the person's role.
      sid = "LaunchProducts"
      actions = [
        "servicecatalog:DescribeProduct",
        "servicecatalog:DescribeProvisioningParameters",
        "servicecatalog:ListLaunchPaths",
        "servicecatalog:ProvisionProduct",
      ]
      resources = ["arn:${local._partition}:catalog:${local._place}:product/*"]
    },
    {
      sid       = "FindProducts"
      actions   = ["servicecatalog:SearchProducts"]
      resources = ["*"]
    },
    {
      sid = "KeepOwnProducts"
      actions = [
        "servicecatalog:DescribeProvisionedProduct",
        "servicecatalog:DescribeRecord",
        "servicecatalog:SearchProvisionedProducts",
        "servicecatalog:TerminateProvisionedProduct",
      ]
      resources = ["*"]
      conditions = [
        { test = "StringEquals", variable = "servicecatalog:userLevel", values = ["self"] },
      ]
    },
  ]
  _launch_reasons = {
    FindProducts    = "AWS lets this listing name no resource."
    KeepOwnProducts = "AWS lets these name no resource; they are for what the same person launched."
  }
}
