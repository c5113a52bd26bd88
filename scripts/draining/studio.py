"""Ends what people run in Studio; domain and profiles are Terraform's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.draining.step import Step
from scripts.inventory import sagemaker
from scripts.inventory.scope import Clients, Scope, pages

_OWNERS = ("SpaceName", "UserProfileName")


def steps(clients: Clients, applying: Clients, scope: Scope) -> Iterator[Step]:
    """Give the steps in their order, as who applies the account: what runs before its space."""
    yield Step(
        "delete apps",
        lambda: _apps(clients, scope),
        lambda request: applying("sagemaker").delete_app(**request),
        limit=1800,
    )
    yield Step(
        "delete spaces",
        lambda: _spaces(clients, scope),
        lambda request: applying("sagemaker").delete_space(**request),
        limit=1800,
        is_data=True,
    )


def _apps(clients: Clients, scope: Scope) -> Mapping[str, dict[str, Any]]:
    found = {}
    for domain in sagemaker.domains(clients, scope):
        identifier = str(domain["DomainId"])
        for page in pages(clients("sagemaker"), "list_apps", DomainIdEquals=identifier):
            for app in page["Apps"]:
                owner = {name: app[name] for name in _OWNERS if app.get(name)}
                request = {name: app[name] for name in ("DomainId", "AppType", "AppName")} | owner
                if app.get("Status") != "Deleted":
                    found["/".join(str(value) for value in request.values())] = request
    return found


def _spaces(clients: Clients, scope: Scope) -> Mapping[str, dict[str, Any]]:
    return {
        f"{space['DomainId']}/{space['SpaceName']}": {
            "DomainId": space["DomainId"],
            "SpaceName": space["SpaceName"],
        }
        for domain in sagemaker.domains(clients, scope)
        for page in pages(
            clients("sagemaker"), "list_spaces", DomainIdEquals=str(domain["DomainId"])
        )
        for space in page["Spaces"]
    }
