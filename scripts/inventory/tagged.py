"""What carries the platform's tags, whichever service holds it."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.inventory.item import Item
from scripts.inventory.scope import Clients, Scope, pages

# Asked for in full where they live; the index of tags may still hold what is gone.
_ASKED_ELSEWHERE = ("ec2:", "kms:key", "ssm:parameter")

LAGS = "told by the index of tags, which can lag by minutes"


def survey(clients: Clients, scope: Scope) -> Iterator[Item]:
    """List what the index of tags knows of this account and nobody else is asked for."""
    for arn in tagged_arns(clients, scope):
        _, _, service, _, _, resource = arn.split(":", 5)
        kind = (
            resource.replace("/", ":").partition(":")[0]
            if ":" in resource.replace("/", ":")
            else ""
        )
        if f"{service}:{kind}".startswith(_ASKED_ELSEWHERE):
            continue
        name = resource.removeprefix(kind).strip(":/") or resource
        yield Item(
            f"{service} {kind}".strip(),
            name,
            arn=arn,
            note=LAGS,
            is_bootstrap=scope.is_bootstrap(name),
        )


def tagged_arns(clients: Clients, scope: Scope) -> list[str]:
    """List the ARNs of what carries this account's tags."""
    filters = [{"Key": key, "Values": [value]} for key, value in scope.tags.items()]
    return [
        str(found["ResourceARN"])
        for page in pages(clients("resourcegroupstaggingapi"), "get_resources", TagFilters=filters)
        for found in page["ResourceTagMappingList"]
    ]
