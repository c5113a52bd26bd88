"""The texts that a pattern of IAM stands for, as tokens that an automaton reads.

A literal character is a set of one; without regard to case it is the set of its variants. In the
first five parts of an ARN a wildcard does not reach over a colon.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_ARN_PARTS = 6
# Characters beyond case mapping that compare equal to an ASCII letter without regard to case.
_ODD_CASES = "\u0130\u0131\u017f\u212a"


@dataclass(frozen=True)
class Token:
    """One character of a set, or of all others; or any number of them."""

    characters: frozenset[str]
    excludes: bool = False
    repeats: bool = False

    def takes(self, character: str) -> bool:
        """Tell whether a character is one of the token's."""
        return (character in self.characters) is not self.excludes


@dataclass(frozen=True)
class Variable:
    """A policy variable in a pattern; the default stands in where the request lacks the key."""

    key: str
    default: str | None


@dataclass(frozen=True)
class Plain:
    """Text in a pattern; ``wild`` where its ``*`` and ``?`` are wildcards."""

    text: str
    wild: bool


Piece = Plain | Variable


@dataclass(frozen=True)
class Manner:
    """How a pattern is read: what the operator makes of wildcards, case and colons."""

    wildcards: bool = False
    ignore_case: bool = False
    arn: bool = False


@dataclass(frozen=True, eq=False)
class Glob:
    """A pattern without variables. Two are the same only if they are one object.

    ``exact`` is the one text it stands for, or None where it stands for several; ``arn`` says
    that no wildcard reaches over one of the first five colons.
    """

    text: str
    tokens: tuple[Token, ...]
    exact: str | None
    arn: bool = False


Language = frozenset[Glob]
"""The texts that one of several patterns stands for."""


def pieces(text: str, *, variables: bool, wildcards: bool) -> tuple[Piece, ...]:
    """Split a pattern into texts and variables as ``policies.iam.glob`` reads it."""
    made: list[Piece] = []
    position = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        made.append(Plain(text[position : found.start()], wildcards))
        key, default = found.groups()
        if key in ("*", "?", "$") and default is None:
            made.append(Plain(key, False))
        else:
            made.append(Variable(key.lower(), default))
        position = found.end()
    made.append(Plain(text[position:], wildcards))
    return tuple(piece for piece in made if not (isinstance(piece, Plain) and not piece.text))


def resolved(
    given: tuple[Piece, ...], value_of: Callable[[Variable], str | None]
) -> tuple[Plain, ...] | None:
    """Put values in the place of variables; None where one has no value: it matches nothing."""
    made: list[Plain] = []
    for piece in given:
        if isinstance(piece, Plain):
            made.append(piece)
            continue
        value = value_of(piece)
        if value is None:
            return None
        made.append(Plain(value, False))
    return tuple(made)


def normal(given: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Write the same pattern in the same pieces, however its constants came into it."""
    made: list[Piece] = []
    for piece in given:
        # Text without wildcards is the same whether they would count or not; but a colon that a
        # value brings divides no ARN.
        if isinstance(piece, Plain) and not piece.wild and not set(piece.text) & set("*?:"):
            piece = Plain(piece.text, True)
        before = made[-1] if made else None
        if isinstance(piece, Plain) and isinstance(before, Plain) and before.wild is piece.wild:
            made[-1] = Plain(before.text + piece.text, piece.wild)
        else:
            made.append(piece)
    return tuple(made)


def widened(given: tuple[Piece, ...]) -> tuple[Plain, ...]:
    """Let each variable stand for any text."""
    return tuple(p if isinstance(p, Plain) else Plain("*", True) for p in given)


@lru_cache(maxsize=65536)
def glob(given: tuple[Plain, ...], manner: Manner) -> Glob | None:
    """Return the pattern that texts make up, or None where it can match nothing."""
    tokens = list(_arn(given) if manner.arn else _tokens(given, manner))
    if manner.arn and sum(token is _COLON for token in tokens) < _ARN_PARTS - 1:
        return None
    if any(token is _NEVER for token in tokens):
        return None
    exact = None
    if all(len(t.characters) == 1 and not t.excludes for t in tokens):
        exact = "".join(next(iter(token.characters)) for token in tokens)
    return Glob("".join(piece.text for piece in given), tuple(_merged(tokens)), exact, manner.arn)


def wildcard(text: str, *, ignore_case: bool = False) -> Glob:
    """Return a pattern without variables in which ``*`` and ``?`` are wildcards."""
    found = glob((Plain(text, True),), Manner(wildcards=True, ignore_case=ignore_case))
    assert found is not None  # noqa: S101 - only an ARN's pattern can be too short
    return found


def literal(text: str) -> Glob:
    """Return the pattern of one text."""
    found = glob((Plain(text, False),), Manner())
    assert found is not None  # noqa: S101 - as above
    return found


_ANY = Token(frozenset(), excludes=True)
_REST = Token(frozenset(), excludes=True, repeats=True)
_ANY_IN_PART = Token(frozenset(":"), excludes=True)
_REST_IN_PART = Token(frozenset(":"), excludes=True, repeats=True)
_COLON = Token(frozenset(":"))
_NEVER = Token(frozenset())


def _tokens(given: Iterable[Plain], manner: Manner) -> Iterator[Token]:
    for piece in given:
        for character in piece.text:
            if piece.wild and character == "*":
                yield _REST
            elif piece.wild and character == "?":
                yield _ANY
            else:
                yield _character(character, manner.ignore_case)


def _arn(given: Iterable[Plain]) -> Iterator[Token]:
    # A colon that a variable's value brings divides nothing; in a part it matches no value.
    part = 0
    for piece in given:
        for character in piece.text:
            last = part == _ARN_PARTS - 1
            if character == ":" and not last:
                if piece.wild:
                    part += 1
                    yield _COLON
                else:
                    yield _NEVER
            elif piece.wild and character in "*?":
                kinds = (_REST, _ANY) if last else (_REST_IN_PART, _ANY_IN_PART)
                yield kinds[character == "?"]
            else:
                yield _character(character, ignore_case=False)


@lru_cache(maxsize=4096)
def _character(character: str, ignore_case: bool) -> Token:
    if not ignore_case:
        return Token(frozenset(character))
    candidates = {character, character.lower(), character.upper(), *_ODD_CASES}
    candidates |= {candidate.swapcase() for candidate in candidates}
    if not character.isascii():
        candidates |= {chr(code) for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000}
    matcher = re.compile(re.escape(character), re.IGNORECASE | re.DOTALL).fullmatch
    return Token(frozenset(c for c in candidates if len(c) == 1 and matcher(c)))


def _merged(tokens: Iterable[Token]) -> Iterator[Token]:
    # Two stars in a row are one.
    before: Token | None = None
    for token in tokens:
        if not (token.repeats and token == before):
            yield token
        before = token
