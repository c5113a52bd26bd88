"""Decides whether some text matches these patterns and none of those, and gives one that does.

Each requirement is a nondeterministic automaton whose set of states is the bits of one integer;
all of them run side by side over the characters that any of them tells apart, and one more that
stands for all others. The search is breadth first, so a text that it finds is a shortest one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from policies.iam.prover.language import Glob, Language

LIMIT = 20_000
"""States after which a search gives up: real policies need a few hundred."""

# What stands for "any other character" in a text that people read.
_READABLE = "xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~"


class TooHard(Exception):
    """The search gave up; nothing is known."""


class Machine:
    """The automaton of a language: its patterns side by side in one integer."""

    def __init__(self, language: Language) -> None:
        self.start = 0
        self.final = 0
        self._repeating = 0
        self._once: list[tuple[int, frozenset[str], bool]] = []
        self._again: list[tuple[int, frozenset[str], bool]] = []
        self._moves: dict[str | None, tuple[int, int]] = {}
        self._told: dict[int, frozenset[str]] = {}
        position = 0
        for glob in sorted(language, key=lambda g: g.text):
            self.start |= 1 << position
            for token in glob.tokens:
                bit = 1 << position
                if token.repeats:
                    self._repeating |= bit
                    self._again.append((bit, token.characters, token.excludes))
                else:
                    self._once.append((bit, token.characters, token.excludes))
                position += 1
            self.final |= 1 << position
            position += 1
        self.start = self._closed(self.start)
        every = (*self._once, *self._again)
        self._sets = {bit: characters for bit, characters, _ in every}
        self._open = sum(bit for bit, _, excludes in every if excludes)

    def step(self, states: int, character: str | None) -> int:
        """Read a character; None stands for one that no pattern names."""
        moves = self._moves.get(character)
        if moves is None:
            moves = self._moves[character] = (
                _accepting(self._once, character),
                _accepting(self._again, character),
            )
        return self._closed(((states & moves[0]) << 1) | (states & moves[1]))

    def told_apart(self, states: int) -> frozenset[str]:
        """Return the characters that matter in these states."""
        found = self._told.get(states)
        if found is None:
            sets = [s for bit, s in self._sets.items() if states & bit]
            found = self._told[states] = frozenset().union(*sets)
        return found

    def only(self, states: int) -> frozenset[str] | None:
        """Return the characters that do not end here, or None where all but a few go on."""
        return None if states & self._open else self.told_apart(states)

    def accepts(self, text: str) -> bool:
        """Tell whether a text matches one of the patterns."""
        states = self.start
        for character in text:
            states = self.step(states, character)
            if not states:
                return False
        return bool(states & self.final)

    def _closed(self, states: int) -> int:
        while True:
            more = states | ((states & self._repeating) << 1)
            if more == states:
                return states
            states = more


def _accepting(tokens: list[tuple[int, frozenset[str], bool]], character: str | None) -> int:
    return sum(bit for bit, chars, excludes in tokens if (character in chars) is not excludes)


@lru_cache(maxsize=65536)
def machine(language: Language) -> Machine:
    """Return the automaton of a language; made once."""
    return Machine(language)


def matches(text: str, language: Language) -> bool:
    """Tell whether a text matches one of the patterns of a language."""
    return machine(language).accepts(text)


@lru_cache(maxsize=262144)
def witness(all_of: frozenset[Language], none_of: Language = frozenset()) -> str | None:
    """Return a text that is in all of these languages and in none of those, or None.

    Raises TooHard where the search grows past its limit.
    """
    finite = [language for language in all_of if all(g.exact is not None for g in language)]
    if finite:
        texts = sorted(g.exact for g in min(finite, key=len) if g.exact is not None)
        return next((t for t in texts if _fits(t, all_of, none_of)), None)
    if _clash(all_of, "prefix") or _clash(all_of, "suffix"):
        return None
    return _search([machine(language) for language in all_of], none_of)


def _fits(text: str, all_of: Iterable[Language], none_of: Language) -> bool:
    return all(matches(text, language) for language in all_of) and not matches(text, none_of)


def _clash(languages: Iterable[Language], end: str) -> bool:
    """Tell whether the fixed beginnings (or ends) of single patterns cannot agree."""
    fixed = [_fixed(next(iter(lang)), end) for lang in languages if len(lang) == 1]
    fixed.sort(key=len, reverse=True)
    longest = fixed[0] if fixed else ()
    return any(
        not (mine & theirs)
        for other in fixed[1:]
        for mine, theirs in zip(longest, other, strict=False)
    )


@lru_cache(maxsize=65536)
def _fixed(glob: Glob, end: str) -> tuple[frozenset[str], ...]:
    made = []
    for token in glob.tokens if end == "prefix" else reversed(glob.tokens):
        if token.repeats or token.excludes:
            break
        made.append(token.characters)
    return tuple(made)


def _search(wanted: list[Machine], none_of: Language) -> str | None:
    unwanted = machine(none_of)
    beginning = (*(found.start for found in wanted), unwanted.start)
    machines = [*wanted, unwanted]
    came: dict[tuple[int, ...], tuple[tuple[int, ...], str | None] | None] = {beginning: None}
    queue = deque([beginning])
    while queue:
        states = queue.popleft()
        if not states[-1] & unwanted.final and all(
            state & found.final for state, found in zip(states, wanted, strict=False)
        ):
            return _text(came, states, machines)
        for character in _characters(states, wanted, unwanted):
            following = tuple(m.step(s, character) for m, s in zip(machines, states, strict=True))
            if following not in came and all(following[:-1]):
                came[following] = (states, character)
                queue.append(following)
        if len(came) > LIMIT:
            raise TooHard
    return None


def _characters(
    states: tuple[int, ...], wanted: list[Machine], unwanted: Machine
) -> list[str | None]:
    """List the characters worth reading: where one automaton takes few, only these."""
    narrow = [m.only(state) for state, m in zip(states, wanted, strict=False)]
    few = min((found for found in narrow if found is not None), key=len, default=None)
    if few is not None:
        return [*sorted(few)]
    told = unwanted.told_apart(states[-1]).union(
        *(m.told_apart(state) for state, m in zip(states, wanted, strict=False))
    )
    return [None, *sorted(told)]


def _text(
    came: dict[tuple[int, ...], tuple[tuple[int, ...], str | None] | None],
    states: tuple[int, ...],
    machines: list[Machine],
) -> str:
    read: list[str | None] = []
    at = came[states]
    while at is not None:
        read.append(at[1])
        at = came[at[0]]
    named = frozenset[str]().union(*(m.told_apart(-1) for m in machines))
    some = chain(_READABLE, map(chr, range(0xA1, 0x30000)))
    other = next(character for character in some if character not in named)
    return "".join(other if c is None else c for c in reversed(read))
