"""Keys: whose they are, what each protects, and what their policies say."""

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
from policies.checks.plan.companions import companions
from policies.checks.plan.reading import reading
from policies.checks.plan.rules import is_absent_or_says, linked, under_own_key
from policies.checks.plan.statements import (
    allowing,
    every_policy,
    everybody_allowed,
    name,
    named_accounts,
    required,
    services,
)
from policies.iam import Policy
from policies.model import Model, PlannedResource, PolicyLayer
from policies.verdict import Source

_POLICIES = ("aws_kms_key", "aws_kms_key_policy")
_HINT = "use modules/customer-key, which writes the policy of a key"
# The classes of data that an account of a kind keeps.
_CLASSES = {
    "data-science": ("artifacts", "data", "logs", "models", "studio"),
    "staging": ("capture", "evidence", "logs", "models"),
    "production": ("capture", "evidence", "logs", "models"),
}

domain_key_own: Claim = every("aws_sagemaker_domain").must(
    under_own_key("kms_key_id", "give the domain the key of modules/customer-key for Studio")
)


def keys_per_data_class(model: Model) -> Outcome:
    """KMS-01: each account has a key of its own for each class of data that it keeps."""
    judged: list[Source] = []
    doubts: list[Doubt] = []
    for account in model.accounts.values():
        for data_class in _CLASSES.get(account.kind, ()):
            place = Source(account.key, account.key)
            aliases = [
                it
                for it in model.of_type("aws_kms_alias")
                if it.root == account.key and f"{it.values.get('name')}".endswith(f"-{data_class}")
            ]
            judged += [place, *(it.source for it in aliases)]
            doubts += _one_key(
                model, place, aliases, f"must have a key of its own for {data_class}"
            )
    return Outcome(tuple(dict.fromkeys(judged)), tuple(doubts))


def _one_key(
    model: Model, place: Source, aliases: list[PlannedResource], must: str
) -> Iterator[Doubt]:
    hint = "make one of modules/customer-key for each class of data"
    if not aliases:
        yield violated(place, must, "none", hint)
    for alias in aliases:
        keys = linked(alias, reading(alias, "target_key_id"))
        others = [
            other.address
            for other in model.of_type("aws_kms_alias")
            if other.root == alias.root
            and other.address != alias.address
            and set(keys) & set(linked(other, reading(other, "target_key_id")))
        ]
        if not keys:
            yield undecided(alias, must, "a key that this plan does not make", hint)
        elif others:
            yield violated(alias, must, f"the key that {others[0]} names too", hint)


def _not_administered(model: Model, policy: Policy) -> Iterator[str]:
    """Object to a key that delegates more than once, and to one that nobody can administer.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    delegating = [
        statement
        for statement in allowing(policy)
        if named_accounts(statement)
        and not statement.conditions
        and statement.names_action("kms:PutKeyPolicy")
        and statement.names_action("kms:Decrypt")
    ]
    if len(delegating) > 1:
        yield f"{len(delegating)} statements that delegate to an account"
    ours = {account.id for account in model.accounts.values()}
    if not any(
        statement.names_action("kms:PutKeyPolicy") and set(named_accounts(statement)) & ours
        for statement in allowing(policy)
    ):
        yield "no statement that lets anybody of ours administer the key"


key_policies_explicit: Claim = together(
    every_policy(
        PolicyLayer.RESOURCE,
        *_POLICIES,
        must="the policy must delegate to its own account once, or say who administers the key",
        hint=_HINT,
        unless=_not_administered,
    ),
    every("aws_kms_key").must(
        lambda model, key: (
            ()
            if key.values.get("policy") or companions(model, key, _POLICIES[1], "key_id", "key_id")
            else (violated(key, "must have a policy in the plan", "none", _HINT),)
        )
    ),
)

key_policies_name_principals: Claim = every_policy(
    PolicyLayer.RESOURCE,
    *_POLICIES,
    must="the policy must name whom it allows",
    hint="name the account, and the role by a condition on aws:PrincipalArn",
    unless=everybody_allowed,
)


def _unbound_logs(model: Model, policy: Policy) -> Iterator[str]:
    """Object to letting CloudWatch Logs use a key for log groups of others.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    ours = {account.id for account in model.accounts.values()}
    for statement in allowing(policy):
        if not any(service.split(".")[0] == "logs" for service in services(statement)):
            continue
        groups = required(statement, "kms:EncryptionContext:aws:logs:arn")
        if not groups or not all(_account(group) in ours for group in groups):
            yield f"log groups {list(groups) or 'of anybody'} in {name(statement)}"


def _account(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else ""


log_keys_bound_to_log_groups: Claim = every_policy(
    PolicyLayer.RESOURCE,
    *_POLICIES,
    must="CloudWatch Logs must be allowed for log groups of the account only",
    hint="require `kms:EncryptionContext:aws:logs:arn` of the account with ArnLike",
    unless=_unbound_logs,
)

_OWN_MATERIAL = "use a key whose material KMS makes, in its own region"
no_foreign_key_material: Claim = together(
    every(
        "aws_kms_external_key",
        "aws_kms_replica_external_key",
        "aws_kms_replica_key",
        "aws_kms_custom_key_store",
    ).must_not_exist(
        "no key may have material that is imported, replicated or kept elsewhere", _OWN_MATERIAL
    ),
    every("aws_kms_key").must(
        is_absent_or_says("multi_region", False, hint=_OWN_MATERIAL),
        is_absent_or_says("custom_key_store_id", hint=_OWN_MATERIAL),
        is_absent_or_says("xks_key_id", hint=_OWN_MATERIAL),
    ),
)
