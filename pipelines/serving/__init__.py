"""The inference container: one model, /ping and /invocations."""
