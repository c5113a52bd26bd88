"""Decides each case here and with iam-simulate, and sorts what differs into explained classes."""

from __future__ import annotations

import gc
import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.iam import (
    Decision,
    Layers,
    Policy,
    Principal,
    Request,
    Resource,
    decide,
    parse_policy,
)
from tests.policies.iam.differential.classes import CLASSES
from tests.policies.iam.differential.vocabulary import ROLE

HERE = Path(__file__).resolve().parent
_NAMES = {
    "Allowed": "allowed",
    "ExplicitlyDenied": "explicit",
    "ImplicitlyDenied": "implicit",
    "error": "error",
}


@dataclass(frozen=True)
class Difference:
    """A case on which the two disagree."""

    case: Mapping[str, Any]
    ours: str
    theirs: str
    said: Mapping[str, Any]
    class_name: str
    """The explained class, or "" where nobody explained it."""


@dataclass(frozen=True)
class Comparison:
    """What came out, and how much of a processor's time each took."""

    cases: int
    outcomes: Mapping[str, int]
    differences: tuple[Difference, ...]
    ours_seconds: float
    theirs_seconds: float

    @property
    def equal(self) -> float:
        """The share of cases decided alike."""
        return 1 - len(self.differences) / self.cases

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """What differs for no reason that is known."""
        return tuple(each for each in self.differences if not each.class_name)

    @property
    def classes(self) -> Mapping[str, int]:
        """How often each class of difference was seen."""
        return Counter(each.class_name for each in self.differences)


def compare(cases: Iterable[Mapping[str, Any]], installed: Path) -> Comparison:
    """Decide all cases twice.

    Raises CalledProcessError where the other evaluator ends with an error.
    """
    given = list(cases)
    prepared = [(request(case), layers(case)) for case in given]
    decisions, ours_seconds = _decide_all(prepared)
    theirs, theirs_seconds = _ask(given, prepared, installed)
    differences = []
    outcomes: Counter[str] = Counter()
    for case, decision, said in zip(given, decisions, theirs, strict=True):
        ours = name_of(decision)
        outcomes[ours] += 1
        other = _NAMES[said["result"]]
        if ours != other:
            differences.append(Difference(case, ours, other, said, _class_of(case, other)))
    return Comparison(len(given), outcomes, tuple(differences), ours_seconds, theirs_seconds)


def _decide_all(prepared: list[tuple[Request, Layers]]) -> tuple[list[Decision], float]:
    # The cases themselves are no rubbish to look through while decisions are timed.
    gc.collect()
    gc.freeze()
    try:
        begun = time.process_time()
        decisions = [decide(asked, policies) for asked, policies in prepared]
        return decisions, time.process_time() - begun
    finally:
        gc.unfreeze()


def name_of(decision: Decision) -> str:
    """Name a decision as both do."""
    return "allowed" if decision.allowed else "explicit" if decision.explicit else "implicit"


def _class_of(case: Mapping[str, Any], theirs: str) -> str:
    """Find the class that explains a difference: read in their way, the case is decided so."""
    read: Mapping[str, Any] = case
    names: list[str] = []
    for name, their_reading in CLASSES.items():
        alone = their_reading(case)
        if alone is not None and name_of(decide(request(alone), layers(alone))) == theirs:
            return name
        together = their_reading(read)
        if together is not None:
            read, names = together, [*names, name]
    if len(names) > 1 and name_of(decide(request(read), layers(read))) == theirs:
        return " and ".join(names)
    return ""


def _ask(
    cases: list[Mapping[str, Any]], prepared: list[tuple[Request, Layers]], installed: Path
) -> tuple[list[dict[str, Any]], float]:
    lines = "\n".join(
        json.dumps({**case, "context": _context(asked), "identity": _identity(case)})
        for case, (asked, _) in zip(cases, prepared, strict=True)
    )
    done = subprocess.run(
        ["node", str(HERE / "simulate.mjs"), str(installed)],
        input=lines, capture_output=True, text=True, check=True, timeout=600,
    )  # fmt: skip
    seconds = json.loads(done.stderr.strip().splitlines()[-1])["seconds"]
    return [json.loads(line) for line in done.stdout.splitlines()], float(seconds)


_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
# AWS attaches RCPFullAWSAccess to each level by itself, and so does the other.
_FULL = parse_policy(
    "RCPFullAWSAccess",
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"},
    },
)


def _identity(case: Mapping[str, Any]) -> list[Any]:
    # What the root user may do needs no policy; the other wants to be told so.
    return [_EVERYTHING] if case["kind"] == "root" else case["identity"]


_MANY = ("aws:calledvia", "aws:principalorgpaths")


def _context(asked: Request) -> dict[str, str | list[str]]:
    return {
        key: list(values) if key in _MANY else values[0] for key, values in asked.context.items()
    }


def request(case: Mapping[str, Any]) -> Request:
    """Make the request of a case."""
    return Request.of(
        _principal(case),
        case["action"],
        case["resource"],
        case["context"],
        resource_account=case["owner"],
    )


def _principal(case: Mapping[str, Any]) -> Principal:
    match case["kind"]:
        case "role":
            return Principal.role(ROLE.format(case["account"]), "sofia")
        case "user":
            return Principal.user(case["principal"])
        case "root":
            return Principal.root(case["account"])
        case "service":
            return Principal.service(case["principal"])
    return Principal.anonymous()


def layers(case: Mapping[str, Any]) -> Layers:
    """Make the policies of a case."""

    def one(name: str) -> Policy | None:
        return parse_policy(name, case[name]) if case.get(name) else None

    def levels(name: str) -> tuple[tuple[Policy, ...], ...]:
        return tuple(tuple(parse_policy(name, p) for p in level) for level in case[name])

    session = one("session")
    return Layers(
        identity=tuple(parse_policy("identity", p) for p in case["identity"]),
        boundary=one("boundary"),
        session=(session,) if session else None,
        service_control=levels("scp"),
        resource_control=tuple((*level, _FULL) for level in levels("rcp")),
        resource=one("own"),
        resource_counts=Resource.DECISIVE if case["decisive"] else Resource.ORDINARY,
        endpoint=one("endpoint"),
    )
