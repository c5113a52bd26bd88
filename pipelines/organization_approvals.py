"""What promotions ask for: approvals that people can give, and code only where targets train."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.yaml_file import YamlFile

# Where the file says nothing: staging tests a release by itself, production wants a person.
REQUIRED_APPROVALS: Mapping[str, int] = {"staging": 0, "production": 1}
_MANAGER = "release-manager"


def check_approvals(file: YamlFile, units: Mapping[str, str]) -> None:
    """Refuse to ask for more approvals than a business unit has release managers.

    ``units`` tells the business unit of each account; a person without one works in all.
    """
    given = file.value.get("promotion", {}).get("approvals", {})
    needed = {**REQUIRED_APPROVALS, **given}
    for unit in sorted(set(units.values())):
        managers = [
            name
            for name, person in file.value["people"].items()
            if person["persona"] == _MANAGER and person.get("business_unit", unit) == unit
        ]
        for kind, number in needed.items():
            if number > len(managers):
                raise file.error(
                    ("promotion", "approvals", kind),
                    f"must be no more than the release managers of business unit {unit}",
                    got=f"{number}, where people has {', '.join(managers) or 'none'}",
                    hint="give more people the persona release-manager, or ask for fewer approvals",
                    at=None if kind in given else ("people",),
                )


def check_promotes(file: YamlFile) -> None:
    """Refuse to promote the code of a model that no target could train anew."""
    for name, model in file.value["models"].items():
        if model.get("promotes") == "code" and model.get("answers") == "batch":
            raise file.error(
                ("models", name, "promotes"),
                "must be model where answers is batch",
                got="code",
                hint="what answers in batches reaches no target that could train it anew",
            )
