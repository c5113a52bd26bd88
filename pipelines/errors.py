"""The errors that this platform raises on purpose.

GatehouseError
├── Finding              exit 1  something was examined and found wanting
├── Misuse               exit 2  the caller asked for something that cannot be
│   └── InvalidInput     exit 2  a file that a person wrote breaks a rule
└── EnvironmentFault     exit 3  the surroundings are not as they must be
"""

from __future__ import annotations


class GatehouseError(Exception):
    """A rule that did not hold, told as address, rule, value found and remedy.

    The text reads ``<address>: <must_hold>, got <got>`` and, after an empty line,
    ``hint: <hint>``; ``got`` and ``hint`` are left out where there is nothing to say.
    """

    exit_code = 1

    def __init__(
        self, address: str, must_hold: str, *, got: str | None = None, hint: str | None = None
    ) -> None:
        self.address = address
        self.must_hold = must_hold
        self.got = got
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        sentence = f"{self.address}: {self.must_hold}"
        if self.got is not None:
            sentence += f", got {self.got}"
        return f"{sentence}\n\nhint: {self.hint}" if self.hint else sentence


class Finding(GatehouseError):
    """What was examined does not hold: a failed check, a refused release."""

    exit_code = 1


class Misuse(GatehouseError):
    """The request cannot be carried out as it was put."""

    exit_code = 2


class InvalidInput(Misuse):
    """A file or value that a person wrote breaks a rule."""


class EnvironmentFault(GatehouseError):
    """The surroundings lack something: a tool, a port, a running twin, an account."""

    exit_code = 3
