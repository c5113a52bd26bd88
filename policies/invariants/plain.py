"""What one statement plainly refuses, or none could allow: told without a solver.

A Deny that names the action and the resource, and whose conditions follow from the claim itself,
refuses whatever else is said. Most claims about guardrails are of this kind. What is told here
holds; what is not told here is left to the prover.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from policies.iam import Policy, Principal, Request, Statement
from policies.iam.condition import Condition, Quantifier
from policies.iam.glob import Lookup
from policies.iam.layers import Layer, Layers
from policies.iam.principal import Kind, Named
from policies.invariants.known import Known
from policies.invariants.possible import loosest, overlap

# AWS puts these into every request.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ALWAYS = frozenset({"aws:securetransport"})
_VARIABLE = re.compile(r"\$\{\s*([^},\s]+)\s*\}")
_BOUND = (Kind.ROLE, Kind.USER, Kind.ROOT)
_OPPOSITES = {
    "StringEquals": "StringNotEquals",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
_ALIKE = {"ArnEquals": "ArnLike", "ArnNotEquals": "ArnNotLike"}


@dataclass(frozen=True)
class Facts:
    """What is certain of every request that a claim is about."""

    principal: Principal
    fixed: Mapping[str, tuple[str, ...] | None]
    """Keys with the one value that they have, or None where no request carries them."""
    known: Known
    """Keys with the value that they have where a request carries them."""
    conditions: frozenset[tuple[str, ...]] = frozenset()
    absent: frozenset[str] = field(default_factory=frozenset)
    _refusing: dict[tuple[int, tuple[str, ...]], tuple[Statement, bool]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def refused_by(self, statement: Statement, resources: tuple[str, ...]) -> bool:
        """Tell whether a Deny refuses its actions on resources; one is asked of many actions."""
        # The statement is kept, so that no other may ever have its identity.
        found = self._refusing.get((id(statement), resources))
        if found is None:
            found = statement, _refuses(statement, self, resources)
            self._refusing[id(statement), resources] = found
        return found[1]

    def follows(self, condition: Condition) -> bool:
        """Tell whether a condition holds for every such request."""
        key = condition.key
        if key in self.absent or (key in self.known and self.known[key] is None):
            return condition.holds(self._without(key))
        if key in self.fixed:
            return _constant(condition, self.fixed) and condition.holds(self.fixed.get)
        if key in self.known and _constant(condition, self.fixed):
            present = {**self.fixed, key: self.known[key]}
            if condition.holds(present.get) and condition.holds(self._without(key)):
                return True
        return _form(condition, self.fixed) in self.conditions

    def _without(self, key: str) -> Lookup:
        values: dict[str, tuple[str, ...] | None] = {**self.fixed, key: None}
        return values.get


def facts_of(
    principal: Principal,
    known: Known,
    when: Iterable[Iterable[Condition]],
    unless: Iterable[Iterable[Condition]],
) -> Facts:
    """Gather what is certain, from who asks and from the words of the claim."""
    fixed = dict(Request.of(principal, "x:x", "*", resource_account="0").context)
    blocks, lifted = [tuple(block) for block in when], [tuple(block) for block in unless]
    said: set[tuple[str, ...]] = set()
    absent: set[str] = set()
    if len(blocks) == 1:
        for condition in blocks[0]:
            said.add(_form(condition, fixed))
            if condition.operator.name == "Null" and _texts(condition, fixed) == ("true",):
                absent.add(condition.key)
    for block in lifted:
        if len(block) == 1:
            opposite = _opposite(block[0], fixed)
            said |= opposite
            if ("Null", "", "", block[0].key, "true") in opposite:
                absent.add(block[0].key)
    known = {key: value for key, value in known.items() if key not in fixed}
    return Facts(principal, fixed, known, frozenset(said), frozenset(absent))


def is_refused(
    facts: Facts,
    layers: Layers,
    action: str,
    resources: tuple[str, ...],
    *,
    pattern: bool,
    left_out: tuple[str, ...] = (),
) -> bool:
    """Tell whether one Deny refuses an action, or all that a pattern stands for.

    Of what a pattern stands for, ``left_out`` need not be refused.
    """
    bound = facts.principal.kind in _BOUND
    for layer, policy in layers.all():
        if layer is Layer.SERVICE_CONTROL and not bound:
            continue
        denies = _covering(policy, action, left_out) if pattern else policy.denying(action)
        for statement in denies:
            if facts.refused_by(statement, resources):
                return True
    return False


def _covering(policy: Policy, action: str, left_out: tuple[str, ...]) -> tuple[Statement, ...]:
    """Give the denials of all that a pattern stands for; a policy is asked of few, and often."""

    def find() -> tuple[Statement, ...]:
        folded, left = action.lower(), tuple(each.lower() for each in left_out)
        return tuple(s for s in policy.statements if not s.allows and _covers(s, folded, left))

    return policy.recall(("covering", action, left_out), find)


def _refuses(statement: Statement, facts: Facts, resources: tuple[str, ...]) -> bool:
    if statement.principals is not None:
        if loosest(statement.principals, facts.principal) is Named.NOT:
            return False
    if statement.resources and not _holds_all(statement, resources, facts):
        return False
    return all(facts.follows(condition) for condition in statement.conditions)


def _covers(statement: Statement, action: str, left_out: tuple[str, ...]) -> bool:
    if statement.excludes_actions:
        return all(
            any(within(spared, left) for left in left_out) or not overlap(spared, action)
            for spared in statement.folded_actions
        )
    return any(within(action, pattern) for pattern in statement.folded_actions)


def _holds_all(statement: Statement, resources: tuple[str, ...], facts: Facts) -> bool:
    if statement.excludes_resources:
        return False
    patterns = [_resolved(pattern.text, facts.fixed) for pattern in statement.resources]
    if "*" in patterns:
        return True
    return all(any(within(each, pattern) for pattern in patterns) for each in resources)


@lru_cache(maxsize=65536)
def within(inner: str, outer: str) -> bool:
    """Tell whether all that one pattern matches, another matches too; False if it is not plain."""
    if outer in ("*", inner):
        return True
    if "${" in outer or "${" in inner:
        return False
    # A wildcard of the inner one stands for any text, which only a star of the outer one takes.
    if "*" not in outer and "?" not in outer:
        return False
    opaque = inner.replace("*", "\x00").replace("?", "\x01")
    return _taking(outer)(opaque) is not None


@lru_cache(maxsize=8192)
def _taking(outer: str) -> Callable[[str], re.Match[str] | None]:
    expression = "".join(
        ".*" if c == "*" else "[^\x00\x01]" if c == "?" else re.escape(c) for c in outer
    )
    return re.compile(expression, re.DOTALL).fullmatch


def _opposite(condition: Condition, fixed: Known) -> set[tuple[str, ...]]:
    """Give what holds where a condition does not."""
    name, key, values = condition.operator.name, condition.key, _texts(condition, fixed)
    if condition.quantifier is not Quantifier.ONE or condition.if_exists:
        return set()
    if name == "Null" and len(values) == 1:
        return {("Null", "", "", key, "false" if values[0] == "true" else "true")}
    if name == "Bool" and len(values) == 1:
        other = "false" if values[0] == "true" else "true"
        if_absent = ("Bool", "", "IfExists", key, other)
        return {if_absent, ("Bool", "", "", key, other)} if key in _ALWAYS else {if_absent}
    if name in _OPPOSITES:
        opposite = _ALIKE.get(_OPPOSITES[name], _OPPOSITES[name])
        return {(opposite, "", "", key, *values)} | {
            (opposite, "", "", key, each) for each in values
        }
    return set()


def _form(condition: Condition, fixed: Known) -> tuple[str, ...]:
    name = _ALIKE.get(condition.operator.name, condition.operator.name)
    return (
        name,
        condition.quantifier.value,
        "IfExists" if condition.if_exists else "",
        condition.key,
        *_texts(condition, fixed),
    )


def _texts(condition: Condition, fixed: Known) -> tuple[str, ...]:
    return tuple(sorted(_resolved(value.text, fixed) for value in condition.values))


def _resolved(text: str, fixed: Known) -> str:
    """Put the values of variables that are certain in their place."""
    if "${" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        values = fixed.get(found[1].lower())
        return values[0] if values and len(values) == 1 else found[0]

    return _VARIABLE.sub(value, text)


def _constant(condition: Condition, fixed: Known) -> bool:
    return not any(
        pattern.has_variables and "${" in _resolved(pattern.text, fixed)
        for pattern in condition.values
    )
