"""The actions that a question is about, each with what it can act on and which keys it carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policies.iam.arn import parse_arn
from policies.iam.prover import axioms
from policies.iam.prover.context import Context, Key
from policies.iam.prover.language import Language, wildcard
from policies.iam.prover.question import ActionFacts, Question, Reference
from policies.iam.prover.resources import cubes
from policies.iam.prover.subject import ACTION, RESOURCE, SESSION, Cube, Subject


@dataclass(frozen=True, eq=False)
class Candidate:
    """Actions of a question that are alike: one by name, or all that nobody knows.

    ``keys`` remembers what was asked of keys.
    """

    action: str | Subject
    facts: ActionFacts | None
    resource: Subject
    context: Context
    reference: Reference
    keys: dict[str, Key]

    def key(self, name: str) -> Key:
        """Tell what is known of a key in requests for this action."""
        found = self.keys.get(name)
        if found is None:
            found = self.keys[name] = self._key(name)
        return found

    def _key(self, name: str) -> Key:
        if self.facts is not None and axioms.belongs_to_service(name, self.reference):
            if not axioms.carries(self.facts, name):
                return self.context.absent(name)
        return self.context.key(name)


class Actions:
    """Finds the actions of questions; what is on the same resources is the same subject."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._matching: dict[str, frozenset[str]] = {}
        self._named: dict[tuple[tuple[str, ...], ...], tuple[str, ...]] = {}
        self._facts: dict[str, ActionFacts | None] = {}
        self._resources: dict[tuple[object, ...], dict[object, Subject | None]] = {}
        self._unknown: dict[tuple[object, ...], Subject] = {}
        self.session = Subject(SESSION, (Cube(frozenset((_all("??*"),))),))

    def unmatched(self, question: Question) -> list[str]:
        """Return the patterns of actions of which the reference knows none."""
        return [
            pattern
            for pattern in question.actions
            if _is_pattern(pattern) and not self._known(pattern)
        ]

    def is_known(self, name: str) -> bool:
        """Tell whether the reference knows an action."""
        if name not in self._facts:
            self._facts[name] = self._reference.action(name)
        return self._facts[name] is not None

    def named(self, question: Question) -> tuple[str, ...]:
        """Return the actions that a question names, sorted."""
        made = (question.actions, question.except_actions)
        if made not in self._named:
            self._named[made] = self._of(question)
        return self._named[made]

    def _of(self, question: Question) -> tuple[str, ...]:
        found: set[str] = set()
        for pattern in question.actions:
            found |= self._known(pattern)
        for pattern in question.except_actions:
            found -= self._known(pattern)
        return tuple(sorted(found))

    def candidate(self, name: str, question: Question, context: Context) -> Candidate | None:
        """Return an action, or None where it acts on none of the question's resources."""
        facts = self._facts[name] if self.is_known(name) else None
        resource = self._resource(question, facts)
        if resource is None:
            return None
        return Candidate(name, facts, resource, context, self._reference, {})

    def unknown(self, question: Question, context: Context) -> Candidate | None:
        """Return the actions that match but that nobody knows, or None where there are none."""
        patterns = tuple(p for p in question.actions if _is_pattern(p))
        resource = self._resource(question, None)
        if not patterns or not question.unknown_actions or resource is None:
            return None
        left: Language = frozenset(
            wildcard(text, ignore_case=True) for text in question.except_actions
        )
        made = (patterns, left)
        if made not in self._unknown:
            shape = _all("?*:?*")
            domain = tuple(
                Cube(frozenset((frozenset((wildcard(p, ignore_case=True),)), shape)), left)
                for p in patterns
            )
            self._unknown[made] = Subject(ACTION, domain)
        return Candidate(self._unknown[made], None, resource, context, self._reference, {})

    def _known(self, pattern: str) -> frozenset[str]:
        found = self._matching.get(pattern)
        if found is None:
            if _is_pattern(pattern):
                found = frozenset(self._reference.actions_matching(pattern))
            else:
                facts = self._reference.action(pattern)
                found = frozenset((facts.name if facts else pattern,))
            self._matching[pattern] = found
        return found

    def _resource(self, question: Question, facts: ActionFacts | None) -> Subject | None:
        shapes = None if facts is None else (facts.resources, bool(facts.required))
        partition = _partition(question.principal.arn)
        asked = (question.resources, question.except_resources, question.owner, partition)
        made = self._resources.setdefault(asked, {})
        if shapes not in made:
            domain = cubes(*asked[:2], facts, question.owner, partition)
            made[shapes] = Subject(RESOURCE, domain) if domain else None
        return made[shapes]


@lru_cache(maxsize=64)
def _all(pattern: str) -> Language:
    return frozenset((wildcard(pattern),))


@lru_cache(maxsize=4096)
def _partition(arn: str) -> str:
    found = parse_arn(arn)
    return found.partition if found else "aws"


def _is_pattern(text: str) -> bool:
    return "*" in text or "?" in text
