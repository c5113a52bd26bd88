"""Tags of roles, users, policies and identity providers."""

from __future__ import annotations

from collections.abc import Mapping

from moto.iam.models import iam_backends

from twin.authorization.keys.live_state import held
from twin.authorization.keys.tags.place import (
    PARTITION,
    Holder,
    Place,
    Tags,
    listed,
    mapped,
)


def _iam(place: Place) -> Tags | None:
    backend = held(iam_backends, place.account, PARTITION)
    if backend is None:
        return None
    name = place.tail.rpartition("/")[2]
    if place.kind == "role":
        role = next((one for one in list(backend.roles.values()) if one.name == name), None)
        return None if role is None else listed(role.tags)
    if place.kind == "user":
        if name not in backend.users:
            return None
        return mapped(backend.tagger.get_tag_dict_for_resource(place.arn))
    if place.kind == "instance-profile":
        profiles = list(backend.instance_profiles.values())
        profile = next((one for one in profiles if one.name == name), None)
        return None if profile is None else listed(profile.tags)
    shelf = backend.managed_policies if place.kind == "policy" else backend.open_id_providers
    found = shelf.get(place.arn) if place.kind in ("policy", "oidc-provider") else None
    return None if found is None else listed(found.tags.values())


HOLDERS: Mapping[str, Holder] = {"iam": _iam}
