"""Print what checkov's checks judge, as JSON; run by the Python of checkov's environment.

    .venv-checkov/bin/python policies/checks/checkov/describe_checks.py FOLDER CHECK...

FOLDER holds our own pack. Only the checks that are named are printed.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version


def main(folder: str, wanted: list[str]) -> None:
    """Load checkov's checks for Terraform and the pack, and print the wanted ones."""
    import checkov.terraform.checks.resource  # noqa: F401
    from checkov.terraform.checks.resource.registry import resource_registry

    sys.dont_write_bytecode = True
    resource_registry.load_external_checks(folder)
    titles: dict[str, str] = {}
    types: dict[str, set[str]] = {}
    for kind, check in resource_registry.all_checks():
        if check.id in wanted:
            titles[check.id] = check.name
            types.setdefault(check.id, set()).add(kind)
    checks = {
        name: {"title": titles[name], "types": sorted(types[name])} for name in sorted(titles)
    }
    document = {"checkov": version("checkov"), "checks": checks}
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
