"""Patterns of IAM: ``*`` for any text, ``?`` for one character, and policy variables.

Grammar and escapes: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# ${key}, ${key, 'default'}, and the literals ${*}, ${?}, ${$}.
_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*", "?", "$"}

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

    @property
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

    def matches(self, value: str, lookup: Lookup, *, ignore_case: bool = False) -> bool:
        """Tell whether a value matches for a request."""
        expression = self.resolve(lookup)
        return expression is not None and _compiled(expression, ignore_case)(value)


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
