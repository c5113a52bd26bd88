"""Modules are written alike: order, sentences, versions, and nothing that hides a policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MODULES = Path(__file__).resolve().parents[2] / "modules"
NAMES = sorted(path.parent.name for path in MODULES.glob("*/main.tf"))
VERSIONS = (MODULES / "naming" / "versions.tf").read_text("utf-8")
_BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.DOTALL | re.MULTILINE)
_ARGUMENT = re.compile(r"^  (\w+)(?: =|\s+=| \{)", re.MULTILINE)
_DESCRIPTION = re.compile(r'^  description\s*=\s*"(.*)"$', re.MULTILINE)
_DATA = re.compile(r'^data "(\w+)"', re.MULTILINE)
_STATEMENT = re.compile(r'^\s*(?:dynamic "statement"|statement) \{', re.MULTILINE)
_ANY = re.compile(r"\bany\b")
_ORDER = ("description", "type", "default", "nullable", "sensitive", "validation")
_OFFLINE_DATA = {"aws_iam_policy_document", "aws_partition"}
_FORBIDDEN = ("provisioner", "backend", "provider ")
_LONGEST_FILE = 300
# A Deny may name what it leaves alone.
_DENY_OF_THE_REST = r'effect += "Deny"\n +actions += (\[[^\]]*\]|[^\n\[]+)\n +not_resources += '

every_module = pytest.mark.parametrize("module", NAMES)


@every_module
def test_variables_and_outputs_stand_in_alphabetical_order(module: str) -> None:
    for file in ("variables.tf", "outputs.tf"):
        names = [name for _, name, _ in _blocks(module, file)]
        assert names == sorted(names)


@every_module
def test_every_description_is_a_sentence(module: str) -> None:
    wrong = [
        name
        for file in ("variables.tf", "outputs.tf")
        for _, name, body in _blocks(module, file)
        if not (found := _DESCRIPTION.search(body)) or not found[1].endswith(".")
    ]
    assert not wrong


@every_module
def test_the_parts_of_a_variable_stand_in_the_one_order(module: str) -> None:
    wrong = []
    for _, name, body in _blocks(module, "variables.tf"):
        parts = [_ORDER.index(part) for part in _ARGUMENT.findall(body)]
        if parts != sorted(parts):
            wrong.append(name)
    assert not wrong


@every_module
def test_no_variable_takes_anything_whatever(module: str) -> None:
    wrong = [
        name
        for _, name, body in _blocks(module, "variables.tf")
        if _ANY.search(re.sub(r'"[^"]*"', "", body.split("validation {")[0]))
    ]
    assert not wrong


@every_module
def test_all_modules_want_the_same_versions(module: str) -> None:
    assert (MODULES / module / "versions.tf").read_text("utf-8") == VERSIONS


@every_module
def test_no_module_reads_anything_over_the_network(module: str) -> None:
    used = {kind for _, text in _files(module) for kind in _DATA.findall(text)}
    assert used <= _OFFLINE_DATA


@every_module
def test_no_module_chooses_a_provider_a_backend_or_runs_a_command(module: str) -> None:
    wrong = [
        f"{file}: {word}"
        for file, text in _files(module)
        for word in _FORBIDDEN
        if re.search(rf'^\s*{word}\s*"', text, re.MULTILINE)
    ]
    assert not wrong


@every_module
def test_every_statement_has_a_sid(module: str) -> None:
    wrong = [
        f"{file}: {' '.join(body.split())[:80]}"
        for file, text in _files(module)
        for body in _bodies(text, _STATEMENT)
        if not re.search(r"^\s*sid\s*=", body, re.MULTILINE)
    ]
    assert not wrong


@every_module
def test_no_statement_allows_what_it_does_not_name(module: str) -> None:
    """NotPrincipal, NotAction and NotResource say what is left out, never what is let in."""
    wrong = [
        f"{file}: {word}"
        for file, text in _files(module)
        for word in ("not_principals", "not_actions", "not_resources")
        if word in re.sub(_DENY_OF_THE_REST, "", text)
    ]
    assert not wrong


@every_module
def test_files_are_short_enough_to_read(module: str) -> None:
    wrong = [file for file, text in _files(module) if len(text.splitlines()) > _LONGEST_FILE]
    assert not wrong


def _files(module: str) -> Iterator[tuple[str, str]]:
    for path in sorted((MODULES / module).glob("*.tf")):
        yield path.name, path.read_text("utf-8")


def _blocks(module: str, file: str) -> list[tuple[str, str, str]]:
    path = MODULES / module / file
    return _BLOCK.findall(path.read_text("utf-8")) if path.exists() else []


def _bodies(text: str, start: re.Pattern[str]) -> Iterator[str]:
    """Give what stands between the braces after each match."""
    for match in start.finditer(text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text[match.end() : end - 1]
