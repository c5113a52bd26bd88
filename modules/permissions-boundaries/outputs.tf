output "arns" {
  description = "ARNs of the boundaries by class; known before they exist."
  value = {
    for class, name in local._names : class => "arn:${var.account.partition}:iam::${var.account.id}:policy/${name}"
  }

  depends_on = [aws_iam_policy.this]
}

output "documents" {
  description = "The boundaries by class, with their tokens replaced."
  value       = local._documents
}

output "names" {
  description = "Names of the boundaries by class."
  value       = local._names

  depends_on = [aws_iam_policy.this]
}
