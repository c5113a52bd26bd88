"""Topics, queues, functions and secrets: under own keys, for the organisation only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.checks.plan.claims import (
    Claim,
    Doubt,
    every,
    together,
    undecided,
    violated,
)
from policies.checks.plan.companions import has_companion
from policies.checks.plan.reading import State, reading
from policies.checks.plan.rules import is_absent_or_says, is_set, linked, under_own_key
from policies.checks.plan.statements import (
    Objection,
    allowing,
    every_policy,
    everybody_allowed,
    foreigners,
    name,
    named_accounts,
    refuses,
    required,
    services,
)
from policies.iam import Policy
from policies.model import Model, PlannedResource, PolicyLayer

_KEY_HINT = "name a key of modules/customer-key"
_WITHOUT_TLS = "Bool aws:securetransport [false]"

queues_encrypted: Claim = every("aws_sqs_queue").must(under_own_key("kms_master_key_id", _KEY_HINT))


def _outsiders(model: Model, policy: Policy) -> Iterator[str]:
    """Object to whom a policy of a resource lets in from outside, or does not name."""
    ours = {account.id for account in model.accounts.values()}
    yield from everybody_allowed(model, policy)
    for statement in allowing(policy):
        strangers = [it for it in foreigners(model, statement) if it != "everybody"]
        if strangers:
            yield f"{', '.join(strangers)} in {name(statement)}"
        accounts = required(statement, "aws:SourceAccount")
        if services(statement) and not (accounts and set(accounts) <= ours):
            yield f"{', '.join(services(statement))} for any account in {name(statement)}"


def _without_tls(*actions: str) -> Objection:
    def object_to(model: Model, policy: Policy) -> Iterator[str]:
        yield from _outsiders(model, policy)
        if not any(
            refuses(statement, *actions)
            and [condition.text for condition in statement.conditions] == [_WITHOUT_TLS]
            for statement in policy.statements
        ):
            yield "no statement that denies everybody plain HTTP"

    return object_to


_MUST = "the policy must let in principals of the organisation only, by TLS only"
topic_policies_narrow: Claim = together(
    every_policy(
        PolicyLayer.RESOURCE,
        "aws_sns_topic_policy",
        must=_MUST,
        hint="name accounts and roles, and deny where aws:SecureTransport is false",
        unless=_without_tls("sns:Publish"),
    ),
    every("aws_sns_topic").must(
        has_companion("aws_sns_topic_policy", "arn", name="arn", hint="give it a policy")
    ),
)


def _has_queue_policy(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    if reading(it, "policy").state is State.ABSENT or not _says_policy(it):
        companion = has_companion(
            "aws_sqs_queue_policy", "queue_url", name="url", hint="give it a policy"
        )
        yield from companion(model, it)


def _says_policy(it: PlannedResource) -> bool:
    return bool(it.values.get("policy"))


queue_policies_narrow: Claim = together(
    every_policy(
        PolicyLayer.RESOURCE,
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        must=_MUST,
        hint="name accounts and roles, and deny where aws:SecureTransport is false",
        unless=_without_tls("sqs:SendMessage"),
    ),
    every("aws_sqs_queue").must(_has_queue_policy),
)

_OWN_ENDPOINTS = ("lambda", "sqs", "firehose")
# Addresses that anybody can have.
_PUBLIC_MAIL = re.compile(
    r".*@(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|aol|gmx|proton|protonmail)\.[a-z.]+"
)


def _corporate(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether a subscription tells people or functions of the organisation only."""
    must = "a subscription must tell people at the organisation's domain, or what is ours"
    hint = "subscribe people of accounts/organization.yaml"
    protocol, endpoint = reading(it, "protocol"), reading(it, "endpoint")
    if protocol.state is State.UNKNOWN or (
        endpoint.state is State.UNKNOWN and not linked(it, endpoint)
    ):
        yield undecided(it, must, "an endpoint that the plan does not know", hint)
    elif protocol.value in ("email", "email-json"):
        others = _domains(model) - {_domain(it)}
        if others or _PUBLIC_MAIL.fullmatch(f"{endpoint.value}".lower()):
            beside = f" beside {', '.join(sorted(others))}" if others else ""
            yield violated(it, must, f"{endpoint.shown()}{beside}", hint)
    elif protocol.value not in _OWN_ENDPOINTS:
        yield violated(it, must, f"{protocol.shown()} to {endpoint.shown()}", hint)
    elif endpoint.state is State.KNOWN and not _ours(model, f"{endpoint.value}"):
        yield violated(it, must, endpoint.shown(), hint)


def _domain(it: PlannedResource) -> str:
    return f"{it.values.get('endpoint')}".rpartition("@")[2].lower()


def _domains(model: Model) -> set[str]:
    """Return the domains of all addresses that are written to: an organisation has one."""
    return {
        _domain(it)
        for it in model.of_type("aws_sns_topic_subscription")
        if it.values.get("protocol") in ("email", "email-json") and it.values.get("endpoint")
    }


def _ours(model: Model, arn: str) -> bool:
    parts = arn.split(":")
    return len(parts) > 4 and parts[4] in {it.id for it in model.accounts.values()}


subscriptions_corporate: Claim = every("aws_sns_topic_subscription").must(_corporate)

functions_confined: Claim = together(
    every("aws_lambda_function_url").must_not_exist(
        "a function must have no address of its own", "call it by its name, under a role"
    ),
    every("aws_lambda_permission").must(
        lambda model, it: _for_named_source(model, it),
    ),
    every("aws_lambda_function").must(
        is_set("dead_letter_config.target_arn", "keep failures in a queue: `dead_letter_config`"),
    ),
)


def _for_named_source(model: Model, it: PlannedResource) -> Iterator[Doubt]:
    """Say whether a service may call a function for one resource of our account only."""
    hint = "give `source_account` and `source_arn`"
    principal = f"{it.values.get('principal')}"
    ours = {account.id for account in model.accounts.values()}
    if principal == "*":
        yield violated(it, "`principal` must be named", "`*`", hint)
    elif re.fullmatch(r"\d{12}", principal):
        if principal not in ours:
            yield violated(it, "`principal` must be of this organisation", f"`{principal}`", hint)
    else:
        if it.values.get("source_account") not in ours:
            got = reading(it, "source_account").shown()
            yield violated(it, "`source_account` must be ours", got, hint)
        yield from is_set("source_arn", hint)(model, it)
    url = is_absent_or_says("function_url_auth_type", "AWS_IAM", hint="use AWS_IAM")
    yield from url(model, it)


def _unnamed(model: Model, policy: Policy) -> Iterator[str]:
    yield from _outsiders(model, policy)
    for statement in allowing(policy):
        if named_accounts(statement) and not required(statement, "aws:PrincipalArn"):
            yield f"all of account {', '.join(named_accounts(statement))} in {name(statement)}"


secret_policies_narrow: Claim = together(
    every_policy(
        PolicyLayer.RESOURCE,
        "aws_secretsmanager_secret_policy",
        "aws_secretsmanager_secret",
        must="the policy must let in named principals of the organisation only",
        hint="name the roles that read the secret",
        unless=_unnamed,
    ),
    every("aws_secretsmanager_secret").must(under_own_key("kms_key_id", _KEY_HINT)),
)
