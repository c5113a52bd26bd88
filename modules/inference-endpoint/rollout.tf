# How an update is timed. What it moves and by which alarms it is taken back stands at the endpoint.

locals {
  _routing = { all-at-once = "ALL_AT_ONCE", canary = "CANARY", linear = "LINEAR" }

  # After each step but the last the traffic waits, and after the last one the old instances.
  _steps = (
    var.rollout.strategy == "linear" ? ceil(100 / var.rollout.percentage)
    : var.rollout.strategy == "canary" ? 2 : 1
  )
  _waits_seconds = local._steps * var.rollout.wait_seconds + var.rollout.termination_wait_seconds
  # Half an hour beside the waits, for instances to come up, within what SageMaker takes.
  _timeout_seconds = min(28800, coalesce(var.rollout.timeout_seconds, local._waits_seconds + 1800))
}
