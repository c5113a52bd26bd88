"""The tags that a request itself carries, in the shapes in which services take them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html#access_tags_control-requests
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twin.authorization.keys.ask import Ask, Family, Reader, Values, texts

_PREFIX = "aws:requesttag/"
# Members that hold tags, and members that hold the keys of tags to take away.
_TAGS = ("Tags", "tags", "TagsList", "AddTags", "TagsToAdd", "ResourceTags", "resourceTags")
_KEYS = ("TagKeys", "tagKeys", "RemoveTags", "TagsToRemove", "ResourceTagKeys")
_NAMES = (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue"), ("tagKey", "tagValue"))


def request_tags(ask: Ask) -> Mapping[str, str]:
    """Return the tags that the request gives to the resource that it is asked about."""
    parameters = ask.parameters
    if ask.call.service == "ec2":
        return _of_ec2(ask)
    if ask.call.service == "s3":
        # Of all operations on buckets only their creation takes tags that IAM sees.
        parameters = parameters.get("CreateBucketConfiguration") or {}
    found: dict[str, str] = {}
    for member in _TAGS:
        if member in parameters:
            found.update(_read(parameters[member]))
    return found


def _of_ec2(ask: Ask) -> Mapping[str, str]:
    """Return what the request says of the asked type of resource: CreateX may tag several."""
    found = dict(_read(ask.parameters.get("Tags")))
    kind = ask.asked.resource.split(":", 5)[-1].partition("/")[0]
    for given in ask.parameters.get("TagSpecifications") or ():
        if given.get("ResourceType") == kind:
            found.update(_read(given.get("Tags")))
    return found


def _read(given: Any) -> Mapping[str, str]:
    if isinstance(given, Mapping):
        return {str(key): str(value) for key, value in given.items()}
    found: dict[str, str] = {}
    for tag in given if isinstance(given, list | tuple) else ():
        for key, value in _NAMES:
            if isinstance(tag, Mapping) and key in tag:
                found[str(tag[key])] = str(tag.get(value) or "")
                break
    return found


def _family(ask: Ask) -> Mapping[str, Values]:
    if not _gives(ask):
        return {}
    return {f"{_PREFIX}{key.lower()}": (value,) for key, value in request_tags(ask).items()}


def _gives(ask: Ask) -> bool:
    # EC2 takes tags away by the same member by which it gives them, with or without a value.
    return ask.call.operation != "DeleteTags" or ask.call.service != "ec2"


def _keys(ask: Ask) -> Values | None:
    removed: list[object] = []
    for member in _KEYS:
        given = ask.parameters.get(member)
        if isinstance(given, list | tuple):
            removed.extend(given)
    return texts([*request_tags(ask), *removed])


READERS: Mapping[str, Reader] = {"aws:tagkeys": _keys}
FAMILIES: Mapping[str, Family] = {_PREFIX: _family}
