"""Patterns of IAM: ``*`` for any text, ``?`` for one character, and policy variables.

Grammar and escapes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

# ${key}, ${key, 'default'}, and the literals ${*}, ${?}, ${$}.
_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*", "?", "$"}
_ARN_PARTS = 6
_ANY = ".*"
# Uses after which it pays to sort patterns.
_FEW = 8
# Escaped characters up to the first that stands for others.
_WILDCARD = re.compile(r"((?:[^\\.]|\\.)*)(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

Test = Callable[[str], bool]
Lookup = Callable[[str], "Sequence[str] | None"]
"""Gives the values of a condition key in a request, or None where it has none."""


@dataclass(frozen=True)
class Variable:
    """A policy variable, with the text that stands in for it where the request has no such key."""

    key: str
    default: str | None


@dataclass(frozen=True)
class Pattern:
    """A pattern as parsed: texts with wildcards, and variables whose values have none."""

    text: str
    parts: tuple[str | Variable, ...]
    reads_variables: bool
    """Whether ``${`` begins a variable, as it does in policies of the current version."""
    has_variables: bool = field(default=False, repr=False, compare=False)
    """Whether the pattern depends on the request."""
    beginning: str = field(default="", repr=False, compare=False)
    """The text that everything begins with which the pattern matches."""
    fixed: Test | None = field(default=None, repr=False, compare=False)
    """The pattern as a test of a text, or None where it depends on the request."""
    folded: Test | None = field(default=None, repr=False, compare=False)
    """The same for texts in lower case, without regard to the pattern's case."""

    def resolve(self, lookup: Lookup) -> str | None:
        """Return the pattern's regular expression for a request.

        None where a variable has no single value: such a pattern matches nothing.
        """
        made: list[str] = []
        for part in self.parts:
            if isinstance(part, str):
                made.append(part)
                continue
            values = lookup(part.key)
            if values is not None and len(values) == 1:
                made.append(re.escape(values[0]))
            elif part.default is not None:
                made.append(re.escape(part.default))
            else:
                return None
        return "".join(made)

    @cached_property
    def segments(self) -> tuple[Pattern, ...] | None:
        """The six parts of an ARN as patterns of their own, or None where it has fewer."""
        texts = _split_outside_variables(self.text)
        if len(texts) < _ARN_PARTS:
            return None
        joined = [*texts[: _ARN_PARTS - 1], ":".join(texts[_ARN_PARTS - 1 :])]
        return tuple(parse(text, variables=self.reads_variables) for text in joined)

    def matches(self, value: str, lookup: Lookup, *, ignore_case: bool = False) -> bool:
        """Tell whether a value matches for a request."""
        if self.fixed is not None and self.folded is not None:
            return self.folded(value.lower()) if ignore_case else self.fixed(value)
        if not (ignore_case or value.startswith(self.beginning)):
            return False
        expression = self.resolve(lookup)
        return expression is not None and _compiled(expression, ignore_case)(value)


class Patterns:
    """Patterns of which one must match; many that depend on no request are tried as one."""

    def __init__(self, listed: tuple[Pattern, ...]) -> None:
        """Take the patterns; sorting them is put off until there was use for it."""
        self._listed = listed
        self._sorted: _Sorted | None = None
        self._uses = 0

    def matches(self, value: str, lookup: Lookup) -> bool:
        """Tell whether a pattern matches a value for a request."""
        if self._sorted is not None:
            return self._sorted.matches(value, lookup)
        self._uses += 1
        if self._uses > _FEW and len(self._listed) > 1:
            self._sorted = _Sorted(self._listed)
        for pattern in self._listed:
            test = pattern.fixed
            if pattern.matches(value, lookup) if test is None else test(value):
                return True
        return False


class _Sorted:
    """Patterns by what it takes to try them."""

    def __init__(self, listed: tuple[Pattern, ...]) -> None:
        fixed = ["".join(map(str, p.parts)) for p in listed if not p.has_variables]
        split = [(expression, *_plain(expression)) for expression in fixed]
        self._texts = frozenset(text for _, text, rest in split if not rest)
        self._beginnings = tuple(text for _, text, rest in split if rest == _ANY)
        others = [expression for expression, _, rest in split if rest not in ("", _ANY)]
        one = "|".join(f"(?:{expression})" for expression in others)
        self._other = _compiled(one, False) if others else _never
        self._dynamic = tuple(p for p in listed if p.has_variables)
        self._dynamic_beginnings = tuple(p.beginning for p in self._dynamic)

    def matches(self, value: str, lookup: Lookup) -> bool:
        if value in self._texts or value.startswith(self._beginnings) or self._other(value):
            return True
        if not value.startswith(self._dynamic_beginnings):
            return False
        return any(pattern.matches(value, lookup) for pattern in self._dynamic)


def _never(_value: str) -> bool:
    return False


def _plain(expression: str) -> tuple[str, str]:
    """Split an expression before its first wildcard: the text in front, and the rest."""
    found = _WILDCARD.match(expression)
    if found is None:
        return "", expression
    return _ESCAPE.sub(r"\1", found[1]), found[2]


def _test(expression: str) -> Callable[[str], bool]:
    text, rest = _plain(expression)
    if not rest:
        return text.__eq__
    if rest == _ANY:
        return lambda value: value.startswith(text)
    return _compiled(expression, False)


def _split_outside_variables(text: str) -> list[str]:
    # ${aws:username} holds a colon that separates nothing.
    made, depth = [""], 0
    for index, character in enumerate(text):
        if text.startswith("${", index):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        if character == ":" and not depth:
            made.append("")
        else:
            made[-1] += character
    return made


@lru_cache(maxsize=16384)
def parse(text: str, *, variables: bool, wildcards: bool = True) -> Pattern:
    """Parse a pattern; without ``variables`` (policies of the old version) ``${`` is plain text."""
    parts: list[str | Variable] = []
    position = 0
    for found in _VARIABLE.finditer(text) if variables else ():
        parts.append(_expression(text[position : found.start()], wildcards=wildcards))
        key, default = found.groups()
        literal = key in _LITERALS and default is None
        parts.append(re.escape(key) if literal else Variable(key.lower(), default))
        position = found.end()
    parts.append(_expression(text[position:], wildcards=wildcards))
    return _made(text, _joined(parts), variables)


def _made(text: str, parts: tuple[str | Variable, ...], variables: bool) -> Pattern:
    first = parts[0] if parts else ""
    beginning = _plain(first)[0] if isinstance(first, str) else ""
    if any(isinstance(part, Variable) for part in parts):
        return Pattern(text, parts, variables, True, beginning)
    expression = "".join(map(str, parts))
    # Letters are never escaped, so that an expression may change its case.
    fixed, folded = _test(expression), _test(expression.lower())
    return Pattern(text, parts, variables, False, beginning, fixed, folded)


def _joined(parts: list[str | Variable]) -> tuple[str | Variable, ...]:
    made: list[str | Variable] = []
    for part in parts:
        if isinstance(part, str) and made and isinstance(made[-1], str):
            made[-1] += part
        elif part != "":
            made.append(part)
    return tuple(made)


def _expression(text: str, *, wildcards: bool) -> str:
    escaped = re.escape(text)
    return escaped.replace(r"\*", ".*").replace(r"\?", ".") if wildcards else escaped


@lru_cache(maxsize=16384)
def _compiled(expression: str, ignore_case: bool) -> Callable[[str], bool]:
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    matcher = re.compile(expression, flags).fullmatch
    return lambda value: matcher(value) is not None
