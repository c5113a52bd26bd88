"""Tags of keys, secrets and parameters."""

from __future__ import annotations

from collections.abc import Mapping

from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from twin.authorization.keys.live_state import held, shelf
from twin.authorization.keys.tags.place import Holder, Place, Tags, listed, mapped


def _kms(place: Place) -> Tags | None:
    backend = held(kms_backends, place.account, place.region)
    if backend is None or place.kind != "key" or place.name not in backend.keys:
        return None
    return mapped(backend.tagger.tags.get(place.name))


def _secret(place: Place) -> Tags | None:
    found = shelf(secretsmanager_backends, place.account, place.region, "secrets").get(place.arn)
    return None if found is None else listed(found.tags)


def _parameter(place: Place) -> Tags | None:
    backend = held(ssm_backends, place.account, place.region)
    if backend is None or place.kind != "parameter":
        return None
    # The name of a parameter with a path begins with a slash that its ARN does not repeat.
    for name in (place.name, f"/{place.name}"):
        if dict.__contains__(backend._parameters, name):
            return mapped(backend._resource_tags["Parameter"].get(name))
    return None


HOLDERS: Mapping[str, Holder] = {"kms": _kms, "secretsmanager": _secret, "ssm": _parameter}
