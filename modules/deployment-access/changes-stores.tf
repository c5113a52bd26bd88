# Buckets, keys and repositories: their settings, never what is in them.

locals {
  # Who signs what this account believes: the public halves are pinned here by a person.
  _see_keys_to_pin = [
    for ids in [var.signing_account_ids] : {
      sid       = "SeeKeysToPin"
      actions   = ["kms:DescribeKey", "kms:GetPublicKey"]
      resources = [for id in ids : "arn:${local._partition}:kms:*:${id}:key/*"]
      conditions = [{
        test     = "ForAnyValue:StringLike"
        variable = "kms:ResourceAliases"
        values = [
          for purpose in ["approval-*", "release-signing", "test-signing"] :
          "alias/${local._all_ours}-${purpose}"
        ]
      }]
    } if length(ids) > 0
  ]

  _store_policies = {
    change-stores = concat(local._see_keys_to_pin, [
      {
        sid = "ChangeBuckets"
        actions = [
          "s3:CreateBucket",
          "s3:DeleteBucket",
          "s3:DeleteBucketPolicy",
          "s3:PutBucketLogging",
          "s3:PutBucketNotification",
          "s3:PutBucketObjectLockConfiguration",
          "s3:PutBucketOwnershipControls",
          "s3:PutBucketPolicy",
          "s3:PutBucketPublicAccessBlock",
          "s3:PutBucketTagging",
          "s3:PutBucketVersioning",
          "s3:PutEncryptionConfiguration",
          "s3:PutLifecycleConfiguration",
        ]
        resources = local._bucket_arns
      },
      {
        sid        = "CreateTaggedKeys"
        actions    = ["kms:CreateKey"]
        resources  = ["*"]
        conditions = local._tagging
      },
      {
        # A tag decides minutes after it was set, so what follows a creation at once asks for none.
        # The key's own policy asks for the role's name.
        sid       = "SetUpKeys"
        actions   = ["kms:CreateAlias", "kms:EnableKeyRotation", "kms:TagResource"]
        resources = local._key_arns
      },
      {
        sid       = "NameKeys"
        actions   = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"]
        resources = local._alias_arns
      },
      {
        sid = "ChangeKeys"
        actions = [
          "kms:CancelKeyDeletion",
          "kms:DeleteAlias",
          "kms:DisableKey",
          "kms:EnableKey",
          "kms:PutKeyPolicy",
          "kms:ScheduleKeyDeletion",
          "kms:UntagResource",
          "kms:UpdateAlias",
          "kms:UpdateKeyDescription",
        ]
        resources  = local._key_arns
        conditions = local._tagged
      },
      {
        # A repository, a domain or a function with a customer key is made by somebody who lets
        # the service use the key.
        sid       = "LendKeysToServices"
        actions   = ["kms:CreateGrant"]
        resources = local._key_arns
        conditions = [
          { test = "Bool", variable = "kms:GrantIsForAWSResource", values = ["true"] },
        ]
      },
      {
        sid = "ChangeRepositories"
        actions = [
          "ecr:CreateRepository",
          "ecr:DeleteLifecyclePolicy",
          "ecr:DeleteRepository",
          "ecr:DeleteRepositoryPolicy",
          "ecr:PutImageScanningConfiguration",
          "ecr:PutImageTagMutability",
          "ecr:PutLifecyclePolicy",
          "ecr:SetRepositoryPolicy",
          "ecr:TagResource",
          "ecr:UntagResource",
        ]
        resources = local._repository_arns
      },
      {
        sid = "ChangePackages"
        actions = [
          "codeartifact:AssociateExternalConnection",
          "codeartifact:AssociateWithDownstreamRepository",
          "codeartifact:DeleteDomain",
          "codeartifact:DeleteDomainPermissionsPolicy",
          "codeartifact:DeleteRepository",
          "codeartifact:DeleteRepositoryPermissionsPolicy",
          "codeartifact:DisassociateExternalConnection",
          "codeartifact:PutDomainPermissionsPolicy",
          "codeartifact:PutRepositoryPermissionsPolicy",
          "codeartifact:TagResource",
          "codeartifact:UntagResource",
          "codeartifact:UpdateRepository",
        ]
        resources = local._package_arns
      },
      {
        sid        = "CreatePackages"
        actions    = ["codeartifact:CreateDomain", "codeartifact:CreateRepository"]
        resources  = ["*"]
        conditions = local._tagging
      },
      {
        sid = "Publish"
        actions = [
          "ssm:AddTagsToResource",
          "ssm:DeleteParameter",
          "ssm:PutParameter",
          "ssm:RemoveTagsFromResource",
        ]
        resources = [
          "arn:${local._partition}:ssm:${local._end}:parameter${var.parameter_root}/*",
          # What a function of ours learns its settings from is named after the function.
          "arn:${local._partition}:ssm:${local._end}:parameter/${local._ours}",
        ]
      },
    ])
  }
}
