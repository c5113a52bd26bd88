"""A model that has nothing but the guardrails of this checkout, and something to guard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from policies.guardrails import rendering
from policies.iam import Policy, Resource, parse_policy
from policies.invariants.standing import EVERY_RIGHT
from policies.invariants.vocabulary import Tokens
from policies.invariants.words import words_of
from policies.model import (
    AccountFacts,
    Model,
    OwnedResource,
    PolicyFacts,
    PolicyLayer,
    PrincipalFacts,
    PrincipalKind,
    RoleFacts,
)
from policies.verdict import Source
from tests.policies.guardrails.guardrails import FOLDER, naming, tokens

LAYERS = {
    "service-control": PolicyLayer.SERVICE_CONTROL,
    "resource-control": PolicyLayer.RESOURCE_CONTROL,
}
_BOUNDARIES = ("delivery", "persona", "service", "workload")
_BUCKETS = ("data", "evidence", "logs", "models", "tfstate", "trail")
_NOBODY = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::<id>:role/SignIn"}},
    },
}


def words() -> Tokens:
    """Return the words of the organisation of this checkout."""
    return words_of(naming().organization)


@cache
def guarded() -> Model:
    """Return the model: accounts, their guardrails and boundaries, buckets and a few roles."""
    organization = naming().organization
    facts = tuple(_groups())
    accounts = {each.key: each for each in _accounts(facts)}
    management = AccountFacts(
        "management", organization.management_account_id, "management", "", organization.region
    )
    roles = {role.arn: role for each in accounts.values() for role in _roles(each)}
    return Model(
        organization_id=organization.id,
        management_account=organization.management_account_id,
        prefix=organization.prefix,
        accounts={**accounts, "management": management},
        resources=(),
        principals={each.arn: each for each in map(_forge, accounts.values())},
        roles=roles,
        policies=(*facts, *(each for a in accounts.values() for each in _boundaries(a))),
        owned=tuple(each for account in accounts.values() for each in _owned(account)),
        networks=(),
        endpoints=(),
        pipelines=(),
        builds=(),
        rules=(),
        definitions=(),
        studios=(),
        served=(),
        problems=(),
    )


def _accounts(facts: tuple[PolicyFacts, ...]) -> Iterator[AccountFacts]:
    for name, account in naming().organization.accounts.items():
        kind = account.kind.value
        levels = {layer: _levels(facts, layer, kind) for layer in LAYERS.values()}
        yield AccountFacts(
            name,
            account.id,
            kind,
            kind,
            account.region,
            "main",
            levels[PolicyLayer.SERVICE_CONTROL],
            levels[PolicyLayer.RESOURCE_CONTROL],
        )


def _levels(
    facts: tuple[PolicyFacts, ...], layer: PolicyLayer, kind: str
) -> tuple[tuple[Policy, ...], ...]:
    attached = (each for each in facts if each.layer is layer and kind in each.holder.split())
    unit = (EVERY_RIGHT, *(each.policy for each in attached if each.policy is not None))
    return (EVERY_RIGHT,), unit


def _groups() -> list[PolicyFacts]:
    made = []
    for group in rendering.read_groups(FOLDER):
        if group.kind in LAYERS:
            text = rendering.render_group(FOLDER, group, tokens())
            source = Source("organization", group.name)
            policy = parse_policy(group.name, json.loads(text))
            layer, units = LAYERS[group.kind], " ".join(group.units)
            made.append(PolicyFacts(layer, "management", units, policy, source, text=text))
    return made


def _boundaries(account: AccountFacts) -> list[PolicyFacts]:
    made = []
    for name in _BOUNDARIES:
        given = tokens() | {"account-id": account.id, "region": account.region}
        path = FOLDER / "boundaries" / f"{name}.json"
        document = rendering.render(name, path.read_text("utf-8"), given)
        prefix = naming().organization.prefix
        arn = f"arn:aws:iam::{account.id}:policy/{prefix}-{account.key}-boundary-{name}"
        made.append(
            PolicyFacts(
                PolicyLayer.UNATTACHED,
                account.key,
                "",
                parse_policy(f"{account.key} {name}", document),
                Source(account.key, f"boundary {name}"),
                arn,
                json.dumps(document),
            )
        )
    return made


def _owned(account: AccountFacts) -> list[OwnedResource]:
    prefix = naming().organization.prefix
    made = []
    for purpose in _BUCKETS:
        arn = f"arn:aws:s3:::{prefix}-{account.key}-{purpose}-{account.id}"
        source = Source(account.key, f"bucket {purpose}")
        made.append(
            OwnedResource(
                arn,
                "bucket",
                account.key,
                None,
                Resource.ORDINARY,
                source,
                purpose,
                (arn, f"{arn}/*"),
            )
        )
    return made + [
        OwnedResource(
            role.arn,
            "role",
            account.key,
            role.trust,
            Resource.DECISIVE,
            role.source,
            role.purpose,
        )
        for role in _roles(account)
    ]


def _roles(account: AccountFacts) -> list[RoleFacts]:
    made = []
    for purpose in ("apply", "plan", "release", "state", "verify"):
        name = f"{naming().organization.prefix}-{account.key}-{purpose}"
        trust = json.dumps(_NOBODY).replace("<id>", account.id)
        made.append(
            RoleFacts(
                f"arn:aws:iam::{account.id}:role/{name}",
                account.key,
                name,
                (EVERY_RIGHT,),
                None,
                parse_policy(f"trust of {name}", trust),
                {},
                3600,
                Source(account.key, f"role {purpose}"),
                purpose=purpose,
            )
        )
    return made


def _forge(account: AccountFacts) -> PrincipalFacts:
    arn = f"arn:aws:iam::{account.id}:oidc-provider/{naming().organization.forge.issuer}"
    source = Source(account.key, "forge")
    return PrincipalFacts(arn, PrincipalKind.FEDERATION, account.id, "forge", source)
