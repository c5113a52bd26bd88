"""Behaves towards its caller as Terraform does, and keeps what it applies in a folder.

A file `fail-<command>` in that folder makes a command fail; a file `orphan` stands for an endpoint
that exists and is missing in the state, until it is imported.
"""

import json
import os
import sys
from pathlib import Path

ADDRESS = "module.inference_endpoint.aws_sagemaker_endpoint.this"
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
        case "plan":
            return plan(
                planned, differs=not applied.exists() or applied.read_text() != planned.read_text()
            )
        case "show":
            name = json.loads(planned.read_text())["endpoint_name"]
            after = [{"address": ADDRESS, "change": {"after": {"name": name}}}]
            tell(resource_changes=[*after, {"address": "data.x", "change": {"after": None}}])
        case "import":
            (state / "orphan").unlink()
        case "apply" if (state / "orphan").exists():
            told = {"severity": "error", "summary": "creating endpoint", "detail": "exists already"}
            tell(type="diagnostic", diagnostic=told)
            return 1
        case "apply":
            applied.write_text(Path("release.tfplan").read_text())
        case "output":
            tell(endpoint_configuration_name={"value": os.environ["FAKE_CONFIG"]})
    return 0


def plan(planned: Path, *, differs: bool) -> int:
    """Write the plan file and tell what it changes."""
    Path("release.tfplan").write_text(planned.read_text())
    tell(type="version")
    if differs:
        resource = {"addr": ADDRESS, "resource_type": "aws_sagemaker_endpoint"}
        tell(type="planned_change", change={"resource": resource, "action": "create"})
    return 2 if differs else 0


def tell(**message: object) -> None:
    """Write one message."""
    print(json.dumps(message))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(os.environ["FAKE_STATE"]), Path("release.auto.tfvars.json")))
