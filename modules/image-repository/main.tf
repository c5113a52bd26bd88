# One repository whose tags never move, encrypted by a customer key and scanned at every push.

locals {
  arn = "arn:${var.account.partition}:ecr:${var.account.region}:${var.account.id}:repository/${var.name}"

  _pull_actions = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
  ]
  _push_actions = [
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
  ]
  _grants = merge(
    length(var.readers) == 0 ? {} : {
      AllowPull = { actions = local._pull_actions, role_arns = sort(var.readers) }
    },
    length(var.writers) == 0 ? {} : {
      AllowPush = {
        actions   = concat(local._pull_actions, local._push_actions)
        role_arns = sort(var.writers)
      }
    },
  )
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  force_delete         = false
  image_tag_mutability = "IMMUTABLE"
  tags                 = var.tags

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [
      {
        rulePriority = 1
        description  = "An image without a tag belongs to no release."
        selection = {
          tagStatus   = "untagged"
          countType   = "sinceImagePushed"
          countUnit   = "days"
          countNumber = var.untagged_retention_days
        }
        action = { type = "expire" }
      },
    ]
  })
}

data "aws_iam_policy_document" "repository" {
  for_each = length(local._grants) > 0 ? toset(["this"]) : toset([])

  dynamic "statement" {
    for_each = local._grants

    content {
      sid     = statement.key
      actions = statement.value.actions

      principals {
        type = "AWS"
        identifiers = sort(distinct([
          for role in statement.value.role_arns :
          "arn:${var.account.partition}:iam::${split(":", role)[4]}:root"
        ]))
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:PrincipalArn"
        values   = statement.value.role_arns
      }

      condition {
        test     = "StringEquals"
        variable = "aws:PrincipalOrgID"
        values   = [var.organization_id]
      }
    }
  }
}

resource "aws_ecr_repository_policy" "this" {
  for_each = data.aws_iam_policy_document.repository

  repository = aws_ecr_repository.this.name
  policy     = each.value.json
}
