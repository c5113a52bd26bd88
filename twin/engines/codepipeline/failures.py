"""Why an action did not succeed."""

from __future__ import annotations


class ActionFailedError(Exception):
    """An action that failed, in CodePipeline's words.

    Codes are those of the service: JobFailed, ConfigurationError, PermissionError,
    RevisionUnavailable.
    """

    def __init__(self, code: str, message: str, summary: str | None = None) -> None:
        self.code = code
        self.message = message
        self.summary = summary
        super().__init__(f"{code}: {message}")


class AbandonedError(Exception):
    """An action that nobody waits for any more: its execution was stopped, or the twin is."""
