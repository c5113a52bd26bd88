"""Finds a value that satisfies some predicates and not others, or tells that there is none.

Patterns go to the automaton. Comparisons of numbers, dates and addresses divide a line into
stretches: one value of each stretch stands for all of it.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from policies.iam.prover.automaton import TooHard, matches
from policies.iam.prover.language import Language
from policies.iam.prover.subject import Comparison, Kind, Predicate, Subject, in_domain

_UNREADABLE = "x"
_NUMBER, _DATE, _ADDRESS, _BYTES = "Numeric", "Date", "Ip", "Binary"
_OF_KIND = {Kind.NUMBER: _NUMBER, Kind.DATE: _DATE, Kind.ADDRESS: _ADDRESS}


def find(
    subject: Subject, yes: frozenset[Predicate], no: frozenset[Predicate] = frozenset()
) -> str | None:
    """Return a value of a subject that satisfies all of ``yes`` and none of ``no``, or None.

    Raises TooHard where neither a value nor its absence is found.
    """
    tests = [p for p in (*yes, *no) if isinstance(p, Comparison)]
    if not tests and subject.kind == Kind.TEXT:
        return _text(subject, yes, no)
    theories = {_theory(test) for test in tests} or {_OF_KIND[subject.kind]}
    for value in _candidates(subject, theories, tests, yes, no):
        if in_domain(subject, value) and _satisfies(value, yes, no):
            return value
    # Nothing found. That proves something only where the candidates stand for all values.
    if len(theories) == 1 and len(tests) == len(yes) + len(no) and subject.free:
        return None
    if subject.kind == Kind.TEXT and _text(subject, yes, no) is None:
        return None
    if _finite(subject, yes):
        return None
    for theory in theories:
        mine = [frozenset(p for p in some if _is_of(p, theory)) for some in (yes, no)]
        if (mine[0] != yes or mine[1] != no) and find(_freed(subject), mine[0], mine[1]) is None:
            return None
    raise TooHard


def _freed(subject: Subject) -> Subject:
    return subject if subject.free else Subject(subject.name, kind=subject.kind)


def _is_of(predicate: Predicate, theory: str) -> bool:
    return isinstance(predicate, Comparison) and _theory(predicate) == theory


def _theory(test: Comparison) -> str:
    name = test.operator.name
    for theory in (_NUMBER, _DATE, _ADDRESS, _BYTES):
        if theory in name:
            return theory
    raise TooHard


def _satisfies(value: str, yes: Iterable[Predicate], no: Iterable[Predicate]) -> bool:
    return all(_holds(value, p) for p in yes) and not any(_holds(value, p) for p in no)


def _holds(value: str, predicate: Predicate) -> bool:
    if isinstance(predicate, Comparison):
        return predicate.accepts(value)
    if isinstance(predicate, frozenset):
        return matches(value, predicate)
    raise TooHard


def _languages(predicates: Iterable[Predicate]) -> list[Language]:
    return [p for p in predicates if isinstance(p, frozenset)]


def _text(subject: Subject, yes: Iterable[Predicate], no: Iterable[Predicate]) -> str | None:
    wanted = _languages(yes)
    unwanted: Language = frozenset().union(*_languages(no))
    for cube in subject.domain:
        found = cube.member(*wanted, none_of=unwanted)
        if found is not None:
            return found
    return None


def _finite(subject: Subject, yes: Iterable[Predicate]) -> bool:
    """Tell whether the value must be one of a list, all of which were candidates."""
    cubes = [(*cube.all_of, *_languages(yes)) for cube in subject.domain]
    return all(any(_is_list(language) for language in cube) for cube in cubes)


def _is_list(language: Language) -> bool:
    return all(glob.exact is not None for glob in language)


def _candidates(
    subject: Subject,
    theories: set[str],
    tests: list[Comparison],
    yes: Iterable[Predicate],
    no: Iterable[Predicate],
) -> Iterator[str]:
    for language in (*(lang for c in subject.domain for lang in c.all_of), *_languages(yes)):
        yield from sorted(glob.exact for glob in language if glob.exact is not None)
    texts = [(theory, t) for theory in theories for t in _texts(tests, theory)]
    for theory in sorted(theories):
        yield from _STRETCHES[theory](sorted({text for of, text in texts if of == theory}))
    if subject.kind == Kind.TEXT:
        yield _UNREADABLE
        plain = _text(subject, yes, no)
        if plain is not None:
            yield plain


def _texts(tests: Iterable[Comparison], theory: str) -> Iterator[str]:
    for test in tests:
        if _theory(test) == theory:
            yield from (pattern.text for pattern in test.wanted)


def _numbers(texts: list[str]) -> Iterator[str]:
    found: set[Decimal] = set()
    for text in texts:
        try:
            found.add(Decimal(text.strip()))
        except InvalidOperation:
            continue
    for value in _stretches([n for n in found if n.is_finite()], Decimal(1)):
        yield f"{value:f}"


def _dates(texts: list[str]) -> Iterator[str]:
    found: set[Decimal] = set()
    for text in texts:
        try:
            found.add(Decimal(repr(_seconds(text))))
        except (ValueError, OverflowError, OSError):
            continue
    for value in _stretches(list(found), Decimal(1)):
        yield _moment(value)


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _moment(seconds: Decimal) -> str:
    try:
        found = datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return f"{seconds:f}"
    return found.isoformat().replace("+00:00", "Z")


def _stretches(values: list[Decimal], step: Decimal) -> Iterator[Decimal]:
    values.sort()
    if not values:
        yield step
        return
    yield values[0] - step
    for before, after in itertools.pairwise(values):
        yield before
        yield (before + after) / 2
    yield values[-1]
    yield values[-1] + step


def _addresses(texts: list[str]) -> Iterator[str]:
    for version, width in ((4, 32), (6, 128)):
        made = {0, (1 << width) - 1}
        for text in texts:
            try:
                network = ipaddress.ip_network(text, strict=False)
            except ValueError:
                continue
            if network.version == version:
                first, last = int(network.network_address), int(network.broadcast_address)
                made |= {first, last, min(last + 1, (1 << width) - 1)}
        kind = ipaddress.IPv4Address if version == 4 else ipaddress.IPv6Address
        yield from (str(kind(number)) for number in sorted(made))


def _bytes(texts: list[str]) -> Iterator[str]:
    known = set()
    for text in texts:
        try:
            known.add(base64.b64decode(text, validate=True))
        except (binascii.Error, ValueError):
            continue
    yield from (base64.b64encode(value).decode() for value in sorted(known))
    other = next(bytes([n]) for n in range(256) if bytes([n]) not in known)
    yield base64.b64encode(other).decode()


_STRETCHES = {_NUMBER: _numbers, _DATE: _dates, _ADDRESS: _addresses, _BYTES: _bytes}
