"""Two small worlds: in one no policy refuses anything, in the other each refuses everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from pipelines.organization import Account
from policies.iam import Policy, Resource, parse_policy
from policies.invariants.standing import EVERY_RIGHT, OPEN_TO_ALL
from policies.model import (
    AccountFacts,
    EndpointFacts,
    Model,
    OwnedResource,
    PolicyFacts,
    PolicyLayer,
    PrincipalFacts,
    PrincipalKind,
    RoleFacts,
)
from policies.verdict import Source
from tests.policies.guardrails.guardrails import naming

# Roles in an account of each kind, by purpose, each with the boundary that it stands beneath.
_ROLES: Mapping[str, Mapping[str, str]] = {
    "data-science": {
        "apply": "",
        "branch-model-build": "delivery",
        "branch-pipeline": "workload",
        "branch-training": "workload",
        "bundle": "delivery",
        "data-scientist": "persona",
        "experiment-launch": "service",
        "lead": "persona",
        "pipeline": "workload",
        "plan": "",
        "promotion": "delivery",
        "release-manager": "persona",
        "studio": "persona",
        "training": "workload",
        "training-trigger": "service",
        "trial-function": "delivery",
    },
    "staging": {
        "apply": "",
        "consumer": "delivery",
        "deploy": "delivery",
        "plan": "",
        "release": "delivery",
        "serving": "workload",
        "test": "delivery",
        "verify": "delivery",
    },
}
_BOUNDARIES = ("delivery", "persona", "service", "workload")
# What each account owns: kind, purposes, and the ARNs under which requests name it.
_OWNED = (
    (
        "bucket",
        ("data", "decisions", "evidence", "logs", "models", "tfstate"),
        ("s3:::{n}", "s3:::{n}/*"),
    ),
    (
        "key",
        (
            "approval-rita",
            "artifacts",
            "data",
            "models",
            "release-signing",
            "test-signing",
            "tfstate",
        ),
        ("kms:{e}:key/{n}",),
    ),
    ("log-group", ("jobs",), ("logs:{e}:log-group:{n}", "logs:{e}:log-group:{n}:*")),
    ("model-package-group", ("models",), ("sagemaker:{e}:model-package-group/{n}",)),
    (
        "package-repository",
        ("packages",),
        ("codeartifact:{e}:repository/all/{n}", "codeartifact:{e}:package/all/{n}/*"),
    ),
    ("queue", ("failures",), ("sqs:{e}:{n}",)),
    ("repository", ("images",), ("ecr:{e}:repository/{n}",)),
    ("topic", ("alarms",), ("sns:{e}:{n}",)),
)


def _refusing(**members: str) -> Policy:
    statement = {"Sid": "No", "Effect": "Deny", "Action": "*", "Resource": "*", **members}
    return parse_policy("no right", {"Version": "2012-10-17", "Statement": statement})


_NO_RIGHT, _SHUT_TO_ALL = _refusing(), _refusing(Principal="*")


@cache
def open_world() -> Model:
    """Return two accounts in which every policy allows everybody everything."""
    organization = naming().organization
    of_kind = {each.kind.value: each for each in reversed([*organization.accounts.values()])}
    accounts = [of_kind[kind] for kind in _ROLES]
    roles = [role for each in accounts for role in _roles(each)]
    return Model(
        organization_id=organization.id,
        management_account=organization.management_account_id,
        prefix=organization.prefix,
        accounts={each.name: _account(each) for each in accounts},
        resources=(),
        principals={each.arn: each for each in map(_forge, accounts)},
        roles={role.arn: role for role in roles},
        policies=tuple(facts for each in accounts for facts in _boundaries(each)),
        owned=tuple(found for each in accounts for found in (*_made(each), *_taken(each))),
        networks=(),
        endpoints=tuple(map(_endpoint, accounts)),
        pipelines=(),
        builds=(),
        rules=(),
        definitions=(),
        studios=(),
        served=(),
        problems=(),
    )


def shut(model: Model) -> Model:
    """Return the same world with every policy in it refusing everybody everything."""
    levels = ((EVERY_RIGHT,), (_NO_RIGHT,))
    return replace(
        model,
        accounts={
            key: replace(each, service_control=levels, resource_control=levels)
            for key, each in model.accounts.items()
        },
        roles={
            arn: replace(role, identity=(_NO_RIGHT,), trust=_SHUT_TO_ALL)
            for arn, role in model.roles.items()
        },
        policies=tuple(replace(each, policy=_NO_RIGHT) for each in model.policies),
        owned=tuple(replace(each, policy=_SHUT_TO_ALL) for each in model.owned),
        endpoints=tuple(replace(each, policy=_SHUT_TO_ALL) for each in model.endpoints),
    )


def _account(account: Account) -> AccountFacts:
    kind, levels = account.kind.value, ((EVERY_RIGHT,),)
    return AccountFacts(account.name, account.id, kind, kind, account.region, "", levels, levels)


def _roles(account: Account) -> Iterator[RoleFacts]:
    for purpose in _ROLES[account.kind.value]:
        name = f"{naming().organization.prefix}-{account.name}-{purpose}"
        yield RoleFacts(
            f"arn:aws:iam::{account.id}:role/{name}",
            account.name,
            name,
            (EVERY_RIGHT,),
            EVERY_RIGHT if _ROLES[account.kind.value][purpose] else None,
            _trust(account.id),
            {},
            3600,
            Source(account.name, f"role {purpose}"),
            purpose=purpose,
        )


@cache
def _trust(account: str) -> Policy:
    """Let in everybody, and say by what name people sign in, which only trust tells."""
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "*"}
    by_name = {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{account}:role/SignIn"}}
    statements = [everybody, {**everybody, "Condition": by_name}]
    return parse_policy("trust in all", {"Version": "2012-10-17", "Statement": statements})


def _boundaries(account: Account) -> Iterator[PolicyFacts]:
    prefix = f"arn:aws:iam::{account.id}:policy/{naming().organization.prefix}-{account.name}"
    source = Source(account.name, "boundary")
    for kind in _BOUNDARIES:
        arn = f"{prefix}-boundary-{kind}"
        yield PolicyFacts(PolicyLayer.UNATTACHED, account.name, "", EVERY_RIGHT, source, arn)
    for role in _roles(account):
        kind = _ROLES[account.kind.value][role.purpose]
        if kind:
            arn = f"{prefix}-boundary-{kind}"
            yield PolicyFacts(
                PolicyLayer.BOUNDARY, account.name, role.arn, EVERY_RIGHT, source, arn
            )


def _made(account: Account) -> Iterator[OwnedResource]:
    for kind, purposes, arns in _OWNED:
        counts = Resource.DECISIVE if kind == "key" else Resource.ORDINARY
        for purpose in purposes:
            name = f"{naming().organization.prefix}-{account.name}-{purpose}-{account.id}"
            place = f"{account.region}:{account.id}"
            found = tuple(f"arn:aws:{arn.format(n=name, e=place)}" for arn in arns)
            source = Source(account.name, f"{kind} {purpose}")
            yield OwnedResource(
                found[0], kind, account.name, OPEN_TO_ALL, counts, source, purpose, found
            )


def _taken(account: Account) -> Iterator[OwnedResource]:
    for role in _roles(account):
        yield OwnedResource(
            role.arn, "role", account.name, role.trust, Resource.DECISIVE, role.source, role.purpose
        )


def _forge(account: Account) -> PrincipalFacts:
    arn = f"arn:aws:iam::{account.id}:oidc-provider/{naming().organization.forge.issuer}"
    source = Source(account.name, "forge")
    return PrincipalFacts(arn, PrincipalKind.FEDERATION, account.id, "forge", source)


def _endpoint(account: Account) -> EndpointFacts:
    source = Source(account.name, "endpoint")
    return EndpointFacts(
        "endpoint",
        account.name,
        account.region,
        "s3",
        "Gateway",
        "network",
        OPEN_TO_ALL,
        False,
        (),
        (),
        (),
        source,
    )
