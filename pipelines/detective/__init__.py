"""What stops and removes what slipped past the guardrails, and tells who must know."""
