"""Grows a world from a seed."""

from __future__ import annotations

from random import Random

from tests.twin.authorization.agreement.estate import (
    ACCESS_ROLE,
    ACCOUNTS,
    MEMBERS,
    ONE,
    REGION,
    ROOT,
    TWO,
    UNIT_OF,
    Document,
    Estate,
    Grant,
    Holder,
    Key,
    Place,
    Session,
    Store,
    provider_of,
)
from tests.twin.authorization.agreement.policies import TEAMS, Writer, document

_KINDS = ("s3", "sqs", "sns", "secretsmanager")
_USES = ("Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey")
_ENDPOINTS = ("s3", "kms", "sqs", "sns", "secretsmanager", "sts", "ssm")


def grown(seed: int) -> Estate:
    """Return the world of a seed."""
    dice = Random(seed)  # noqa: S311 - a corpus that can be had again
    names = [(a, kind, f"{kind}-{n}") for a in ACCOUNTS for kind, n in _PEOPLE]
    principals = [f"arn:aws:iam::{a}:{kind}/{name}" for a, kind, name in names]
    writer = Writer(dice, principals, [*principals, *_arns(seed)])
    holders = tuple(_holder(dice, writer, *name) for name in names)
    keys = tuple(_key(dice, writer, account, principals) for account in ACCOUNTS)
    stores = tuple(
        _store(dice, writer, seed, account, kind) for account in ACCOUNTS for kind in _KINDS
    )
    roles = [holder for holder in holders if holder.kind == "role"]
    targets = (ROOT, *dict.fromkeys(UNIT_OF.values()), *MEMBERS)
    service_control = {t: _controls(dice, writer, principal=False) for t in targets}
    # The last policy of a target cannot be taken away from it.
    limited = [target for target in MEMBERS if service_control[target]]
    return Estate(
        holders,
        tuple(_session(dice, writer, role) for role in roles for _ in range(2)),
        keys,
        stores,
        tuple(Place(a, {s: writer.endpoint() for s in _ENDPOINTS}) for a in (ONE, TWO)),
        service_control,
        {t: _controls(dice, writer, principal=True) for t in targets},
        frozenset(t for t in limited if dice.random() < 0.25),
    )


_PEOPLE = (("role", 0), ("role", 1), ("user", 0))


def _arns(seed: int) -> list[str]:
    return [
        *(f"arn:aws:s3:::{bucket_name(seed, account)}" for account in ACCOUNTS),
        *(f"arn:aws:sqs:{REGION}:{account}:sqs-0" for account in ACCOUNTS),
        *(f"arn:aws:sns:{REGION}:{account}:sns-0" for account in ACCOUNTS),
        *(f"arn:aws:kms:{REGION}:{account}:key" for account in ACCOUNTS),
    ]


def bucket_name(seed: int, account: str) -> str:
    """Name the bucket of an account: names of buckets are one world's own."""
    return f"bucket-{seed}-{account}"


def _holder(dice: Random, writer: Writer, account: str, kind: str, name: str) -> Holder:
    def now_and_then(share: float, generous: float) -> Document | None:
        return writer.identity(generous=generous) if dice.random() < share else None

    return Holder(
        account,
        name,
        kind,
        inline=writer.identity(),
        managed=now_and_then(0.4, 0.3),
        boundary=now_and_then(0.4, 0.8),
        trust=writer.trust(account) if kind == "role" else None,
        team=dice.choice((*TEAMS, None)),
    )


def _session(dice: Random, writer: Writer, role: Holder) -> Session:
    limited = dice.random() < 0.4
    return Session(
        role,
        dice.choice(("sofia", "milo")),
        tuple(writer.identity(generous=0.8) for _ in range(dice.randint(1, 2))) if limited else (),
        team=dice.choice((*TEAMS, None, None)),
        source_identity=dice.choice(("sofia", "red", None, None)),
        provider=provider_of(role.account) if dice.random() < 0.3 else None,
    )


def _key(dice: Random, writer: Writer, account: str, principals: list[str]) -> Key:
    admins = {
        "Sid": "Administrators",
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{each}:role/{ACCESS_ROLE}" for each in ACCOUNTS]},
        "Action": "kms:*",
        "Resource": "*",
    }
    own = list(writer.resource("kms", ["*"])["Statement"])
    if dice.random() < 0.6:
        delegated = {"Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "kms:*"}
        own.append({"Effect": "Allow", "Resource": "*", **delegated})
    grants = tuple(
        Grant(
            dice.choice(principals),
            tuple(sorted(dice.sample(_USES, dice.randint(1, 3)))),
            {"team": dice.choice(TEAMS)} if dice.random() < 0.4 else {},
        )
        for _ in range(dice.randint(0, 2))
    )
    return Key(account, f"key-{account}", document(admins, *own), grants)


def _store(dice: Random, writer: Writer, seed: int, account: str, kind: str) -> Store:
    name = bucket_name(seed, account) if kind == "s3" else f"{kind}-0"
    arn = f"arn:aws:s3:::{name}" if kind == "s3" else f"arn:aws:{kind}:{REGION}:{account}:{name}"
    arns = [arn, f"{arn}/*"] if kind == "s3" else [arn]
    wanted = kind == "sns" or dice.random() < 0.75
    arns = ["*"] if kind == "secretsmanager" else arns
    encrypted = kind in ("s3", "secretsmanager") and dice.random() < 0.6
    key = f"key-{dice.choice((account, account, dice.choice(ACCOUNTS)))}" if encrypted else None
    policy = writer.resource(kind, arns) if wanted else None
    restricted = kind == "s3" and dice.random() < 0.5
    return Store(account, kind, name, policy, key, restricted)


def _controls(dice: Random, writer: Writer, *, principal: bool) -> tuple[Document, ...]:
    return (writer.control(principal=principal),) if dice.random() < 0.35 else ()
