"""Notices of topics are kept with whoever receives them."""

from __future__ import annotations

import json

from tests.twin.engines.accounts import Lab, unique
from twin.engines.notices import kept


def test_a_notice_is_kept_with_those_whose_filter_takes_it(lab: Lab) -> None:
    sns = lab.client("sns")
    topic = sns.create_topic(Name=unique("topic"))["TopicArn"]
    for name in ("sofia", "tara"):
        sns.subscribe(
            TopicArn=topic,
            Protocol="email",
            Endpoint=f"{name}@example.com",
            Attributes={"FilterPolicy": json.dumps({"owner": [name]})},
        )
    owner = {"owner": {"DataType": "String", "StringValue": "tara"}}
    sns.publish(TopicArn=topic, Message="of tara", MessageAttributes=owner)
    sns.publish(TopicArn=topic, Message="of nobody")
    found = [one for one in kept(lab.twin)["notices"] if one["topic"] == topic]
    assert {one["message"]: one["recipients"] for one in found} == {
        "of tara": [{"protocol": "email", "endpoint": "tara@example.com"}],
        "of nobody": [],
    }
