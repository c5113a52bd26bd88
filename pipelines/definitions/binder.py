"""Bind a compiled definition to an account: every token becomes the value that it stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.definitions.tokens import BUILD_TOKENS
from pipelines.errors import InvalidInput
from pipelines.yaml_file import KeyPath, nearest, spell_path

# A value of the account; a list stands where the definition has a list of a single token.
Value = str | list[str]

_WHOLE = re.compile(r"(?:contract|build):.*", re.DOTALL)
_EMBEDDED = re.compile(r"\$\{[^}]*\}?")
_TOKEN = re.compile(r"contract:[a-z0-9-]+(?:/[a-z0-9-]+)+")


@dataclass(frozen=True)
class Found:
    """A token and where the definition has it."""

    token: str
    path: KeyPath


def tokens_of(definition: object, name: str) -> list[Found]:
    """List every token of a definition and refuse what looks like one and is none."""
    found = list(_walk(definition, ()))
    for occurrence in found:
        if occurrence.token not in BUILD_TOKENS and not _TOKEN.fullmatch(occurrence.token):
            guess = nearest(occurrence.token, sorted(BUILD_TOKENS))
            raise _error(
                name,
                occurrence,
                "must be a known token",
                hint=f"did you mean {guess}?" if guess else "see pipelines/definitions/tokens.py",
            )
    return found


def bind(definition: object, values: Mapping[str, Value], name: str) -> Any:
    """Replace every token by its value; a token without one, and a value without one, are errors.

    `name` is what errors call the definition.
    """
    found = tokens_of(definition, name)
    for occurrence in found:
        if not values.get(occurrence.token):
            raise _error(
                name,
                occurrence,
                "must have a value in the account",
                hint="apply the account's root, which publishes its parameters",
            )
    unused = sorted(set(values) - {occurrence.token for occurrence in found})
    if unused:
        raise InvalidInput(name, "must use every value that it is bound with", got=unused[0])
    return _bound(definition, values, name, ())


def _bound(part: Any, values: Mapping[str, Value], name: str, path: KeyPath) -> Any:
    if isinstance(part, dict):
        return {key: _bound(value, values, name, (*path, key)) for key, value in part.items()}
    if isinstance(part, list):
        if len(part) == 1 and isinstance(part[0], str) and isinstance(values.get(part[0]), list):
            return list(values[part[0]])
        return [_bound(item, values, name, (*path, index)) for index, item in enumerate(part)]
    if not isinstance(part, str):
        return part
    if _WHOLE.match(part):
        return _text(Found(part, path), values, name)
    return _EMBEDDED.sub(lambda match: _text(Found(_inside(match), path), values, name), part)


def _text(found: Found, values: Mapping[str, Value], name: str) -> str:
    value = values[found.token]
    if isinstance(value, list):
        raise _error(name, found, "must stand alone in a list, because its value is a list")
    return value


def _walk(part: object, path: KeyPath) -> Iterator[Found]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(value, (*path, str(key)))
    elif isinstance(part, list):
        for index, item in enumerate(part):
            yield from _walk(item, (*path, index))
    elif isinstance(part, str):
        if _WHOLE.match(part):
            yield Found(part, path)
        else:
            yield from (Found(_inside(match), path) for match in _EMBEDDED.finditer(part))


def _inside(match: re.Match[str]) -> str:
    """Take a token out of its braces; one that is not closed stays as it is, and is no token."""
    return match[0][2:-1] if match[0].endswith("}") else match[0]


def _error(name: str, found: Found, rule: str, hint: str | None = None) -> InvalidInput:
    return InvalidInput(f"{name} {spell_path(found.path)}", rule, got=found.token, hint=hint)
