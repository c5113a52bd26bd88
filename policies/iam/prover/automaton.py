"""Decides whether some text matches these patterns and none of those, and gives one that does.

All patterns run side by side over the characters that any of them tells apart, and one more that
stands for all others. The shortest continuation is looked at first, so a text that is found is a
shortest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import heappop, heappush
from itertools import chain, combinations, product

from policies.iam.prover.forms import adds_nothing, apart, clash, includes
from policies.iam.prover.language import Language, Token

LIMIT = 20_000
"""States after which a search gives up: real policies need a few hundred."""

# What stands for "any other character" in a text that people read.
_READABLE = "xyzabcdefghijklmnopqrstuvw0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~"


class TooHard(Exception):
    """The search gave up; nothing is known."""


class Machine:
    """The automaton of a language: its patterns behind one another, a position for each token.

    A set of positions is the bits of an integer. What is wanted needs one way through, so a
    search follows positions; what is unwanted must have none, so it follows sets of them.
    """

    def __init__(self, language: Language) -> None:
        self.starts: list[int] = []
        self.final = 0
        self._tokens: list[Token | None] = []
        for glob in sorted(language, key=lambda g: g.text):
            self.starts.append(len(self._tokens))
            self._tokens += [*glob.tokens, None]
            self.final |= 1 << (len(self._tokens) - 1)
        bits = [(1 << at, token) for at, token in enumerate(self._tokens) if token is not None]
        self._once = [(bit, token) for bit, token in bits if not token.repeats]
        self._again = [(bit, token) for bit, token in bits if token.repeats]
        self._repeating = sum(bit for bit, _ in self._again)
        self._moves: dict[str | None, tuple[int, int]] = {}
        self._told: dict[int, frozenset[str]] = {}
        self._following: dict[tuple[int, str | None], tuple[int, ...]] = {}
        self._only: dict[int, frozenset[str] | None] = {}
        self._least: dict[int, int] = {}
        self.start = self._closed(sum(1 << at for at in self.starts))

    # Sets of positions.

    def step(self, states: int, character: str | None) -> int:
        """Read a character; None stands for one that no pattern names."""
        moves = self._moves.get(character)
        if moves is None:
            moves = self._moves[character] = (
                _accepting(self._once, character),
                _accepting(self._again, character),
            )
        return self._closed(((states & moves[0]) << 1) | (states & moves[1]))

    def toldapart(self, states: int) -> frozenset[str]:
        """Return the characters that matter in these states."""
        found = self._told.get(states)
        if found is None:
            sets = [token.characters for bit, token in (*self._once, *self._again) if states & bit]
            found = self._told[states] = frozenset[str]().union(*sets)
        return found

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

    # Single positions.

    def following(self, position: int, character: str | None) -> tuple[int, ...]:
        """Return the positions behind a character."""
        found = self._following.get((position, character))
        if found is None:
            found = tuple(
                at if token.repeats else at + 1
                for at, token in self._reached(position)
                if (character in token.characters) is not token.excludes
            )
            self._following[position, character] = found
        return found

    def told_at(self, position: int) -> frozenset[str]:
        """Return the characters that matter at a position."""
        return self.toldapart(self._closed(1 << position))

    def only(self, position: int) -> frozenset[str] | None:
        """Return the characters that do not end here, or None where all but a few go on."""
        if position not in self._only:
            is_open = any(token.excludes for _, token in self._reached(position))
            self._only[position] = None if is_open else self.told_at(position)
        return self._only[position]

    def least(self, position: int) -> int:
        """Return how many characters must follow a position at least."""
        found = self._least.get(position)
        if found is None:
            end = self._tokens.index(None, position)
            rest = self._tokens[position:end]
            found = sum(token is not None and not token.repeats for token in rest)
            self._least[position] = found
        return found

    def _reached(self, position: int) -> Iterator[tuple[int, Token]]:
        token = self._tokens[position]
        while token is not None:
            yield position, token
            if not token.repeats:
                return
            position += 1
            token = self._tokens[position]


def _accepting(tokens: list[tuple[int, Token]], character: str | None) -> int:
    return sum(bit for bit, t in tokens if (character in t.characters) is not t.excludes)


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
    if clash(all_of, "prefix") or clash(all_of, "suffix"):
        return None
    single = [next(iter(language)) for language in all_of if len(language) == 1]
    if any(includes(no, one) for no in none_of for one in single):
        return None
    if any(apart(one, other) for one, other in combinations(single, 2)):
        return None
    # What another one includes says nothing more.
    wanted = [lang for lang in all_of if not any(adds_nothing(lang, one) for one in single)]
    return _search([machine(language) for language in wanted], none_of)


def _fits(text: str, all_of: Iterable[Language], none_of: Language) -> bool:
    return all(matches(text, language) for language in all_of) and not matches(text, none_of)


State = tuple[int, ...]
"""A position in each wanted language, and the set of states of what is unwanted."""


def _search(wanted: list[Machine], none_of: Language) -> str | None:
    unwanted = machine(none_of)
    came: dict[State, tuple[State, str | None] | None] = {}
    queue: list[tuple[int, int, int, State]] = []
    for begun in product(*(found.starts for found in wanted)):
        state = (*begun, unwanted.start)
        came[state] = None
        heappush(queue, (_least(state, wanted), 0, 0, state))
    while queue:
        _, _, depth, state = heappop(queue)
        if not state[-1] & unwanted.final and not _least(state, wanted):
            return _text(came, state, [*wanted, unwanted])
        for character in _characters(state, wanted, unwanted):
            rest = unwanted.step(state[-1], character)
            options = [m.following(p, character) for m, p in zip(wanted, state, strict=False)]
            for positions in product(*options):
                following = (*positions, rest)
                if following not in came:
                    came[following] = (state, character)
                    # The least that is left never says too much: a first text is a shortest.
                    length = depth + 1 + _least(following, wanted)
                    heappush(queue, (length, -len(came), depth + 1, following))
        if len(came) > LIMIT:
            raise TooHard
    return None


def _least(state: State, wanted: list[Machine]) -> int:
    """Return how many characters must follow at least."""
    return max((m.least(p) for m, p in zip(wanted, state, strict=False)), default=0)


def _characters(state: State, wanted: list[Machine], unwanted: Machine) -> list[str | None]:
    """List the characters worth reading: where one automaton takes few, only these."""
    narrow = [m.only(p) for m, p in zip(wanted, state, strict=False)]
    few = min((found for found in narrow if found is not None), key=len, default=None)
    if few is not None:
        return [*sorted(few)]
    told = unwanted.toldapart(state[-1]).union(
        *(m.told_at(p) for m, p in zip(wanted, state, strict=False))
    )
    return [None, *sorted(told)]


def _text(
    came: dict[State, tuple[State, str | None] | None],
    state: State,
    machines: list[Machine],
) -> str:
    read: list[str | None] = []
    at = came[state]
    while at is not None:
        read.append(at[1])
        at = came[at[0]]
    named = frozenset[str]().union(*(m.toldapart(-1) for m in machines))
    some = chain(_READABLE, map(chr, range(0xA1, 0x30000)))
    other = next(character for character in some if character not in named)
    return "".join(other if c is None else c for c in reversed(read))
