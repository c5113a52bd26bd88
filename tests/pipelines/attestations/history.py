"""A model of what happened to a release: facts, and by them whether production may have it.

It knows who signed what and whether somebody touched it since; it reads no envelope. The rules are
written here a second time, from their sentences, so that `judge` and this model must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SKEW = timedelta(minutes=5)
VALID = timedelta(hours=6)


@dataclass(frozen=True)
class Piece:
    """A signed piece of evidence: by which key, and whether its bytes are as they were signed."""

    key: str
    intact: bool
    content: bytes


@dataclass(frozen=True)
class Built(Piece):
    """A release statement; `payload` is what was signed."""

    payload: bytes
    release: str
    execution: str
    good_source: bool
    good_gate: bool
    makers: frozenset[str]
    made: datetime


@dataclass(frozen=True)
class Tested(Piece):
    """A test attestation; `report` is the one it names, `beside` the one handed over with it."""

    release: str
    execution: str
    account: str
    report: bytes
    beside: bytes
    passed: bool
    made: datetime


@dataclass(frozen=True)
class Approved(Piece):
    """An approval, of one built statement and some reports."""

    built: bytes
    reports: frozenset[tuple[str, bytes]]
    execution: str
    accounts: frozenset[str]
    person: str
    made: datetime
    ends: datetime


@dataclass(frozen=True)
class Word(Piece):
    """A revocation (`scope` is a release) or a word about a scope; unreadable ones stop as well."""

    scope: str
    person: str
    stops: bool
    made: datetime
    until: datetime | None = None
    readable: bool = True


@dataclass(frozen=True)
class Situation:
    """What production sees and asks at one moment."""

    now: datetime
    pinned: frozenset[str]
    release: str
    built: Built
    tests: tuple[Tested, ...]
    approvals: tuple[Approved, ...]
    revocations: tuple[Word, ...]
    words: tuple[Word, ...]
    execution: str
    staging: frozenset[str]
    may_approve: frozenset[str]
    required: int

    def signed(self, piece: Piece, key: str) -> bool:
        """Tell whether a piece is as its only rightful signer made it."""
        return piece.intact and piece.key == key and key in self.pinned


def may_deploy(s: Situation) -> bool:
    """Tell whether production may deploy."""
    return (
        _built(s)
        and not any(not word.readable or word.scope == s.release for word in s.revocations)
        and not any(_frozen(s, scope) for scope in ("all", "production", "breast-cancer"))
        and all(word.readable for word in s.words)
        and all(_test(s, test) for test in s.tests)
        and {test.account for test in s.tests} == s.staging
        and len({one.person for one in s.approvals if _approval(s, one)}) >= s.required
    )


def _built(s: Situation) -> bool:
    built = s.built
    of_this = built.release == s.release and built.execution == s.execution
    return (
        s.signed(built, "build")
        and of_this
        and built.good_source
        and built.good_gate
        and built.made <= s.now + SKEW
    )


def _test(s: Situation, test: Tested) -> bool:
    of_this = test.release == s.release and test.execution == s.execution
    in_order = s.built.made - SKEW <= test.made <= s.now + SKEW
    honest = s.signed(test, f"test-{test.account}") and test.report == test.beside
    return honest and of_this and in_order and test.passed


def _approval(s: Situation, one: Approved) -> bool:
    of_this = one.built == s.built.payload and one.execution == s.execution
    reports = frozenset((test.account, test.report) for test in s.tests)
    tested = max(test.made for test in s.tests)
    in_force = tested <= one.made <= s.now + SKEW and s.now < one.ends <= one.made + VALID
    person = one.person in s.may_approve - s.built.makers
    one_each = len({account for account, _ in reports}) == len(reports)
    honest = s.signed(one, f"approval-{one.person}") and one.reports == reports and one_each
    return honest and of_this and "production" in one.accounts and in_force and person


def _frozen(s: Situation, scope: str) -> bool:
    # Told as a story: each believed word ends what was said before it, in its own second all count.
    standing: list[Word] = []
    about = [word for word in s.words if word.readable and word.scope == scope]
    for moment in sorted({word.made for word in about}):
        said = [word for word in about if word.made == moment]
        if any(_believed(s, word) for word in said):
            standing = []
        standing += [word for word in said if _holds(s, word)]
    return bool(standing)


def _holds(s: Situation, word: Word) -> bool:
    return word.stops and (word.until is None or s.now < word.until)


def _believed(s: Situation, word: Word) -> bool:
    in_time = word.made <= s.now + SKEW or _holds(s, word)
    return s.signed(word, f"approval-{word.person}") and in_time
