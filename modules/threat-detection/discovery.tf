# Macie looks into the buckets that hold data for what nobody expected there: names, card numbers,
# credentials. It reads with its own role in this account, which the policies of those buckets and
# of their keys must name.

resource "aws_macie2_account" "this" {
  finding_publishing_frequency = "FIFTEEN_MINUTES"
  status                       = "ENABLED"
}

resource "aws_macie2_classification_job" "this" {
  for_each = length(var.data_bucket_names) > 0 ? toset(["data"]) : toset([])

  name                = "${var.account.prefix}-${each.key}"
  description         = "Looks weekly for personal data and credentials in new objects."
  initial_run         = true
  job_type            = "SCHEDULED"
  sampling_percentage = var.sampling_percentage
  tags                = var.tags

  s3_job_definition {
    bucket_definitions {
      account_id = var.account.id
      buckets    = sort(var.data_bucket_names)
    }
  }

  schedule_frequency {
    weekly_schedule = "MONDAY"
  }

  depends_on = [aws_macie2_account.this]
}
