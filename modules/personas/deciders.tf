# People who decide: on versions of models, and on releases.

locals {
  _lead = concat(local._work_in_studio, local._launch_products, [
    local._read_parameters,
    {
      sid       = "DecideOnPackages"
      actions   = ["sagemaker:UpdateModelPackage"]
      resources = local._package_arns
      # An update without a decision, such as a change of what the package says of itself, does
      # not match and is refused.
      conditions = [{
        test     = "StringEquals"
        variable = "sagemaker:ModelApprovalStatus"
        values   = ["Approved", "Rejected"]
      }]
    },
    local._read_packages,
    local._read_evaluations,
    local._list_evaluations,
    local._read_runs,
    local._read_promotions,
  ])

  _release_manager = [
    local._read_parameters,
    {
      sid       = "DecideOnReleases"
      actions   = ["codepipeline:PutApprovalResult"]
      resources = flatten([for arn in local._promotion_arns : [for gate in var.gates : "${arn}/${gate}"]])
    },
    local._read_promotions,
    {
      # What production goes back to is judged there, by what was signed; a start proves nothing.
      sid       = "StartRollbacks"
      actions   = ["codepipeline:StartPipelineExecution"]
      resources = local._rollback_arns
    },
    {
      sid       = "ReadReleaseArtifacts"
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = local._artifact_arns
    },
    {
      sid       = "ListReleaseArtifacts"
      actions   = ["s3:ListBucket"]
      resources = [local._bucket_arns.artifacts]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = local._artifact_prefixes
      }]
    },
    local._read_packages,
    local._read_evaluations,
    local._list_evaluations,
    {
      sid       = "SignOwnDecisions"
      actions   = ["kms:Sign"]
      resources = local._key_arns
      conditions = [
        { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [local._own_approval_alias] },
        { test = "StringEquals", variable = "kms:MessageType", values = ["DIGEST", "RAW"] },
        { test = "StringEquals", variable = "kms:SigningAlgorithm", values = ["ECDSA_SHA_256"] },
      ]
    },
    {
      sid       = "SeeOwnKey"
      actions   = ["kms:GetPublicKey"]
      resources = local._key_arns
      conditions = [
        { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [local._own_approval_alias] },
      ]
    },
    {
      # Nobody writes in another's name: an object's name says whose decision it is.
      sid       = "PutOwnDecisions"
      actions   = ["s3:PutObject"]
      resources = local._own_decision_arns
    },
    local._read_decisions,
    local._list_decisions,
  ]
}
