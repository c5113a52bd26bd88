"""What the form of patterns tells without running them: inclusion, and that they never meet."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from policies.iam.prover.language import Glob, Language, Token

_ARN_PARTS = 6


def adds_nothing(language: Language, narrow: Glob) -> bool:
    """Tell whether a language includes a pattern that is wanted anyway, by itself narrower."""
    if narrow not in language:
        return any(
            includes(glob, narrow) and not (len(language) == 1 and includes(narrow, glob))
            for glob in language
        )
    return len(language) > 1


@lru_cache(maxsize=262144)
def apart(one: Glob, other: Glob) -> bool:
    """Tell whether two patterns of ARNs begin some part in ways that cannot agree."""
    return any(
        not (mine.characters & theirs.characters)
        for first, second in zip(_parts(one), _parts(other), strict=False)
        for mine, theirs in zip(first, second, strict=False)
    )


@lru_cache(maxsize=65536)
def _parts(glob: Glob) -> tuple[tuple[Token, ...], ...]:
    """Return how each part of an ARN's pattern begins, as far as it is fixed."""
    if not glob.arn:
        return ()
    made: list[list[Token]] = [[]]
    fixed = True
    for token in glob.tokens:
        if token.characters == {":"} and not token.excludes and len(made) < _ARN_PARTS:
            made.append([])
            fixed = True
        elif token.repeats or token.excludes:
            fixed = False
        elif fixed:
            made[-1].append(token)
    return tuple(map(tuple, made))


@lru_cache(maxsize=262144)
def includes(wide: Glob, narrow: Glob) -> bool:
    """Tell by their form that one pattern matches all that another does; False proves nothing."""
    reached = _skipped(wide, {0})
    for token in narrow.tokens:
        following = set()
        for at in reached:
            if at < len(wide.tokens) and _covers(wide.tokens[at], token):
                if wide.tokens[at].repeats:
                    following.add(at)
                elif not token.repeats:
                    following.add(at + 1)
        if not following:
            return False
        reached = _skipped(wide, following)
    return len(wide.tokens) in reached


def _skipped(glob: Glob, positions: set[int]) -> set[int]:
    made = set(positions)
    for at in positions:
        following = at
        while following < len(glob.tokens) and glob.tokens[following].repeats:
            following += 1
            made.add(following)
    return made


def _covers(wide: Token, narrow: Token) -> bool:
    if narrow.excludes:
        return wide.excludes and wide.characters <= narrow.characters
    if wide.excludes:
        return not wide.characters & narrow.characters
    return narrow.characters <= wide.characters


def clash(languages: Iterable[Language], end: str) -> bool:
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
