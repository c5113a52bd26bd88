"""The Resource Groups Tagging API, which needs the right to tag in each resource's own service too.

https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.iam.arn import parse_arn
from policies.iam.reference import load_reference
from twin.authorization.actions import template
from twin.authorization.actions.service import Entry, Pair, Service
from twin.authorization.asked import UnknownAction
from twin.call import Call

if TYPE_CHECKING:
    from twin.twin import Twin

# By the service in an ARN: what sets tags there, and what takes them away.
_USUAL = ("TagResource", "UntagResource")
_OTHERWISE = {
    "cloudtrail": ("AddTags", "RemoveTags"),
    "ec2": ("CreateTags", "DeleteTags"),
    "s3": ("PutBucketTagging", "PutBucketTagging"),
    "sagemaker": ("AddTags", "DeleteTags"),
    "sqs": ("TagQueue", "UntagQueue"),
    "ssm": ("AddTagsToResource", "RemoveTagsFromResource"),
}


def tagging() -> Service:
    """Return the table of the tagging API."""
    entries = {"TagResources": _on_each(0), "UntagResources": _on_each(1)}
    return Service("tag", entries=entries)


def _on_each(which: int) -> Entry:
    def read(_twin: Twin, call: Call) -> list[Pair]:
        arns = template.values(call.parameters, "ResourceARNList")
        if not arns:
            raise UnknownAction(call.service, call.operation, "nothing to tag")
        return [
            (f"tag:{call.operation}", template.ANY),
            *((_action(call, arn, which), arn) for arn in arns),
        ]

    return read


def _action(call: Call, arn: str, which: int) -> str:
    found = parse_arn(arn)
    service = found.service if found is not None else ""
    action = f"{service}:{_OTHERWISE.get(service, _USUAL)[which]}"
    kinds = load_reference().kinds(action)
    if not kinds:
        raise UnknownAction(call.service, call.operation, f"tags of {arn}")
    # S3 publishes no kind for an ARN with a key in it, so objects are refused here.
    template.checked(arn, tuple(kind.template for kind in kinds), call)
    return action
