"""checkov on plans, in a form that it reads without mistake; its records as verdicts."""
