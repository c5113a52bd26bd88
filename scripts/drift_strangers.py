"""What stands beside a root under the platform's names: neither of the root nor made by its work.

No plan tells of it, because Terraform knows what it made and nothing else. AWS is asked what is
there; what the state does not account for, and no release, job or person has reason to make
under that name, somebody made by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.organization_rules import EXPERIMENT
from scripts.inventory.item import Inventory, Item
from scripts.inventory.scope import Scope
from scripts.inventory.tagged import LAGS
from scripts.planned_state import resources

# What people and services make as they work, under names of their own.
_WORK = frozenset(
    {
        *("app", "build", "promotion", "space", "training job", "processing job", "tuning job"),
        *("transform job", "file system", "network interface", "volume", "volume snapshot"),
    }
)
_SERVING = frozenset(
    {"alarm", "endpoint", "endpoint configuration", "model", "monitoring schedule"}
)
_DEFINITION = " job definition"
_LOG, _STUDIO = "log group", "/aws/sagemaker/studio"
_POLICY_BEARING = frozenset(
    {
        *("identity provider", "key", "key alias", "network acl", "policy", "role", "route table"),
        *("log resource policy", "security group", "vpc endpoint"),
    }
)


def strangers(found: Inventory, plan: Mapping[str, Any], scope: Scope) -> list[Item]:
    """List what the state of a plan does not account for and no work of the platform makes."""
    known = set(_told(plan))
    expected = _Expected(scope, known)
    return [
        item
        for item in found.laid_out
        if not _is_known(item, known) and not expected.makes(item) and item.note != LAGS
    ]


def bears_policy(item: Item) -> bool:
    """Tell whether a thing decides who may do what, or what reaches what."""
    return item.kind in _POLICY_BEARING


class _Expected:
    """What releases, jobs, builds and people make as they work."""

    def __init__(self, scope: Scope, known: set[str]) -> None:
        naming, account = scope.naming, scope.account
        unit = account.business_unit
        models = naming.organization.models_of(unit)
        released = naming.organization.released_of(unit)
        trials = [naming.trial(model) for model in released]
        self._known = known
        self._endpoints = (
            [naming.endpoint_name(account.name, model) for model in released]
            if account.is_target
            else trials
        )
        self._pipelines = {*map(naming.sagemaker_pipeline, models), *trials}
        self._experiments = (
            f"{naming.organization.prefix}-{EXPERIMENT}",
            f"/{scope.prefix}/x/",
            f"{naming.parameter_root(account.name)}/x/",
        )

    def makes(self, item: Item) -> bool:
        """Tell whether work makes such a thing under such a name."""
        if item.kind in _WORK or (item.is_data and item.kind != _LOG):
            return True
        if item.kind == "SageMaker pipeline":
            return item.name in self._pipelines
        if item.kind in _SERVING or item.kind.endswith(_DEFINITION):
            return self._is_serving(item.name)
        if item.name.startswith(self._experiments):
            return True
        return item.kind == _LOG and self._is_log(item.name)

    def _is_serving(self, name: str) -> bool:
        return any(name == each or name.startswith(f"{each}-") for each in self._endpoints)

    def _is_log(self, name: str) -> bool:
        """Services name a log after what writes it."""
        writer = name.rpartition("/")[2]
        is_service = name.startswith("/aws/")
        return name == _STUDIO or (
            is_service and (writer in self._known or self._is_serving(writer))
        )


def _is_known(item: Item, known: set[str]) -> bool:
    if item.arn.removesuffix(":*") in known or item.name in known:
        return True
    # A profile is listed below its domain.
    parts = item.name.split("/")
    return item.kind == "user profile" and all(part in known for part in parts)


def _told(plan: Mapping[str, Any]) -> Iterator[str]:
    """Give every text in the state: names, identifiers and ARNs are among them."""
    for _, found in resources(plan):
        for value in found["values"].values():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str):
                    yield each.removesuffix(":*")
