"""What roles were granted against what they used, over recorded audit trails."""
