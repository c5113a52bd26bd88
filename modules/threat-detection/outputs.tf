output "analyzer_arns" {
  description = "ARNs of the analyzers by what they look for."
  value = {
    external = aws_accessanalyzer_analyzer.external.arn
    unused   = aws_accessanalyzer_analyzer.unused.arn
  }
}

output "detector_id" {
  description = "Identifier of GuardDuty's detector."
  value       = aws_guardduty_detector.this.id

  depends_on = [aws_guardduty_detector_feature.this]
}
