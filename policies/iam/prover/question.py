"""What is asked of the prover, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from policies.iam.document import Statement
from policies.iam.layers import Layers
from policies.iam.principal import Principal
from policies.iam.prover.constraint import Constraint
from policies.iam.request import Request


class ActionFacts(Protocol):
    """What is known of an action.

    ``resources`` are ARN globs of what it can be about, ``required`` those without which it is
    refused: without any it can be about ``*``. ``keys`` are in lower case.
    """

    @property
    def name(self) -> str: ...
    @property
    def resources(self) -> tuple[str, ...]: ...
    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def keys(self) -> frozenset[str]: ...


class KeyFacts(Protocol):
    """What is known of a condition key. ``type`` is String, Bool, ARN, Numeric, Date, …"""

    @property
    def type(self) -> str: ...
    @property
    def multivalued(self) -> bool: ...


class Reference(Protocol):
    """What is known of a cloud's actions and keys. None means unknown, hence possible."""

    def action(self, name: str) -> ActionFacts | None: ...
    def key(self, name: str) -> KeyFacts | None: ...
    def actions_matching(self, pattern: str) -> Iterable[str]: ...


@dataclass(frozen=True)
class Question:
    """Requests of one principal to what one account owns, under the policies that bear on them.

    ``actions`` and ``resources`` are patterns with wildcards; ``known`` gives keys that are not
    free: the values a key has where the request carries it, or None where it never does.
    """

    principal: Principal
    layers: Layers
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    owner: str
    where: Constraint | None = None
    except_actions: tuple[str, ...] = ()
    except_resources: tuple[str, ...] = ()
    known: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    always: frozenset[str] = frozenset()
    """Keys that every such request carries, beside those that AWS documents as always there."""
    any_session: bool = True
    """Whether the role's session may have any name, or has the principal's own."""
    unknown_actions: bool = True
    """Whether a pattern also stands for actions that the reference does not know."""
    beyond: Layers | None = None
    """Policies whose requests do not count: what else is allowed, compared with them."""


class Outcome(StrEnum):
    """How a proof ended; only PROVED is one."""

    PROVED = "proved"
    REFUTED = "refuted"
    """``counterexample`` is allowed: the evaluator says so too."""
    VACUOUS = "vacuous"
    """No request matches the question, so that never is no claim."""
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Statistics:
    """What an answer took."""

    actions: int = 0
    """Actions that match the question and act on its resources."""
    formulas: int = 0
    """Different formulas that they came to, beside those that are plainly false."""
    atoms: int = 0
    clauses: int = 0
    solver_calls: int = 0
    lemmas: int = 0
    replays: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Proof:
    """The answer to a question.

    ``reason`` says in a sentence why the outcome is what it is; ``assumptions`` are what a proof
    rests on; ``statements`` are those that allow a counterexample.
    """

    outcome: Outcome
    reason: str = ""
    counterexample: Request | None = None
    statements: tuple[Statement, ...] = ()
    assumptions: tuple[str, ...] = ()
    statistics: Statistics = Statistics()

    @property
    def proved(self) -> bool:
        """Tell whether no request that matches the question is allowed."""
        return self.outcome is Outcome.PROVED
