"""Values that Terraform makes from a template: the file, and what stands for each of its names.

A plan does not know a text of which it does not know a part. Where the text is a template of the
module, written as ``templatefile("${path.module}/NAME", {...})``, all but these parts is known.
https://developer.hashicorp.com/terraform/language/functions/templatefile
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policies.model.planned import Instance
from policies.model.root import Root
from policies.model.terraform_files import TerraformFiles, members_of, references_of

# What is looked at is written without comments, escapes, texts in texts and heredocs, so that
# this reads it as Terraform does; everything else is not understood.
_PLAIN = re.compile(
    r'(?:"(?:[^"\\$%]|\$\{[^"{}]*\}|\$(?!\{)|%(?!\{))*"|[^"\\#/<])*', re.DOTALL | re.ASCII
)
_CALL = re.compile(
    r'(?P<compact>jsonencode\(jsondecode\()?templatefile\("\$\{path\.module\}/(?P<file>[\w.-]+)",'
    r"\s*(?P<names>\{.*\})\s*\)(?P<closed>\)\))?",
    re.DOTALL | re.ASCII,
)
_PLACE = re.compile(r"\$\{jsonencode\((\w+)\)\}", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"')
_INPUT = re.compile(r"var(?:\.\w+)+", re.ASCII)
_ONE_OF_A_MODULE = re.compile(r'module\.([\w-]+)(\["[\w-]+"\])?\.\w+', re.ASCII)


@dataclass(frozen=True)
class Template:
    """A template's file, its content with ``mark(name)`` for what is put in, and by what."""

    file: str
    content: str
    expressions: Mapping[str, str]


def template_of(
    instance: Instance, attribute: str, files: TerraformFiles, mark: Callable[[str], str]
) -> Template | str:
    """Read the template that an attribute is made from, or say why there is none to read."""
    place = instance.place
    block = place.files.find("resource", instance.type, instance.name)
    written = "" if block is None else block.attributes.get(attribute, "").strip()
    called = _CALL.fullmatch(written) if _PLAIN.fullmatch(written) else None
    if called is None or bool(called["compact"]) is not bool(called["closed"]):
        return "a value that is not known, and no template of the module"
    if place.files.overridden or not _is_one_object(called["names"]):
        return "a template that something else may stand for"
    expressions = members_of(called["names"])
    file = f"{place.folder}/{called['file']}"
    content = files.content(file)
    if content is None or expressions is None:
        return f"a template that cannot be read, {file}"
    names = set(_PLACE.findall(content))
    marked = _PLACE.sub(lambda found: mark(found[1]), content)
    if "${" in marked or "%{" in marked or names - set(expressions):
        return f"a template that has more than `${{jsonencode(name)}}` of names it is given, {file}"
    return Template(file, marked, expressions)


def made_from(
    root: Root, instance: Instance, expression: str, types: tuple[str, ...]
) -> tuple[str, ...]:
    """Give the addresses of the resources of some types that an expression is made from.

    An output of a module that makes one such resource, such as a role whose ARN is put together,
    stands for it. An input of the module that comes from no resource at all stands for itself: it
    is known in the plan, and the module's own validation has taken it.
    """
    text = expression.strip()
    every = root.follow(instance, text)
    found = tuple(it for it in every if root.plan.instances[it].type in types)
    if found:
        return found
    output = _ONE_OF_A_MODULE.fullmatch(text)
    if output:
        calls = (*instance.place.calls, (output[1], output[2] or ""))
        made = tuple(it.address for it in root.of_type(*types) if it.place.calls == calls)
        return made if len(made) == 1 else ()
    is_input = _INPUT.fullmatch(text) and references_of(text) == (text,)
    return (text,) if is_input and not every else ()


def _is_one_object(text: str) -> bool:
    """Tell whether the first brace is closed by the last one."""
    depth = 0
    bare = _QUOTED.sub(lambda found: "_" * len(found[0]), text)
    for index, char in enumerate(bare):
        depth += (char in "{[(") - (char in "}])")
        if depth <= 0:
            return depth == 0 and index == len(bare) - 1
    return False
