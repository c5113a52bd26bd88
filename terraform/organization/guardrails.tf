# From files to policies: tokens are replaced, the files of a group become one document, and a group
# is attached to its units. policies/guardrails/rendering.py does the same; a test holds both equal.

data "aws_partition" "current" {}

locals {
  _folder = "${path.module}/../../policies/guardrails"
  _groups = jsondecode(file("${local._folder}/attachments.json"))

  _types = {
    ai-services-opt-out = "AISERVICES_OPT_OUT_POLICY"
    resource-control    = "RESOURCE_CONTROL_POLICY"
    service-control     = "SERVICE_CONTROL_POLICY"
    tag                 = "TAG_POLICY"
  }

  _accounts = local._file.accounts
  _forge    = local._file.forge
  _lists = {
    accounts = sort(distinct(values(local._accounts)[*].id))
    forge-subjects = sort(distinct(flatten([
      for name in keys(local._accounts) : [
        for subject in [local._forge.plan_subject, local._forge.apply_subject] :
        replace(subject, "{account}", name)
      ]
    ])))
    # Identity Center ends a role's name otherwise in each account, under a path that is its own.
    sign-in-roles = sort(distinct([
      for role in concat([local.organization.sign_in_role], [
        for account in values(local._accounts) : account.sign_in_role if can(account.sign_in_role)
        ]) : "arn:${data.aws_partition.current.partition}:iam::*:role/${
        startswith(role, "aws-reserved/") ? replace(role, "/_[0-9a-f]{16}$/", "_*") : role
      }"
    ]))
    # What a target trains with, where code is promoted; tags may be set everywhere.
    retraining = formatlist("sagemaker:%s", concat(["AddTags"], [
      for action in [
        "CreateHyperParameterTuningJob", "CreateModelPackage", "CreateModelPackageGroup", "CreatePipeline",
        "CreateTrainingJob", "StartPipelineExecution", "UpdatePipeline",
      ] : action if anytrue([for model in values(local._file.models) : try(model.promotes, "model") == "code"])
    ]))
    regions = sort(distinct(concat(
      [local.organization.region],
      [for account in values(local._accounts) : try(account.region, local.organization.region)],
    )))
  }
  _quoted = { for name, list in local._lists : name => join(",", [for each in list : jsonencode(each)]) }

  _texts = merge([
    for kind in keys(local._types) : {
      for path in fileset("${local._folder}/${kind}", "*.json") :
      "${kind}/${trimsuffix(path, ".json")}" => file("${local._folder}/${kind}/${path}")
    }
  ]...)

  # A list stands in its file as one quoted element, quotes included.
  _rendered = {
    for name, text in local._texts : name => replace(replace(replace(replace(replace(replace(replace(
      replace(replace(replace(text,
        "\"<retraining>\"", local._quoted.retraining),
        "\"<accounts>\"", local._quoted.accounts),
      "\"<forge-subjects>\"", local._quoted.forge-subjects),
      "\"<regions>\"", local._quoted.regions),
      "<forge-issuer>", local._forge.issuer),
      "<management-account-id>", local.organization.management_account_id),
      "<organization-id>", local.organization.id),
      "<partition>", data.aws_partition.current.partition),
      "<prefix>", local.organization.prefix),
    "\"<sign-in-roles>\"", local._quoted.sign-in-roles)
  }

  _policies = merge([
    for kind, groups in local._groups : {
      for name, group in groups : name => merge(group, {
        content = (
          contains(["resource-control", "service-control"], kind)
          ? jsonencode({
            Statement = flatten([
              for path in group.files : jsondecode(local._rendered["${kind}/${path}"]).Statement
            ])
            Version = "2012-10-17"
          })
          : jsonencode(merge([for path in group.files : jsondecode(local._rendered["${kind}/${path}"])]...))
        )
        description = "Gatehouse ${kind}: ${join(", ", group.files)}."
        type        = local._types[kind]
      })
    }
  ]...)

  # Kinds of account that share a unit get what all of them get.
  _sharing = { for kind, id in local.organization.units : id => kind... }
  targets  = { for id, kinds in local._sharing : join("+", sort(kinds)) => id }
  policies = {
    for name, policy in local._policies : name => {
      content     = policy.content
      description = policy.description
      targets = toset([
        for kinds in values(local._sharing) : join("+", sort(kinds))
        if length(setsubtract(kinds, policy.units)) == 0
      ])
      type = policy.type
    }
  }
}
