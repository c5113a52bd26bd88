"""What a formula speaks of: a condition key or a part of a request, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from policies.iam.glob import Pattern
from policies.iam.operators import Operator
from policies.iam.prover.automaton import Machine, TooHard, machine, witness
from policies.iam.prover.forms import includes
from policies.iam.prover.language import Glob, Language, Manner, Piece

RESOURCE, ACTION, SESSION = "@resource", "@action", "@session"


@dataclass(frozen=True)
class Cube:
    """The texts in all of some languages and in none of others."""

    all_of: frozenset[Language]
    none_of: Language = frozenset()

    def member(self, *also: Language, none_of: Language = frozenset()) -> str | None:
        """Return a text of the cube that is in these languages too, or None."""
        return witness(self.all_of.union(also), self.none_of | none_of)


EVERYTHING = (Cube(frozenset()),)


class Kind:
    """What the values of a key are; what is no number is not compared with one."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"


@dataclass(frozen=True, eq=False)
class Subject:
    """Something with a value that is not known.

    ``domain`` is what the value may be: a text of one of the cubes. ``many`` says that it may
    have several values at once.
    """

    name: str
    domain: tuple[Cube, ...] = EVERYTHING
    many: bool = False
    kind: str = Kind.TEXT

    @property
    def free(self) -> bool:
        """Tell whether the value may be any text."""
        return self.domain is EVERYTHING


@dataclass(frozen=True)
class Comparison:
    """A comparison that is not one of patterns: numbers, dates, addresses, bytes."""

    operator: Operator
    wanted: tuple[Pattern, ...]

    def accepts(self, text: str) -> bool:
        """Tell whether a value passes."""
        return any(self.operator.matches(text, pattern, _nothing) for pattern in self.wanted)


@dataclass(frozen=True)
class Relation:
    """A pattern whose variables are other keys without a known value."""

    parts: tuple[Piece, ...]
    manner: Manner


@dataclass(frozen=True, eq=False)
class Opaque:
    """Something that is not encoded: it may hold or not, each by itself.

    ``why`` goes into the assumptions.
    """

    why: str


Predicate = Language | Comparison | Relation | Opaque


@dataclass(frozen=True)
class Carried:
    """The request carries the key."""

    subject: Subject


@dataclass(frozen=True)
class Says:
    """The value satisfies a predicate; of a subject with many values, one that is ``wanted`` does.

    With ``wanted`` False some value does not satisfy it, which is not that no value does.
    """

    subject: Subject
    predicate: Predicate
    wanted: bool = True


Atom = Carried | Says


def possible(subject: Subject, language: Language) -> bool:
    """Tell whether a value may be in a language."""
    return any(_meets(cube, language) for cube in subject.domain)


def certain(subject: Subject, language: Language) -> bool:
    """Tell whether every value is in a language. False where it is too hard to tell."""
    if any(is_everything(glob) for glob in language):
        return True
    return not subject.free and all(_within(cube, language) for cube in subject.domain)


def is_everything(glob: Glob) -> bool:
    """Tell whether a pattern matches every text by its form."""
    return len(glob.tokens) == 1 and glob.tokens[0].repeats and not glob.tokens[0].characters


@lru_cache(maxsize=262144)
def _meets(cube: Cube, language: Language) -> bool:
    near = _near(cube, language)
    try:
        return bool(near) and cube.member(near) is not None
    except TooHard:
        return True


@lru_cache(maxsize=262144)
def _within(cube: Cube, language: Language) -> bool:
    near = _near(cube, language)
    single = [next(iter(wanted)) for wanted in cube.all_of if len(wanted) == 1]
    if any(includes(glob, one) for glob in near for one in single):
        return True
    try:
        return bool(near) and cube.member(none_of=near) is None
    except TooHard:
        return False


def _near(cube: Cube, language: Language) -> Language:
    """Leave out the patterns that begin otherwise than every text of the cube."""
    beginning = _beginning(cube)
    return frozenset(
        glob
        for glob in language
        if beginning.startswith(first := _prefix(glob)) or first.startswith(beginning)
    )


@lru_cache(maxsize=65536)
def _beginning(cube: Cube) -> str:
    firsts = (_prefix(next(iter(lang))) for lang in cube.all_of if len(lang) == 1)
    return max(firsts, key=len, default="")


@lru_cache(maxsize=65536)
def _prefix(glob: Glob) -> str:
    made = ""
    for token in glob.tokens:
        if len(token.characters) != 1 or token.excludes:
            break
        made += next(iter(token.characters))
    return made


def in_domain(subject: Subject, text: str) -> bool:
    """Tell whether a text is a value that a subject may have."""
    return subject.free or any(_fits(cube, text) for cube in subject.domain)


def _fits(cube: Cube, text: str) -> bool:
    wanted: list[Machine] = [machine(language) for language in cube.all_of]
    return all(m.accepts(text) for m in wanted) and not machine(cube.none_of).accepts(text)


def _nothing(_key: str) -> None:
    return None
