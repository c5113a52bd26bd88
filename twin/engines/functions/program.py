"""The program of a function's process: loads the handler once and answers one event after another.

It runs in a process of its own with the interpreter that stands in for Lambda's Python, knows
nothing but the standard library, and speaks over a socket, so that a function may print what it
likes. One line of JSON asks, one answers.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import socket
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Context:
    """What a function is told of itself.

    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    def __init__(self, asked: dict[str, Any]) -> None:
        self.aws_request_id = asked["request_id"]
        self.invoked_function_arn = asked["arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = None
        self.client_context = None
        self._end = asked["end"]

    def get_remaining_time_in_millis(self) -> int:
        """Return how much of the time-out is left."""
        return max(0, int((self._end - time.time()) * 1000))


def main(address: str) -> None:
    """Answer events until the other side hangs up."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(address)
    stream = connection.makefile("rwb")
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    _log_as_lambda_does()
    handler, failure = _load(os.environ["_HANDLER"])
    for line in stream:
        answer = failure if handler is None else _run(handler, json.loads(line))
        sys.stdout.flush()
        sys.stderr.flush()
        stream.write(json.dumps(answer).encode() + b"\n")
        stream.flush()


def _log_as_lambda_does() -> None:
    """Give the root logger a handler, as Lambda's runtime does before the handler is loaded."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[%(levelname)s]\t%(asctime)s\t%(message)s"))
    logging.getLogger().addHandler(handler)


def _load(name: str) -> tuple[Callable[..., Any] | None, dict[str, Any]]:
    module_name, _, function_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        return None, _failed("Runtime.ImportModuleError", message, [])
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        return None, _failed("Runtime.UserCodeSyntaxError", message, [])
    except BaseException as error:
        return None, _raised(error)
    handler = getattr(module, function_name, None)
    if handler is None:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        return None, _failed("Runtime.HandlerNotFound", message, [])
    return handler, {}


def _run(handler: Callable[..., Any], asked: dict[str, Any]) -> dict[str, Any]:
    try:
        result = handler(asked["event"], Context(asked))
    except Exception as error:
        return _raised(error)
    try:
        return {"result": json.dumps(result)}
    except (TypeError, ValueError) as error:
        return _failed("Runtime.MarshalError", f"Unable to marshal response: {error}", [])


def _raised(error: BaseException) -> dict[str, Any]:
    trace = traceback.format_exception(type(error), error, error.__traceback__)
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])
    print("[ERROR] " + "".join(trace).strip(), file=sys.stderr)
    return _failed(type(error).__name__, str(error), frames)


def _failed(kind: str, message: str, frames: list[str]) -> dict[str, Any]:
    return {"error": {"errorMessage": message, "errorType": kind, "stackTrace": frames}}


if __name__ == "__main__":
    main(sys.argv[1])
