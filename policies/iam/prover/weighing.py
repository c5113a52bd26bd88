"""Encodes policies for actions, each once for what they have in common.

Actions that are named by the same statements, act on the same resources and carry the same of the
keys that those statements ask for are one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.iam.document import Policy, Statement
from policies.iam.prover.atoms import Atoms
from policies.iam.prover.context import Key
from policies.iam.prover.encode import Encoder, KeyOf, variables
from policies.iam.prover.formula import FALSE, TRUE
from policies.iam.prover.language import wildcard
from policies.iam.prover.layered import Weighed
from policies.iam.prover.naming import Applies, named
from policies.iam.prover.question import Question, Reference
from policies.iam.prover.subject import Subject

NOTHING = Weighed(FALSE, Applies(), FALSE)


@dataclass(frozen=True, eq=False)
class Group:
    """The statements of a policy that speak of some actions, and the keys they ask for.

    ``speaks`` holds for each statement the formula that it speaks of the action.
    """

    statements: tuple[Statement, ...]
    speaks: tuple[int, ...]
    keys: tuple[str, ...]
    names_principals: bool
    names_resources: bool


class Weighing:
    """Remembers the formulas of policies. A policy is known by the object that it is."""

    def __init__(self, atoms: Atoms, reference: Reference) -> None:
        self._atoms = atoms
        self._reference = reference
        self._encoder = Encoder(atoms)
        self._kept: dict[int, Policy] = {}
        self._about: dict[tuple[int, str], Group | None] = {}
        self._groups: dict[tuple[int, ...], Group] = {}
        self._unknown: dict[tuple[int, Subject], Group | None] = {}
        self._weighed: dict[tuple[object, ...], Weighed] = {}
        self._keys: dict[int, tuple[str, ...]] = {}
        self._alike: dict[tuple[int | str, ...], tuple[Group | None, ...]] = {}
        self._names: dict[int, frozenset[str] | None] = {}
        self._matching: dict[str, frozenset[str]] = {}

    @property
    def encoder(self) -> Encoder:
        """What makes formulas of statements."""
        return self._encoder

    def of(
        self,
        question: Question,
        action: str | Subject,
        key_of: KeyOf,
        resource: Subject,
        session: Subject | None,
    ) -> Callable[[Policy], Weighed]:
        """Return a function that weighs policies for an action, given by name or as unknown."""

        def weigh(policy: Policy) -> Weighed:
            group = self._group(policy, action)
            if group is None:
                return NOTHING
            keys = tuple([key_of(name) for name in group.keys])
            asks = (question.principal, session) if group.names_principals else None
            made = (group, keys, resource if group.names_resources else None, asks)
            found = self._weighed.get(made)
            if found is None:
                found = self._weigh(group, question, key_of, resource, session)
                self._weighed[made] = found
            return found

        return weigh

    def alike(self, policies: tuple[Policy, ...], action: str) -> tuple[Group | None, ...]:
        """Return what policies say of an action; the same where they do not tell two apart."""
        name: tuple[int | str, ...] = (*map(id, policies), action)
        found = self._alike.get(name)
        if found is None:
            found = self._alike[name] = tuple([self._group(policy, action) for policy in policies])
        return found

    def names(self, policy: Policy) -> frozenset[str] | None:
        """Return the known actions of which a policy has an Allow; None stands for all of them."""
        if id(policy) not in self._names:
            self._kept[id(policy)] = policy
            self._names[id(policy)] = self._named_by(policy)
        return self._names[id(policy)]

    def _named_by(self, policy: Policy) -> frozenset[str] | None:
        found: set[str] = set()
        for statement in policy.statements:
            if not statement.allows:
                continue
            texts = [pattern.text for pattern in statement.actions]
            if statement.excludes_actions or "*" in texts:
                return None
            for text in texts:
                if text not in self._matching:
                    self._matching[text] = frozenset(self._reference.actions_matching(text))
                found |= self._matching[text]
        return frozenset(found)

    def _group(self, policy: Policy, action: str | Subject) -> Group | None:
        if isinstance(action, Subject):
            return self._group_of_unknown(policy, action)
        name = (id(policy), action)
        if name not in self._about:
            self._kept[id(policy)] = policy
            found = policy.about(action)
            self._about[name] = self._grouped(found, (TRUE,) * len(found)) if found else None
        return self._about[name]

    def _group_of_unknown(self, policy: Policy, action: Subject) -> Group | None:
        name = (id(policy), action)
        if name not in self._unknown:
            self._kept[id(policy)] = policy
            spoken = [(s, self._named(s, action)) for s in policy.statements]
            spoken = [(s, formula) for s, formula in spoken if formula != FALSE]
            group = None
            if spoken:
                statements, formulas = zip(*spoken, strict=True)
                group = self._grouped(statements, formulas)
            self._unknown[name] = group
        return self._unknown[name]

    def _named(self, statement: Statement, action: Subject) -> int:
        # An unknown action is none of those that the reference knows by name.
        texts = [pattern.text for pattern in statement.actions]
        language = frozenset(
            wildcard(text, ignore_case=True)
            for text in texts
            if "*" in text or "?" in text or self._reference.action(text) is None
        )
        found = self._atoms.says(action, language) if language else FALSE
        return -found if statement.excludes_actions else found

    def _grouped(self, statements: tuple[Statement, ...], speaks: tuple[int, ...]) -> Group:
        name = (*map(id, statements), *speaks)
        if name not in self._groups:
            keys = dict.fromkeys(key for s in statements for key in self._mentioned(s))
            principals = any(s.principals is not None for s in statements)
            resources = any(p.text != "*" for s in statements for p in s.resources)
            self._groups[name] = Group(statements, speaks, tuple(keys), principals, resources)
        return self._groups[name]

    def _mentioned(self, statement: Statement) -> tuple[str, ...]:
        found = self._keys.get(id(statement))
        if found is None:
            found = self._keys[id(statement)] = tuple(_keys(statement))
        return found

    def _weigh(
        self,
        group: Group,
        question: Question,
        key_of: Callable[[str], Key],
        resource: Subject,
        session: Subject | None,
    ) -> Weighed:
        both, either = self._atoms.formulas.all_of, self._atoms.formulas.any_of
        denies: list[int] = []
        allows: list[Applies] = []
        for statement, speaks in zip(group.statements, group.speaks, strict=True):
            how = named(statement, question.principal, session, self._atoms)
            found = self._encoder.applies(statement, key_of, resource, how)
            levels = (found.account, found.identity, found.session)
            if statement.allows:
                allows.append(Applies(*(both((speaks, level)) for level in levels)))
            else:
                denies.append(both((speaks, either(levels))))
        allowing = Applies(
            either(a.account for a in allows),
            either(a.identity for a in allows),
            either(a.session for a in allows),
        )
        anyhow = either((allowing.account, allowing.identity, allowing.session))
        return Weighed(either(denies), allowing, anyhow)


def _keys(statement: Statement) -> dict[str, None]:
    made: dict[str, None] = dict.fromkeys(variables(statement.resources))
    for condition in statement.conditions:
        made |= dict.fromkeys((condition.key, *variables(condition.values)))
    return made
