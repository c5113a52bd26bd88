"""End a step the way SageMaker understands: an exit code, one sentence, a message file."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.errors import GatehouseError

# What SageMaker shows of a message file.
_MESSAGE_LIMIT = 1024
# What a shell says of a process that was interrupted.
_INTERRUPTED = 130


def finish(step: Callable[[], None], message_file: Path) -> int:
    """Run a step; what it refuses becomes one sentence and exit code 1, without a stack trace."""
    try:
        step()
    except GatehouseError as error:
        return _fail(str(error), message_file)
    except OSError as error:
        place = error.filename or "a file"
        return _fail(f"{place}: must be readable and writable, got {error.strerror}", message_file)
    except KeyboardInterrupt:
        _fail("interrupted: must run to its end, start it again", message_file)
        return _INTERRUPTED
    except Exception as error:
        # A defect of this program: its stack trace belongs in the log.
        _write(f"unexpected {type(error).__name__}: {error}", message_file)
        raise
    return 0


def _fail(sentence: str, message_file: Path) -> int:
    print(sentence, file=sys.stderr)
    _write(sentence, message_file)
    return 1


def _write(sentence: str, message_file: Path) -> None:
    """Leave the message where SageMaker looks for it; elsewhere there is no such folder."""
    if message_file.parent.is_dir():
        message_file.write_bytes(
            sentence.encode("utf-8")[:_MESSAGE_LIMIT].decode("utf-8", "ignore").encode("utf-8")
        )
