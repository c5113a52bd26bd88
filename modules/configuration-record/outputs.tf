output "recorder_name" {
  description = "Name of the recorder."
  value       = aws_config_configuration_recorder.this.name

  depends_on = [aws_config_configuration_recorder_status.this]
}

output "rule_controls" {
  description = "Controls that each rule watches, by the rule's name."
  value = merge(
    { for name, rule in local.managed_rules : "${var.account.prefix}-${name}" => rule.controls },
    { for name, rule in local.written_rules : "${var.account.prefix}-${name}" => rule.controls },
  )
}
