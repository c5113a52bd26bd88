"""Policy documents as AWS's grammar has them: parsed once, refused where they break a rule.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from policies.iam.condition import Condition, parse_conditions
from policies.iam.errors import MalformedPolicy
from policies.iam.glob import Lookup, Pattern, Patterns, parse
from policies.iam.principal import PrincipalSet, parse_principals

_CURRENT = "2012-10-17"
_VERSIONS = ("2008-10-17", _CURRENT)
_POLICY_MEMBERS = {"Version", "Id", "Statement"}
_STATEMENT_MEMBERS = {
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
    *("Principal", "NotPrincipal", "Condition"),
}

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Statement:
    """One statement. Of each pair (actions, resources, principals) it has one, or neither.

    ``address`` names the policy and the statement, for whoever reads a decision.
    """

    address: str
    sid: str
    allows: bool
    actions: tuple[Pattern, ...]
    excludes_actions: bool
    resources: tuple[Pattern, ...]
    excludes_resources: bool
    principals: PrincipalSet | None
    conditions: tuple[Condition, ...]

    def names_action(self, action: str) -> bool:
        """Tell whether the statement speaks of an action, such as ``s3:GetObject``."""
        folded = action.lower()
        for pattern in self.actions:
            # Actions take no variables: each pattern is a plain test.
            if pattern.folded is not None and pattern.folded(folded):
                return not self.excludes_actions
        return self.excludes_actions

    def names_resource(self, resource: str, lookup: Lookup) -> bool:
        """Tell whether the statement speaks of a resource, in the circumstances of a request."""
        return self._resources.matches(resource, lookup) is not self.excludes_resources

    @cached_property
    def folded_actions(self) -> tuple[str, ...]:
        """The patterns of its actions in lower case, as names of actions have no case."""
        return tuple(pattern.text.lower() for pattern in self.actions)

    @cached_property
    def _resources(self) -> Patterns:
        return Patterns(self.resources)


@dataclass(frozen=True)
class Policy:
    """A policy document and where it came from."""

    address: str
    version: str
    statements: tuple[Statement, ...]
    _by_action: dict[str, tuple[tuple[Statement, ...], tuple[Statement, ...]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _remembered: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def recall(self, about: Hashable, find: Callable[[], _Found]) -> _Found:
        """Return what somebody found out about this policy, finding it out the first time.

        For what follows from the policy and ``about`` alone, and is asked often.
        """
        try:
            found: _Found = self._remembered[about]
        except KeyError:
            found = self._remembered[about] = find()
        return found

    def about(self, action: str) -> tuple[Statement, ...]:
        """Return the statements that speak of an action, the denials first."""
        denies, allows = self._sorted(action)
        return denies + allows

    def denying(self, action: str) -> tuple[Statement, ...]:
        """Return the denials that speak of an action; remembered, for it is asked often."""
        return self._sorted(action)[0]

    def allowing(self, action: str) -> tuple[Statement, ...]:
        """Return the allows that speak of an action."""
        return self._sorted(action)[1]

    def _sorted(self, action: str) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
        found = self._by_action.get(action)
        if found is None:
            named = [s for s in self.statements if s.names_action(action)]
            denies = tuple(s for s in named if not s.allows)
            found = self._by_action[action] = (denies, tuple(s for s in named if s.allows))
        return found


def parse_policy(address: str, document: str | Mapping[str, Any]) -> Policy:
    """Parse a policy, given as JSON text or as what JSON holds.

    Raises MalformedPolicy where AWS would refuse it, or where a member is not known.
    """
    loaded = _loaded(address, document)
    _members(address, loaded, _POLICY_MEMBERS)
    _text(address, loaded, "Id")
    version = loaded.get("Version", _VERSIONS[0])
    if version not in _VERSIONS:
        raise MalformedPolicy(
            address, f"Version must be {' or '.join(_VERSIONS)}", got=f"{version}"
        )
    found = loaded.get("Statement")
    statements = [found] if isinstance(found, Mapping) else found
    if not isinstance(statements, list) or not statements:
        raise MalformedPolicy(address, "Statement must hold at least one statement", got=f"{found}")
    variables = version == _CURRENT
    parsed = tuple(
        _statement(f"{address}#{_name(statement, index)}", statement, variables=variables)
        for index, statement in enumerate(statements)
    )
    return Policy(address, version, parsed)


def _loaded(address: str, document: str | Mapping[str, Any]) -> Mapping[str, Any]:
    loaded: Any = document
    if isinstance(document, str):
        try:
            loaded = json.loads(document, object_pairs_hook=lambda pairs: _unique(address, pairs))
        except (ValueError, RecursionError) as error:
            raise MalformedPolicy(address, "must be JSON", got=str(error)) from error
    if not isinstance(loaded, Mapping):
        raise MalformedPolicy(address, "must be a JSON object", got=type(loaded).__name__)
    return loaded


def _unique(address: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Readers differ in which of two members of the same name they keep.
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedPolicy(address, "must name no member twice", got=twice)
    return made


def _statement(address: str, given: Any, *, variables: bool) -> Statement:
    if not isinstance(given, Mapping):
        raise MalformedPolicy(address, "must be a JSON object", got=type(given).__name__)
    _members(address, given, _STATEMENT_MEMBERS)
    sid = _text(address, given, "Sid")
    effect = given.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise MalformedPolicy(address, "Effect must be Allow or Deny", got=f"{effect}")
    # Actions take no variables: https://docs.aws.amazon.com/IAM/latest/UserGuide/
    # reference_policies_variables.html#policy-vars-wheretouse
    actions, not_actions = _patterns(address, given, "Action", variables=False)
    if not actions:
        raise MalformedPolicy(address, "must have Action or NotAction", got="neither")
    resources, not_resources = _patterns(address, given, "Resource", variables=variables)
    return Statement(
        address=address,
        sid=sid,
        allows=effect == "Allow",
        actions=actions,
        excludes_actions=not_actions,
        resources=resources,
        excludes_resources=not_resources,
        principals=parse_principals(address, given),
        conditions=parse_conditions(address, given.get("Condition", {}), variables=variables),
    )


def _patterns(
    address: str, given: Mapping[str, Any], member: str, *, variables: bool
) -> tuple[tuple[Pattern, ...], bool]:
    negated = f"Not{member}"
    if member in given and negated in given:
        raise MalformedPolicy(address, f"must not have both {member} and {negated}", got="both")
    excludes = negated in given
    name = negated if excludes else member
    if name not in given:
        return (), False
    texts = tuple(_texts(f"{address}.{name}", given[name]))
    if not texts:
        raise MalformedPolicy(f"{address}.{name}", "must not be empty", got="[]")
    return tuple(parse(text, variables=variables) for text in texts), excludes


def _texts(address: str, value: Any) -> Iterator[str]:
    for text in [value] if isinstance(value, str) else value if isinstance(value, list) else [None]:
        if not isinstance(text, str):
            raise MalformedPolicy(address, "must be a text or a list of texts", got=f"{value!r}")
        yield text


def _text(address: str, given: Mapping[str, Any], member: str) -> str:
    value = given.get(member, "")
    if not isinstance(value, str):
        raise MalformedPolicy(f"{address}.{member}", "must be a text", got=f"{value!r}")
    return value


def _members(address: str, given: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise MalformedPolicy(address, f"must have only {', '.join(sorted(known))}", got=unknown[0])


def _name(statement: Any, index: int) -> str:
    sid = statement.get("Sid") if isinstance(statement, Mapping) else None
    return str(sid) if sid else str(index)


def _nothing(_key: str) -> None:
    return None
