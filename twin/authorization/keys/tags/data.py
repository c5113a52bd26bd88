"""Tags of buckets, tables, file systems, catalogues and queries."""

from __future__ import annotations

from collections.abc import Mapping

from moto.athena.models import athena_backends
from moto.dynamodb.models import dynamodb_backends
from moto.efs.models import efs_backends
from moto.glue.models import glue_backends

from twin.authorization.keys.live_state import held, shelf
from twin.authorization.keys.tags.place import Holder, Place, Tags, listed, mapped, tagged


def _s3(_place: Place) -> Tags | None:
    """Return none: a bucket's tags count in authorisation only where it was switched on.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
    Off is the default, and the twin has no operation to switch it on.
    """
    return {}


def _dynamodb(place: Place) -> Tags | None:
    tables = shelf(dynamodb_backends, place.account, place.region, "tables")
    table = tables.get(place.name.partition("/")[0])
    return None if table is None else listed(table.tags)


def _file_system(place: Place) -> Tags | None:
    return tagged(held(efs_backends, place.account, place.region), place.name)


def _glue(place: Place) -> Tags | None:
    return tagged(held(glue_backends, place.account, place.region), place.arn)


def _athena(place: Place) -> Tags | None:
    groups = shelf(athena_backends, place.account, place.region, "work_groups")
    group = groups.get(place.name) if place.kind == "workgroup" else None
    if group is None:
        return None
    return listed(group.tags) if isinstance(group.tags, list) else mapped(group.tags)


HOLDERS: Mapping[str, Holder] = {
    "athena": _athena,
    "dynamodb": _dynamodb,
    "elasticfilesystem": _file_system,
    "glue": _glue,
    "s3": _s3,
}
