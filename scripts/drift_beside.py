"""Rules and policies that somebody added beside those of a root.

A group's rules and a role's policies are resources of their own, and an apply leaves alone those
that it does not know: a plan is empty although anybody may have added some. The refreshed state
tells all that a group or a role has; what no resource accounts for was added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.planned_state import resources

Resources = list[Mapping[str, Any]]
_SOURCES = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups")


def added_beside(plan: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Give the addresses of groups and roles that have more than the root knows, and where."""
    known = [found for _, found in resources(plan)]
    added = {}
    for found in known:
        if found["type"] == "aws_security_group":
            more = tuple(_more_rules(found, known))
        elif found["type"] == "aws_iam_role":
            more = tuple(_more_policies(found, known))
        else:
            continue
        if more:
            added[str(found["address"])] = more
    return added


def _more_rules(group: Mapping[str, Any], known: Resources) -> Iterator[str]:
    identifier = group["values"].get("id")
    told: Counter[str] = Counter()
    for found in known:
        if found["values"].get("security_group_id") == identifier:
            if found["type"] == "aws_security_group_rule":
                told[str(found["values"]["type"])] += 1
            elif found["type"].startswith("aws_vpc_security_group_"):
                told[str(found["type"]).split("_")[4]] += 1
    for way in ("egress", "ingress"):
        if _count(group["values"].get(way) or ()) > told[way]:
            yield way


def _count(rules: Any) -> int:
    return sum(
        sum(len(rule.get(source) or ()) for source in _SOURCES) + bool(rule.get("self"))
        for rule in rules
    )


def _more_policies(role: Mapping[str, Any], known: Resources) -> Iterator[str]:
    name = role["values"].get("name")
    inline = {
        str(found["values"].get("name"))
        for found in known
        if found["type"] == "aws_iam_role_policy" and found["values"].get("role") == name
    }
    attached = {
        str(found["values"].get("policy_arn"))
        for found in known
        if found["type"] == "aws_iam_role_policy_attachment" and found["values"].get("role") == name
    }
    has_inline = {str(each.get("name")) for each in role["values"].get("inline_policy") or ()}
    if has_inline - inline - {"", "None"}:
        yield "inline_policy"
    if set(role["values"].get("managed_policy_arns") or ()) - attached:
        yield "managed_policy_arns"
