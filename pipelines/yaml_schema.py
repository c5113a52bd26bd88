"""A JSON schema applied to a YAML file, with one sentence about the first rule that is broken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema

from pipelines.errors import InvalidInput
from pipelines.yaml_file import KeyPath, YamlFile, nearest, spell_value

_TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a mapping of keys to values",
    "string": "a text",
}

_SENTENCES = {
    "const": "must be {value}",
    "enum": "must be one of {listed}",
    "exclusiveMaximum": "must be less than {value}",
    "exclusiveMinimum": "must be more than {value}",
    "maxItems": "must have at most {value} entries",
    "maxLength": "must be at most {value} characters long",
    "maxProperties": "must have at most {value} entries",
    "maximum": "must be at most {value}",
    "minItems": "must have {value} or more entries",
    "minLength": "must be at least {value} characters long",
    "minProperties": "must have {value} or more entries",
    "minimum": "must be at least {value}",
    "pattern": "must match {value}",
    "type": "must be {type}",
    "uniqueItems": "must not repeat an entry",
}


def check_schema(
    file: YamlFile, schema: Mapping[str, Any], wording: Mapping[str, str] | None = None
) -> None:
    """Refuse a file at its first line that breaks the schema.

    `wording` says in words what a `pattern` of the schema asks for.
    """
    problems = [
        problem
        for error in StrictValidator(schema).iter_errors(file.value)
        for problem in _leaves(error)
    ]
    if problems:
        raise min(
            (_explain(file, problem, wording or {}) for problem in problems),
            key=lambda explained: explained[0],
        )[1]


def _explain(
    file: YamlFile, error: jsonschema.ValidationError, wording: Mapping[str, str]
) -> tuple[tuple[bool, int], InvalidInput]:
    path: KeyPath = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        path = (*path, _unknown_keys(error)[0])
        explained = _unknown_key(file, path, error, wording)
    elif error.validator == "required":
        missing = next(key for key in _listed(error.validator_value) if key not in _keys(error))
        explained = file.error(path, f'must have the key "{missing}"')
    else:
        explained = _broken_rule(file, path, error, wording)
    # A misspelt key comes first: it explains why another one is missing.
    return (error.validator != "additionalProperties", file.line(path)), explained


def _broken_rule(
    file: YamlFile,
    path: KeyPath,
    error: jsonschema.ValidationError,
    wording: Mapping[str, str],
) -> InvalidInput:
    rule, value = str(error.validator), error.validator_value
    choices = _listed(value) or [str(value)]
    sentence = _SENTENCES.get(rule, "must hold the rule {rule} {value}").format(
        rule=rule,
        value=value if isinstance(value, str) else spell_value(value),
        listed=", ".join(choices),
        type=_TYPE_WORDS.get(choices[0], choices[0]),
    )
    if rule == "pattern":
        sentence = wording.get(str(value), sentence)
    hint = None
    if rule == "enum" and isinstance(error.instance, str):
        hint = _guess(error.instance, choices)
    return file.error(path, sentence, got=spell_value(error.instance), hint=hint)


def _unknown_keys(error: jsonschema.ValidationError) -> list[str]:
    known, patterns = _declared(error)
    return [
        key
        for key in _keys(error)
        if key not in known and not any(re.search(pattern, key) for pattern in patterns)
    ]


def _unknown_key(
    file: YamlFile,
    path: KeyPath,
    error: jsonschema.ValidationError,
    wording: Mapping[str, str],
) -> InvalidInput:
    known, patterns = _declared(error)
    unknown = str(path[-1])
    if patterns and not known:
        rules = " or ".join(wording.get(pattern, f"must match {pattern}") for pattern in patterns)
        return file.error(path[:-1], f"keys {rules}", got=spell_value(unknown), at=path)
    return file.error(
        path[:-1],
        f"must have no keys but {', '.join(known)}",
        got=f"the unknown key {spell_value(unknown)}",
        hint=_guess(unknown, known),
        at=path,
    )


def _keys(error: jsonschema.ValidationError) -> list[str]:
    return list(error.instance) if isinstance(error.instance, Mapping) else []


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _declared(error: jsonschema.ValidationError) -> tuple[list[str], list[str]]:
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    return list(schema.get("properties", {})), list(schema.get("patternProperties", {}))


def _guess(word: str, known: list[str]) -> str | None:
    guess = nearest(word, known)
    return f"did you mean {guess}?" if guess else None


def _leaves(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    if error.context:
        for child in error.context:
            yield from _leaves(child)
    else:
        yield error


def _whole_pattern(
    _validator: object, pattern: str, instance: object, _schema: object
) -> Iterator[jsonschema.ValidationError]:
    # The stock keyword searches: "x\n" and non-ASCII digits would pass where Terraform refuses.
    if isinstance(instance, str) and not re.fullmatch(pattern, instance, re.ASCII):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


StrictValidator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
    jsonschema.Draft202012Validator, {"pattern": _whole_pattern}
)
