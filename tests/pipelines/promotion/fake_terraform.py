"""Behaves towards its caller as Terraform does, and keeps what it applies in a folder.

A file `fail-<command>` in that folder makes a command fail; a file `orphan` stands for an endpoint
that exists and is missing in the state, until it is imported; `rolls-back` holds the one release
that the endpoint runs, whatever is applied; `also-plans` is one more change of each plan,
and `drifted` an endpoint that would be made anew.
"""

import json
import os
import sys
from pathlib import Path

ADDRESS = "module.inference_endpoint.aws_sagemaker_endpoint.this"
CONFIG = 'module.inference_endpoint.aws_sagemaker_endpoint_configuration.this["x"]'
ERROR = "╷\n│ Error: no such thing\n│\n│   because of a test\n╵"


def main(arguments: list[str], state: Path, planned: Path) -> int:
    """Do what one command does."""
    with (state / "calls").open("a") as log:
        log.write(json.dumps(arguments) + "\n")
    if (state / f"fail-{arguments[0]}").exists():
        print(ERROR)
        return 1
    applied = state / "applied.json"
    match arguments[0]:
        case "plan" if (state / "drifted").exists():
            return plan(planned, "replace", differs=True)
        case "plan":
            if not applied.exists():
                return plan(planned, "create", differs=True)
            return plan(planned, "update", differs=applied.read_text() != planned.read_text())
        case "show":
            name = json.loads(planned.read_text())["endpoint_name"]
            after = [
                {"address": ADDRESS, "change": {"after": {"name": name}}},
                {"address": CONFIG, "change": {"after": {"name": os.environ["FAKE_CONFIG"]}}},
            ]
            tell(resource_changes=[*after, {"address": "data.x", "change": {"after": None}}])
        case "import":
            (state / "orphan").unlink()
        case "apply" if (state / "orphan").exists():
            told = {"severity": "error", "summary": "creating endpoint", "detail": "exists already"}
            tell(type="diagnostic", diagnostic=told)
            return 1
        case "apply" if (state / "rolls-back").exists() and differs(state, planned):
            told = {"severity": "error", "summary": "Resource postcondition failed"}
            tell(type="diagnostic", diagnostic=told | {"detail": "it was rolled back"})
            return 1
        case "apply":
            applied.write_text(Path("release.tfplan").read_text())
        case "output" if applied.exists():
            tell_outputs(json.loads(applied.read_text()))
        case "output":
            tell()
    return 0


def tell_outputs(applied: object) -> None:
    """Tell what was applied last."""
    tell(
        applied={"value": applied},
        alarm_names={"value": ["errors", "latency"]},
        shadow_alarm_names={"value": ["shadow-errors", "shadow-latency"]},
        endpoint_configuration_name={"value": os.environ["FAKE_CONFIG"]},
    )


def differs(state: Path, planned: Path) -> bool:
    """Tell whether another release is planned than the one that the endpoint goes back to."""
    return str(json.loads(planned.read_text())["release_id"]) != (state / "rolls-back").read_text()


def plan(planned: Path, action: str, *, differs: bool) -> int:
    """Write the plan file and tell what it changes."""
    Path("release.tfplan").write_text(planned.read_text())
    tell(type="version")
    if differs:
        resource = {"addr": ADDRESS, "resource_type": "aws_sagemaker_endpoint"}
        tell(type="planned_change", change={"resource": resource, "action": action})
        other = Path(os.environ["FAKE_STATE"], "also-plans")
        if other.exists():
            tell(type="planned_change", change=json.loads(other.read_text()))
    return 2 if differs else 0


def tell(**message: object) -> None:
    """Write one message."""
    print(json.dumps(message))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(os.environ["FAKE_STATE"]), Path("release.auto.tfvars.json")))
