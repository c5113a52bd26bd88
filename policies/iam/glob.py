"""Patterns of IAM: ``*`` for any text, ``?`` for one character, and policy variables.

Grammar and escapes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

# ${key}, ${key, 'default'}, and the literals ${*}, ${?}, ${$}.
_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*", "?", "$"}
_ARN_PARTS = 6
_ANY = ".*"
# Escaped characters up to the first that stands for others.
_WILDCARD = re.compile(r"((?:[^\\.]|\\.)*)(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

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

    @cached_property
    def has_variables(self) -> bool:
        """Tell whether the pattern depends on the request."""
        return any(isinstance(part, Variable) for part in self.parts)

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
    def fixed(self) -> Callable[[str], bool] | None:
        """The pattern as a test of a text, or None where it depends on the request."""
        return None if self.has_variables else _test("".join(map(str, self.parts)))

    @cached_property
    def beginning(self) -> str:
        """The text that everything begins with which the pattern matches."""
        first = self.parts[0] if self.parts else ""
        return _plain(first)[0] if isinstance(first, str) else ""

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
        if not ignore_case and self.fixed is not None:
            return self.fixed(value)
        if not (ignore_case or value.startswith(self.beginning)):
            return False
        expression = self.resolve(lookup)
        return expression is not None and _compiled(expression, ignore_case)(value)


@dataclass(frozen=True)
class Patterns:
    """Patterns of which one must match; those that depend on no request are tried as one."""

    listed: tuple[Pattern, ...]

    def matches(self, value: str, lookup: Lookup) -> bool:
        """Tell whether a pattern matches a value for a request."""
        if value in self._texts or value.startswith(self._beginnings) or self._other(value):
            return True
        dynamic, beginnings = self._dynamic
        if not value.startswith(beginnings):
            return False
        return any(pattern.matches(value, lookup) for pattern in dynamic)

    @cached_property
    def _dynamic(self) -> tuple[tuple[Pattern, ...], tuple[str, ...]]:
        found = tuple(pattern for pattern in self.listed if pattern.has_variables)
        return found, tuple(pattern.beginning for pattern in found)

    @cached_property
    def _expressions(self) -> tuple[str, ...]:
        return tuple("".join(map(str, p.parts)) for p in self.listed if not p.has_variables)

    @cached_property
    def _texts(self) -> frozenset[str]:
        found = (_plain(expression) for expression in self._expressions)
        return frozenset(text for text, rest in found if not rest)

    @cached_property
    def _beginnings(self) -> tuple[str, ...]:
        found = (_plain(expression) for expression in self._expressions)
        return tuple(text for text, rest in found if rest == _ANY)

    @cached_property
    def _other(self) -> Callable[[str], bool]:
        others = [e for e in self._expressions if _plain(e)[1] not in ("", _ANY)]
        return _compiled("|".join(f"(?:{e})" for e in others), False) if others else _never


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
    return Pattern(text, _joined(parts), variables)


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
