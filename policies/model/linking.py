"""Follows what an unknown value is made from: through variables, outputs and locals to resources.

A plan tells references, not the keys behind ``each.value``: where it does not say which instance
is meant, all of them are given. Too many is on the safe side, and whoever asks narrows by type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policies.model.planned import Instance, Place, RootPlan
from policies.model.terraform_files import Block, member_of, references_of
from policies.model.values import mapping

_STEP = re.compile(r'([\w-]+)((?:\["(?:[^"\\]|\\.)*"\]|\[[^\]]*\])*)(?:\.|$)')
_LITERAL = re.compile(r'^\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')
_EACH = re.compile(r"\beach\.value\b(?:\.([\w-]+))?")
_DEPTH = 40

Calls = tuple[tuple[str, str], ...]
_Path = tuple[str, ...]
_Found = frozenset[str]
_NONE: _Found = frozenset()


class Links:
    """What the unknown values of one plan are made from."""

    def __init__(self, plan: RootPlan) -> None:
        self._plan = plan
        self._remembered: dict[tuple[Calls, str, str], _Found] = {}
        self._open: set[tuple[Calls, str, str]] = set()
        self._children: dict[tuple[Calls, str], list[Calls]] = {}
        for calls in plan.places:
            if calls:
                self._children.setdefault((calls[:-1], calls[-1][0]), []).append(calls)
        self._instances: dict[tuple[Calls, str], list[Instance]] = {}
        for each in plan.instances.values():
            local = f"{each.type}.{each.name}"
            self._instances.setdefault((each.place.calls, local), []).append(each)

    def of(self, instance: Instance) -> dict[str, tuple[str, ...]]:
        """Give for each unknown attribute of a resource, by dotted path, what it is made from."""
        expressions = mapping(instance.configuration, "expressions")
        made: dict[str, tuple[str, ...]] = {}
        for path in _unknown(instance.unknown, ()):
            expression = _at(expressions, path)
            if expression is not None:
                found = self._expression(instance, expression, path)
                if found:
                    made[".".join(path)] = tuple(sorted(found))
        return made

    def written(self, instance: Instance, expression: str) -> tuple[str, ...]:
        """Give what an expression, as it is written beside a resource, is made from."""
        return tuple(sorted(self._text(instance.place, expression, (), instance.key)))

    def _expression(self, instance: Instance, expression: Any, path: _Path) -> _Found:
        references = _sharpest(_references(expression))
        if "each.value" in {".".join(each.split(".")[:2]) for each in references}:
            references += _sharpest(_references(instance.configuration.get("for_each_expression")))
            block = instance.place.files.find("resource", instance.type, instance.name)
            if block and len(path) == 1 and path[0] in block.attributes:
                told = self._told(instance.place, block, block.attributes[path[0]], instance.key)
                if "each.value" not in told:
                    return self._text(instance.place, told, (), instance.key)
                references = _sharpest(references_of(told)) + references
        return self._all(instance.place, references, instance.key)

    def _all(self, place: Place, references: Iterable[str], key: str) -> _Found:
        found: set[str] = set()
        for reference in references:
            found |= self._reference(place, reference, key)
        return frozenset(found)

    def _reference(self, place: Place, reference: str, key: str) -> _Found:
        question = (place.calls, reference, key)
        if question in self._remembered:
            return self._remembered[question]
        if question in self._open or len(self._open) > _DEPTH:
            return _NONE
        self._open.add(question)
        found = self._followed(place, reference, key)
        self._open.discard(question)
        if not self._open:
            self._remembered[question] = found
        return found

    def _followed(self, place: Place, reference: str, key: str) -> _Found:
        steps = [(found[1], found[2]) for found in _STEP.finditer(reference)]
        if len(steps) < 2:
            return _NONE
        head, (name, index), rest = steps[0][0], steps[1], tuple(step for step, _ in steps[2:])
        if head == "var":
            return self._variable(place, name, rest)
        if head == "local":
            return self._text(place, place.files.local_values.get(name, ""), rest, key)
        if head == "module":
            return self._module(place, name, index, rest, key)
        if head.startswith("aws_"):
            return self._resource(place, f"{head}.{name}", index, rest, key)
        return _NONE

    def _variable(self, place: Place, name: str, rest: _Path) -> _Found:
        if not place.calls:
            return _NONE
        parent = self._plan.places[place.calls[:-1]]
        call, key = place.calls[-1]
        block = parent.files.find("module", call)
        if block and name in block.attributes:
            given = self._told(parent, block, block.attributes[name], key)
            found = self._text(parent, given, rest, key)
            if "each.value" in given and "for_each" in block.attributes:
                found |= self._text(parent, block.attributes["for_each"], (), key)
            return found
        configured = mapping(mapping(parent.configuration, "module_calls"), call)
        expression = mapping(configured, "expressions").get(name)
        references = [_with(each, rest) for each in _sharpest(_references(expression))]
        return self._all(parent, references, key)

    def _told(self, place: Place, block: Block, expression: str, key: str) -> str:
        """Put what a written-out map has under the key in the place of ``each.value``.

        Only a map of literals in the file can be looked up; otherwise the expression stays.
        """
        if "each.value" not in expression or not key:
            return expression
        given = block.attributes.get("for_each", "").strip()
        if given.startswith("local."):
            given = place.files.local_values.get(given.removeprefix("local."), "")
        value = member_of(given, key.strip('[]"'))
        if value is None:
            return expression

        def replaced(found: re.Match[str]) -> str:
            if not found[1]:
                return f"({value.strip()})"
            member = member_of(value, found[1])
            return found[0] if member is None else member.strip()

        return _EACH.sub(replaced, expression)

    def _text(self, place: Place, expression: str, rest: _Path, key: str) -> _Found:
        if rest:
            member = member_of(expression, rest[0])
            if member is not None:
                return self._text(place, member, rest[1:], key)
        references = references_of(expression)
        if rest and len(references) == 1 and expression.strip() == references[0]:
            references = (_with(references[0], rest),)
        return self._all(place, references, key)

    def _module(self, place: Place, name: str, index: str, rest: _Path, key: str) -> _Found:
        children = self._children.get((place.calls, name), [])
        children = _chosen(children, [calls[-1][1] for calls in children], index, key)
        found: set[str] = set()
        for calls in children:
            child = self._plan.places[calls]
            outputs = mapping(child.configuration, "outputs")
            for output in [rest[0]] if rest else sorted(outputs):
                block = child.files.find("output", output)
                if block and "value" in block.attributes:
                    found |= self._text(child, block.attributes["value"], rest[1:], "")
                    continue
                expression = mapping(mapping(outputs, output), "expression")
                found |= self._all(child, _sharpest(_references(expression)), "")
        return frozenset(found)

    def _resource(self, place: Place, local: str, index: str, rest: _Path, key: str) -> _Found:
        instances = self._instances.get((place.calls, local), [])
        chosen = _chosen(instances, [each.key for each in instances], index, key)
        found: set[str] = set()
        for each in chosen:
            expression = mapping(each.configuration, "expressions").get(rest[0]) if rest else None
            further = self._expression(each, expression, rest[:1]) if expression else _NONE
            found |= further or {each.address}
        return frozenset(found)


def _chosen(every: list[Any], keys: list[str], index: str, key: str) -> list[Any]:
    """Choose the instances that an index names: a written key, or the asker's own."""
    if _LITERAL.match(index):
        return [each for each, own in zip(every, keys, strict=True) if own == index]
    if index and index not in ("[each.key]", "[count.index]"):
        return every
    own = [each for each, found in zip(every, keys, strict=True) if found and found == key]
    return own or every


def _unknown(value: Any, path: _Path) -> Iterator[_Path]:
    if value is True:
        yield path
    elif isinstance(value, Mapping):
        for name in sorted(value, key=str):
            yield from _unknown(value[name], (*path, str(name)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _unknown(each, (*path, str(index)))


def _at(expressions: Any, path: _Path) -> Any:
    found = expressions
    for step in path:
        if isinstance(found, Mapping) and "references" not in found and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            break
    has = isinstance(found, Mapping) and ("references" in found or "constant_value" in found)
    return found if has else None


def _references(expression: Any) -> list[str]:
    if not isinstance(expression, Mapping):
        return []
    found = expression.get("references")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _sharpest(references: Iterable[str]) -> tuple[str, ...]:
    """Leave out what only begins another reference: Terraform lists each with its beginnings."""
    given = list(dict.fromkeys(references))
    return tuple(
        each
        for each in given
        if not any(o != each and o.startswith((f"{each}.", f"{each}[")) for o in given)
    )


def _with(reference: str, rest: _Path) -> str:
    return ".".join((reference, *rest))
