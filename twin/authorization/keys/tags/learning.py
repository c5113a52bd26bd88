"""Tags of SageMaker's resources, all of which the twin keeps by ARN."""

from __future__ import annotations

from collections.abc import Mapping

from twin.authorization.keys.tags.place import Holder, Place, Tags, mapped


def _sagemaker(place: Place) -> Tags | None:
    held = place.twin.table("sagemaker/Tags", place.account, place.region).get(place.arn)
    return None if held is None else mapped(held)


HOLDERS: Mapping[str, Holder] = {"sagemaker": _sagemaker}
