"""Makes layered cases from a seed: policies of every layer, and a request beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from tests.policies.iam.differential.vocabulary import (
    ARNS,
    AWAY,
    HOME,
    MANY,
    MOMENTS,
    NETWORKS,
    ORDER,
    ROLE,
    SINGLE,
    STRINGS,
    TARGETS,
    VERSION,
)  # fmt: skip

_FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def cases(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Give cases, each as what JSON holds; the same seed gives the same cases."""
    random = Random(seed)  # noqa: S311 - cases of tests, no secrets
    for number in range(count):
        yield Case(random, number).made()


class Case:
    """One case while it is made."""

    def __init__(self, random: Random, number: int) -> None:
        self.random, self.number = random, number
        self.target = random.choice(TARGETS)
        self.kind = random.choices(
            ("role", "user", "root", "service", "anonymous"), (10, 4, 1, 2, 1)
        )[0]
        self.limited = False
        self.account = random.choices((HOME, AWAY), (3, 1))[0]

    def made(self) -> dict[str, Any]:
        """Make the case."""
        member = self.kind in ("role", "user", "root")
        some = self.random.random
        # The other reads what a resource gives a session otherwise; see classes.py.
        self.limited = self.kind == "role" and some() < 0.1
        made: dict[str, Any] = {
            "number": self.number,
            "kind": self.kind,
            "account": self.account,
            "principal": self._principal(),
            "action": self.target.action,
            "resource": self.target.resource,
            "owner": HOME,
            "decisive": self.target.decisive,
            "context": self._context(),
            "identity": [self._policy() for _ in range(self._some(0, 2))]
            if member and self.kind != "root"
            else [],
            "scp": self._levels() if member else [],
            "rcp": self._levels(of_resources=True),
            # Keys and roles always have a policy of their own.
            "own": self._policy(principal=True) if self.target.decisive or some() < 0.6 else None,
        }
        if self.kind in ("role", "user"):
            made["boundary"] = self._policy() if some() < 0.3 else None
        if self.limited:
            made["session"] = self._policy()
        if some() < 0.15 and not self.target.decisive:
            made["endpoint"] = self._policy(principal=True, everybody=True)
        return made

    def _some(self, least: int, most: int) -> int:
        return self.random.randint(least, most)

    def _principal(self) -> str | None:
        return {
            "role": f"arn:aws:sts::{self.account}:assumed-role/reader/sofia",
            "user": f"arn:aws:iam::{self.account}:user/ann",
            "root": f"arn:aws:iam::{self.account}:root",
            "service": "cloudtrail.amazonaws.com",
        }.get(self.kind)

    def _levels(self, *, of_resources: bool = False) -> list[list[dict[str, Any]]]:
        base = {"Version": VERSION, "Statement": [_FULL]}
        made = []
        for _ in range(self._some(0, 2)):
            # RCPFullAWSAccess stands at each level by itself; FullAWSAccess may be taken away.
            level = [base] if not of_resources and self.random.random() < 0.85 else []
            if self.random.random() < 0.4 or not (level or of_resources):
                level.append(self._control(of_resources))
            made.append(level)
        return made

    def _control(self, of_resources: bool) -> dict[str, Any]:
        statements = [
            self._statement(everybody=of_resources, effect="Deny" if of_resources else None)
            for _ in range(self._some(1, 2))
        ]
        for statement in statements if of_resources else ():
            # AWS refuses every action of every service there, and NotAction.
            listed = statement.pop("NotAction", None) or statement["Action"]
            service = self.target.action.partition(":")[0]
            statement["Action"] = [f"{service}:*" if text == "*" else text for text in listed]
        return {"Version": VERSION, "Statement": statements}

    def _policy(self, *, principal: bool = False, everybody: bool = False) -> dict[str, Any]:
        statements = [
            self._statement(principal=principal and not everybody, everybody=everybody)
            for _ in range(self._some(1, 3))
        ]
        return {"Version": VERSION, "Statement": statements}

    def _statement(
        self, *, principal: bool = False, everybody: bool = False, effect: str | None = None
    ) -> dict[str, Any]:
        random = self.random
        made: dict[str, Any] = {"Effect": effect or random.choices(("Allow", "Deny"), (9, 1))[0]}
        if everybody:
            made["Principal"] = "*"
        elif principal:
            made["Principal"] = self._principals()
        made |= self._about("Action", self._actions())
        trust = self.target.action == "sts:AssumeRole" and principal
        made |= {} if trust else self._about("Resource", self._resources())
        conditions = self._conditions() if random.random() < 0.45 else {}
        return made | ({"Condition": conditions} if conditions else {})

    def _about(self, member: str, values: Sequence[str]) -> dict[str, Any]:
        negated = self.random.random() < 0.08
        return {f"Not{member}" if negated else member: list(values)}

    def _actions(self) -> list[str]:
        service, _, name = self.target.action.partition(":")
        near = (
            self.target.action,
            f"{service}:*",
            f"{service}:{name[:3]}*",
            "*",
            self.target.action.upper().replace(service.upper(), service),
        )
        far = ("ec2:*", f"{service}:Nothing", f"{service}:?{name[1:3]}x*")
        return self._drawn(near, far)

    def _resources(self) -> list[str]:
        return self._drawn(("*", *self.target.patterns), self.target.others)

    def _drawn(self, near: Sequence[str], far: Sequence[str]) -> list[str]:
        pool = [self.random.choice(near if self.random.random() < 0.8 else far)]
        return pool + ([self.random.choice(far)] if self.random.random() < 0.3 else [])

    def _principals(self) -> Any:
        mine = ROLE.format(self.account) if self.kind == "role" else self._principal()
        past_sessions = [
            "*" if self.random.random() < 0.5 else {"AWS": "*"},
            {"AWS": f"arn:aws:sts::{self.account}:assumed-role/reader/sofia"},
        ]
        others = [
            {"AWS": [mine if self.kind in ("role", "user") else ROLE.format(HOME)]},
            {"AWS": self.account},
            {"AWS": f"arn:aws:iam::{self.account}:root"},
            {"AWS": ROLE.format(AWAY)},
            {"Service": ["cloudtrail.amazonaws.com", "config.amazonaws.com"]},
        ]
        rarely = self.limited and self.random.random() < 0.9
        return self.random.choice(others if rarely else [*others, *past_sessions])

    def _context(self) -> dict[str, str | list[str]]:
        random = self.random
        made: dict[str, str | list[str]] = {}
        for key, values in SINGLE.items():
            if random.random() < (0.9 if "Tag" in key else 0.6):
                made[key] = random.choice(
                    [v for v in values if "*" not in v and "$" not in v and v]
                )
        for key, values in MANY.items():
            if random.random() < 0.5:
                made[key] = random.sample([v for v in values if "*" not in v], k=self._some(1, 1))
        if random.random() < 0.5:
            made["aws:CalledVia"] = random.sample(MANY["aws:CalledVia"][:2], k=self._some(1, 2))
        if random.random() < 0.5:
            made["aws:SourceArn"] = random.choice(
                ("arn:aws:s3:::data", "arn:aws:sns:eu-west-1:1:topic")
            )
        if random.random() < 0.7:
            made["aws:SourceIp"] = random.choices(
                ("10.1.2.3", "203.0.113.9", "2001:db8::1"), (9, 9, 1)
            )[0]
        made["aws:SecureTransport"] = random.choice(("true", "false"))
        made["aws:CurrentTime"] = random.choice(MOMENTS)
        if random.random() < 0.5:
            made["aws:MultiFactorAuthAge"] = str(random.choice((10, 300, 4000)))
        return made

    def _conditions(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for _ in range(self._some(1, 2)):
            operator, key, values = self._condition()
            made.setdefault(operator, {})[key] = values
        return made

    def _condition(self) -> tuple[str, str, Any]:
        random = self.random
        kind = random.randrange(8)
        if kind <= 1:
            key = random.choice(list(SINGLE))
            return self._exists(random.choice(STRINGS)), key, self._values(SINGLE[key])
        if kind == 2:
            key = random.choice(list(MANY))
            quantifier = random.choice(("ForAllValues", "ForAnyValue"))
            return f"{quantifier}:{random.choice(STRINGS)}", key, self._values(MANY[key])
        if kind == 3:
            key = random.choice(list(ARNS))
            operator = random.choice(("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"))
            return self._exists(operator), key, self._values(ARNS[key])
        if kind == 4:
            operator = f"Numeric{random.choice(ORDER)}"
            return (
                self._exists(operator),
                "aws:MultiFactorAuthAge",
                random.choice(("10", "300", "400")),
            )
        if kind == 5:
            operator = f"Date{random.choice(ORDER)}"
            return self._exists(operator), "aws:CurrentTime", random.choice(MOMENTS)
        if kind == 6:
            operator = random.choice(("IpAddress", "NotIpAddress"))
            return self._exists(operator), "aws:SourceIp", self._values(NETWORKS)
        if random.random() < 0.5:
            return self._exists("Bool"), "aws:SecureTransport", random.choice(("true", "false"))
        key = random.choice([*SINGLE, *MANY, "aws:SourceIp", "aws:MultiFactorAuthAge"])
        return "Null", key, random.choice(("true", "false"))

    def _exists(self, operator: str) -> str:
        return f"{operator}IfExists" if self.random.random() < 0.2 else operator

    def _values(self, pool: Sequence[str]) -> list[str]:
        return self.random.sample([v for v in pool if v], k=self._some(1, 2))
