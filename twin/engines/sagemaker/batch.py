"""The requests that an object of a batch becomes, and its answers put together.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformInput.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TransformOutput.html
"""

from __future__ import annotations

import http.client
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from twin.engines.sagemaker.hosting.connections import Answer

_SHOWN_LETTERS = 300


class Asked(Protocol):
    """What answers a request, as a server of a model does."""

    def invoke(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request."""


class BatchFailure(Exception):
    """A batch cannot be transformed; the text is its FailureReason."""


def requests_of(
    content: bytes, *, by_line: bool, single: bool, most: int, name: str
) -> Iterator[bytes]:
    """Cut an object into requests of at most so many bytes; BatchFailure where one is larger."""
    if not by_line:
        yield _checked(content, most, name)
        return
    held = b""
    for line in content.splitlines(keepends=True):
        if held and (single or len(held) + len(line) > most):
            yield _checked(held, most, name)
            held = b""
        held += line
    if held:
        yield _checked(held, most, name)


def transformed(
    asked: Iterable[bytes], server: Asked, headers: Mapping[str, str], by_line: bool, name: str
) -> bytes:
    """Send requests in order and return all answers as one object; raises BatchFailure.

    ``by_line`` puts each answer on lines of its own; ``name`` is what errors call the object.
    """
    answers: list[bytes] = []
    for body in asked:
        try:
            answer = server.invoke(body, headers)
        except (OSError, http.client.HTTPException) as error:
            raise BatchFailure(f"AlgorithmError: {name}: no answer: {error}") from error
        if not 200 <= answer.status < 300:
            side = "ClientError" if answer.status < 500 else "AlgorithmError"
            said = answer.body.decode("utf-8", "replace")[:_SHOWN_LETTERS]
            raise BatchFailure(
                f"{side}: {name}: Bad HTTP status received from algorithm: {answer.status}: {said}"
            )
        ends = by_line and not answer.body.endswith(b"\n")
        answers.append(answer.body + (b"\n" if ends else b""))
    return b"".join(answers)


def _checked(body: bytes, most: int, name: str) -> bytes:
    if len(body) > most:
        raise BatchFailure(
            f"ClientError: {name}: a request of {len(body)} bytes is larger than MaxPayloadInMB "
            f"allows, {most} bytes"
        )
    return body
