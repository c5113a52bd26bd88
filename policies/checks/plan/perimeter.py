"""Endpoints and names: what can be reached from a network, and by which names."""

from __future__ import annotations

from collections.abc import Iterator

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    Outcome,
    every,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import companions, has_companion, made_from
from policies.checks.plan.rules import may_be_written, says
from policies.checks.plan.statements import allowing, document_of, every_policy, name
from policies.iam import Policy, Statement
from policies.model import Model, PlannedResource, PolicyLayer
from policies.verdict import Source

_HINT = "use modules/network-perimeter"
_EVERYWHERE = (
    "ecr.api",
    "ecr.dkr",
    "events",
    "kms",
    "logs",
    "monitoring",
    "s3",
    "sagemaker.api",
    "sagemaker.runtime",
    "secretsmanager",
    "ssm",
    "sts",
)
_NEEDED = {
    "data-science": (*_EVERYWHERE, "sagemaker.featurestore-runtime", "studio"),
    "staging": _EVERYWHERE,
    "production": _EVERYWHERE,
}


def endpoint_set_complete(model: Model) -> Outcome:
    """NET-02: every service that an account uses has an endpoint in each of its networks."""
    judged: list[Source] = []
    doubts: list[Doubt] = []
    for vpc in model.of_type("aws_vpc"):
        try:
            kind = model.account(vpc.account).kind
        except KeyError:
            kind = ""
        endpoints = companions(model, vpc, "aws_vpc_endpoint", "vpc_id", "id")
        judged += [vpc.source, *(it.source for it in endpoints)]
        names = {_service(it) for it in endpoints}
        for service in _NEEDED.get(kind, _EVERYWHERE):
            if service not in names:
                hint = f"add {service} to the endpoints of modules/network-perimeter"
                doubts.append(violated(vpc, f"must have an endpoint for {service}", "none", hint))
    return Outcome(tuple(judged), tuple(doubts))


def _service(endpoint: PlannedResource) -> str:
    """Return the short name of ``com.amazonaws.<region>.<service>``; Studio's begins otherwise."""
    return ".".join(f"{endpoint.values.get('service_name')}".split(".")[3:])


_READING = {"s3:GetObject"}


def _open_statements(_model: Model, policy: Policy) -> Iterator[str]:
    for statement in allowing(policy):
        who = statement.principals
        for_all = who is None or who.everybody or who.excludes
        if for_all and not statement.conditions and not _reads_named_bucket(statement):
            yield f"everybody without a condition in {name(statement)}"


def _reads_named_bucket(statement: Statement) -> bool:
    """Tell whether a statement lets read from buckets that it names, such as those of layers."""
    if statement.excludes_actions or statement.excludes_resources or not statement.resources:
        return False
    buckets = [
        it.text.partition("/")[0].removeprefix("arn:aws:s3:::") for it in statement.resources
    ]
    return {it.text for it in statement.actions} <= _READING and not any(
        "*" in bucket or "?" in bucket or not bucket for bucket in buckets
    )


endpoint_policies_conditioned: Claim = together(
    every_policy(
        PolicyLayer.ENDPOINT,
        must="an Allow for everybody must have a condition, or let read from named buckets only",
        hint="require aws:PrincipalOrgID and aws:ResourceOrgID",
        unless=_open_statements,
    ),
    every("aws_vpc_endpoint").must(
        lambda model, it: _has_policy(model, it),
    ),
)


def _has_policy(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether an endpoint has a policy; without one it lets everything pass."""
    if it.values.get("policy") or _comes_later(it):
        return
    if not companions(model, it, "aws_vpc_endpoint_policy", "vpc_endpoint_id", "id"):
        yield violated(it, "must have a policy", "none, which allows everything", _HINT)


def _comes_later(it: PlannedResource) -> bool:
    # AWS's own policy is unknown in a plan too, where nobody wrote one.
    return bool(it.unknown.get("policy")) and may_be_written(it, "policy")


def _is_not_aws_own(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether an endpoint has a policy other than AWS's own, which the provider reads back.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    must = "must have a policy of its own"
    apart = companions(model, it, "aws_vpc_endpoint_policy", "vpc_endpoint_id", "id")
    for place in apart or (it,):
        found = document_of(model, place, PolicyLayer.ENDPOINT)
        if found is None or found.policy is None:
            known = found is None and not _comes_later(it)
            say = violated if known else undecided
            yield say(place, must, "none" if known else "none that the plan knows", _HINT)
        elif any(map(_lets_all, allowing(found.policy))):
            yield violated(place, must, "one that allows everything, as AWS's own does", _HINT)


def _lets_all(statement: Statement) -> bool:
    every_part = (statement.actions, statement.resources)
    return (
        (statement.principals is None or statement.principals.everybody)
        and all("*" in {it.text for it in part} for part in every_part)
        and not (statement.excludes_actions or statement.excludes_resources)
        and not statement.conditions
    )


endpoint_policies_own: Claim = every("aws_vpc_endpoint").must(_is_not_aws_own)


_RULE, _GROUP = "aws_route53_resolver_firewall_rule", "aws_route53_resolver_firewall_rule_group"


def _blocks_the_rest(model: Model, association: PlannedResource) -> Iterator[Doubt]:
    """Say whether the rules of an associated group allow named domains and block all others."""
    must = "the rules must allow named domains, and block every other one last"
    groups = made_from(model, association, "firewall_rule_group_id")
    rules = [
        rule
        for group in groups
        if group.type == _GROUP
        for rule in companions(model, group, _RULE, "firewall_rule_group_id", "id")
    ]
    if not rules:
        yield undecided(association, must, "a group whose rules the plan does not tell", _HINT)
        return
    ordered = sorted(rules, key=lambda rule: _priority(rule))
    *allowed, last = ordered
    if last.values.get("action") != "BLOCK" or not _every_domain(model, last):
        yield violated(last, must, f"`{last.values.get('action')}` of some", _HINT)
    for rule in allowed:
        if rule.values.get("action") == "ALLOW" and _every_domain(model, rule):
            yield violated(rule, must, "`ALLOW` of every domain", _HINT)


def _priority(rule: PlannedResource) -> float:
    found = rule.values.get("priority")
    return found if isinstance(found, int | float) else float("inf")


def _every_domain(model: Model, rule: PlannedResource) -> bool:
    lists = made_from(model, rule, "firewall_domain_list_id")
    return any("*." in (it.values.get("domains") or ()) for it in lists) or any(
        "*" in (it.values.get("domains") or ()) for it in lists
    )


dns_firewall_complete: Claim = every("aws_vpc").must(
    has_companion(f"{_GROUP}_association", "vpc_id", _blocks_the_rest, name="id", hint=_HINT),
    has_companion(
        "aws_route53_resolver_firewall_config",
        "resource_id",
        says("firewall_fail_open", "DISABLED", hint='set `firewall_fail_open = "DISABLED"`'),
        name="id",
        hint=_HINT,
    ),
    has_companion(
        "aws_route53_resolver_query_log_config_association", "resource_id", name="id", hint=_HINT
    ),
)
