"""The errors of the twin.

TwinError                the twin itself cannot do what was asked (port, state, sandbox)
ServiceError             an AWS error answer, in the code and wording of the service
NoAnswer                 nothing is answered at all, as by a network that drops packets
"""

from __future__ import annotations


class TwinError(Exception):
    """The twin cannot run or be reached.

    ``hint`` is the remedy in one sentence; ``address`` names file, port or process.
    """

    def __init__(
        self, address: str, must_hold: str, *, got: str | None = None, hint: str = ""
    ) -> None:
        self.address = address
        self.must_hold = must_hold
        self.got = got
        self.hint = hint
        tail = "" if got is None else f", got {got}"
        super().__init__(f"{address}: {must_hold}{tail}")


class ServiceError(Exception):
    """An error as the AWS service answers it.

    ``code`` is the service's error code, ``message`` its wording (Terraform recognises
    "gone" by both), ``status`` the HTTP status where the service model names none.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(f"{code}: {message}")


class NoAnswer(Exception):
    """A request gets no answer: its connection is closed. The text says why."""
