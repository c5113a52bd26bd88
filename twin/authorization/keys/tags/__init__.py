"""Tags that resources have now, from the live state of the account that owns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from twin.authorization.keys.tags import (
    data,
    delivery,
    identities,
    learning,
    messages,
    network,
    records,
    secrets,
)
from twin.authorization.keys.tags.place import Holder, Place, Tags

if TYPE_CHECKING:
    from twin.twin import Twin

HOLDERS: Mapping[str, Holder] = {
    **data.HOLDERS,
    **delivery.HOLDERS,
    **identities.HOLDERS,
    **learning.HOLDERS,
    **messages.HOLDERS,
    **network.HOLDERS,
    **records.HOLDERS,
    **secrets.HOLDERS,
}
_PARTS = 6


def live_tags(twin: Twin, arn: str, owner: str, region: str) -> Tags | None:
    """Return a resource's tags, or None where no such resource is known.

    A pattern (``*``, ``…/*``) is no resource. ``owner`` is the account in whose state to look,
    ``region`` that of an ARN which does not tell.
    """
    parts = arn.split(":", _PARTS - 1)
    if len(parts) < _PARTS or (parts[5].endswith("*") and parts[2] != "logs"):
        return None
    holder = HOLDERS.get(parts[2])
    if holder is None or not owner.isdigit():
        return None
    return holder(Place(twin, arn, owner, parts[3] or region, parts[5]))
