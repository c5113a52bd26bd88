# The state: one object each for what lays the account out and for this set-up, and their locks.

locals {
  _state_bucket = "arn:${local._partition}:s3:::${var.state.bucket_name}"
  _state_key    = regex("^(arn:.+):(alias/.+)$", var.state.key_alias_arn)

  _state_find = {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [local._state_bucket]
  }
  _state_key_use = {
    sid       = "UseStateKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["${local._state_key[0]}:key/*"]
    conditions = [
      { test = "ForAnyValue:StringEquals", variable = "kms:ResourceAliases", values = [local._state_key[1]] },
      { test = "StringEquals", variable = "kms:ViaService", values = ["s3.${var.account.region}.amazonaws.com"] },
    ]
  }
  _state_lock = {
    for name, path in { account = var.state.path, setup = var.state.setup_path } : name => {
      sid                       = "HoldLock"
      actions                   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
      resources                 = ["${local._state_bucket}/${path}.tflock"]
    }
  }

  _state_policies = {
    state = [
      local._state_find,
      local._state_key_use,
      local._state_lock.setup,
      {
        # It goes back beside the root before the set-up is taken away.
        sid       = "KeepStateOfSetup"
        actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        resources = ["${local._state_bucket}/${var.state.setup_path}"]
      },
    ]
    state-apply = [
      local._state_find,
      local._state_key_use,
      local._state_lock.account,
      {
        sid       = "KeepState"
        actions   = ["s3:GetObject", "s3:PutObject"]
        resources = ["${local._state_bucket}/${var.state.path}"]
      },
    ]
    state-plan = [
      local._state_find,
      local._state_key_use,
      local._state_lock.account,
      {
        sid       = "ReadState"
        actions   = ["s3:GetObject"]
        resources = ["${local._state_bucket}/${var.state.path}"]
      },
    ]
  }
}
