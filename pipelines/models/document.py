"""Read a YAML document against its JSON schema, with one sentence for whatever is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pipelines.errors import InvalidInput


class _UniqueKeyLoader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is given twice", key_node.start_mark
                )
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_document(path: Path, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Read a YAML file that must satisfy a closed JSON schema."""
    document = _parse(path)
    errors = sorted(
        Draft202012Validator(schema).iter_errors(document), key=lambda error: list(map(str, error.path))
    )
    if errors:
        raise _sentence(path, errors[0])
    if not isinstance(document, dict):  # the schema says so too; this tells the type checker
        raise violation(path, "", "must be a mapping", document, None)
    return document


def violation(path: Path, where: str, rule: str, got: object, hint: str | None) -> InvalidInput:
    """Build the error for a value at a place of a file."""
    must_hold = f"{where} {rule}".strip()
    return InvalidInput(str(path), must_hold, got=_short(got), hint=hint)


def _parse(path: Path) -> object:
    try:
        # The loader is a SafeLoader.
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)  # noqa: S506
    except OSError as error:
        raise InvalidInput(str(path), "must be a readable file", got=error.strerror) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(str(path), "must be UTF-8 text", got=error.reason) from error
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InvalidInput(f"{path}{line}", "must be valid YAML", got=error.problem) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InvalidInput(str(path), "must be valid YAML", got=_short(str(error))) from error


def _sentence(path: Path, error: ValidationError) -> InvalidInput:
    where = _where(error.absolute_path)
    rule, got, hint = _rule(error)
    return violation(path, where, rule, got, hint)


def _rule(error: ValidationError) -> tuple[str, object, str | None]:
    """Put a schema violation into words: the rule, the value found and a remedy."""
    limit, found = error.validator_value, error.instance
    match str(error.validator):
        case "additionalProperties":
            known = sorted(error.schema.get("properties", {}))
            unknown = sorted(str(key) for key in found if key not in known)
            return f"must have no key but {', '.join(known)}", unknown[0], "remove or rename it"
        case "required":
            missing = sorted(key for key in limit if key not in found)
            return f"must have the key {missing[0]}", sorted(map(str, found)), f"add {missing[0]}"
        case "enum":
            return f"must be one of {', '.join(map(str, limit))}", found, None
        case "const":
            return f"must be {limit!r}", found, None
        case "type":
            return f"must be of type {limit}", found, "quote text that looks like a number"
        case "pattern":
            return f"must match {limit}", found, None
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            words = {
                "minimum": "at least",
                "exclusiveMinimum": "more than",
                "maximum": "at most",
                "exclusiveMaximum": "less than",
            }
            return f"must be {words[str(error.validator)]} {limit}", found, None
        case "uniqueItems":
            return "must have no item twice", found, None
        case keyword:
            return f"must satisfy {keyword} {limit}", found, None


def _where(parts: Iterable[str | int]) -> str:
    where = ""
    for part in parts:
        where += f"[{part}]" if isinstance(part, int) else f".{part}"
    return where.lstrip(".")


def _short(value: object, limit: int = 80) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
