"""What an attack is: somebody, what they try, and why each forbidden step is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.attacks.attacker import Attacker


@dataclass(frozen=True)
class Because:
    """Why a step is refused: by which layer of policies, and there by which statement.

    Without ``sid`` nothing of that layer allows the step.
    """

    layer: str
    sid: str | None = None

    def __str__(self) -> str:
        """Say it as a report does."""
        return f"{self.layer}: {self.sid}" if self.sid else f"no {self.layer} allows it"


@dataclass(frozen=True)
class Attack:
    """Something that somebody tries.

    ``role`` is the purpose of the role they hold (``data-scientist``), or ``sign-in``;
    ``account`` is where they hold it. ``claims`` are the invariants that say for every request
    what this shows for one; where none can, ``beyond`` says why.
    """

    name: str
    role: str
    account: str
    run: Callable[[Attacker], None]
    claims: tuple[str, ...]
    beyond: str | None

    @property
    def sentence(self) -> str:
        """Say what is tried."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


class Attacks:
    """All attacks by name, in the order in which they are told."""

    def __init__(self) -> None:
        self._attacks: dict[str, Attack] = {}

    def by(
        self, role: str, account: str, *claims: str, beyond: str | None = None
    ) -> Callable[[Callable[[Attacker], None]], Callable[[Attacker], None]]:
        """Take a function for an attack; its name is the attack's, its docstring what it tries."""

        def take(run: Callable[[Attacker], None]) -> Callable[[Attacker], None]:
            name = run.__name__.replace("_", "-")
            if not claims and not beyond:
                raise ValueError(f"{name}: must name its invariants, or why none can say it")
            self._add(Attack(name, role, account, run, claims, beyond))
            return run

        return take

    def all(self) -> Mapping[str, Attack]:
        """Give all attacks by name."""
        return self._attacks

    def include(self, others: Attacks) -> None:
        """Take all attacks of a part of the catalogue."""
        for each in others.all().values():
            self._add(each)

    def _add(self, attack: Attack) -> None:
        if attack.name in self._attacks:
            raise ValueError(f"{attack.name}: there must be one attack of a name")
        self._attacks[attack.name] = attack
