"""One service's part of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from twin.fidelity.facts import Facts
from twin.fidelity.notes import Note

_VERB = re.compile(r"^(Batch[A-Z][a-z]+|[A-Z][a-z]+)(.*)$")
# A list of more names than this tells nobody anything: it is counted.
_MOST_NAMES = 40
_MOST_UNKNOWN = 12
_OF_ANOTHER = {"s3control": "s3"}


def lines(each: Facts, notes: Sequence[Note]) -> Iterator[str]:
    """Return the lines of one service: what is so of it, who answers, what decides."""
    yield f"## {each.service}"
    yield ""
    for note in notes:
        yield from _sentences(note)
    yield from _answers(each)
    yield f"- **decides**: {'; '.join(_decides(each))}"
    yield from _keys(each)


def _sentences(note: Note) -> Iterator[str]:
    about = f" ({note.about})" if note.about else ""
    for kind in ("modelled", "approximated", "absent"):
        for sentence in getattr(note, kind):
            yield f"- **{kind}**{about}: {sentence} — [`{note.code}`](../{note.code})"


def _answers(each: Facts) -> Iterator[str]:
    if each.types:
        yield f"- **types declared**: {_names(each.types)}"
    for part in ("declared", "engines", "repairs", ""):
        mine = [name for name, module in each.answered.items() if _part(module) == part]
        if mine:
            told = f"twin/{part}".rstrip("/")
            yield f"- **answered by `{told}`** ({len(mine)}): {_by_noun(mine)}"
    for kind, modules in _wraps(each).items():
        yield f"- **{kind}**: {modules}"
    if each.unread:
        yield f"- **refused as unknown** (nobody knows what they ask for): {_some(each.unread)}"


def _part(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[1] in ("declared", "engines", "repairs") else ""


def _wraps(each: Facts) -> Mapping[str, str]:
    """Tell what stands around operations: repairs and engines, each module with its operations."""
    found: dict[str, dict[str, list[str]]] = {}
    for operation, modules in each.wrapped.items():
        for module in modules:
            kind = "watched by engines" if _part(module) == "engines" else "mended"
            found.setdefault(kind, {}).setdefault(module, []).append(operation)
    return {
        kind: "; ".join(
            f"`{module.removeprefix('twin.')}` {_by_noun(names)}"
            for module, names in sorted(by.items())
        )
        for kind, by in sorted(found.items())
    }


def _by_noun(operations: Iterable[str]) -> str:
    """Write operations in short: the noun, and what is done with it."""
    nouns: dict[str, list[str]] = {}
    for name in sorted(operations):
        if name == "*":
            nouns["every operation"] = []
            continue
        match = _VERB.match(name)
        verb, noun = (match[1], match[2]) if match and match[2] else ("", name)
        singular = noun[:-1] if noun.endswith("s") and noun[:-1] in nouns else noun
        nouns.setdefault(singular, []).append(verb.lower())
    return ", ".join(
        f"{noun} ({' '.join(verbs)})" if any(verbs) else noun for noun, verbs in nouns.items()
    )


def _decides(each: Facts) -> Iterator[str]:
    yield "identity policies, boundaries, sessions, service control policies"
    yield f"endpoint policies of `{each.endpoint}`"
    if each.reached:
        yield "resource control policies"
    if each.resource_policy:
        yield f"the policy {each.resource_policy}"
    if each.besides:
        yield f"and, asked besides by the service, {_names(each.besides)}"
    if each.passing:
        yield f"iam:PassRole for {_some(each.passing)}"


def _keys(each: Facts) -> Iterator[str]:
    another = _OF_ANOTHER.get(each.service)
    if each.service.startswith("sagemaker-"):
        another = "sagemaker"
    if another:
        yield f"- **condition keys**: those of [{another}](#{another})"
        return
    keys = each.keys
    if not (keys.read or keys.nowhere or keys.unknown):
        yield "- **condition keys**: none of its own"
        return
    if keys.read:
        yield f"- **condition keys read**: {_counted(keys.read, each.prefix)}"
    if keys.nowhere:
        yield f"- **keys that nothing here sends**: {_counted(keys.nowhere, each.prefix)}"
    if keys.unknown:
        told = _counted(keys.unknown, each.prefix, _MOST_UNKNOWN)
        yield f"- **keys unknown** (a policy that needs one is refused): {told}"


def _counted(keys: Sequence[str], prefix: str, most: int = _MOST_NAMES) -> str:
    short = [key.removeprefix(f"{prefix}:") for key in keys]
    if len(short) <= most:
        return _names(short)
    return f"{_names(short[:most])} and {len(short) - most} more"


def _some(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMES:
        return _names(names)
    return f"{_names(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
