"""What makes a launch fail, in the words of CloudFormation."""

from __future__ import annotations


class LaunchFailure(Exception):
    """A template cannot be made: what stands in the record of the launch."""

    def __init__(self, code: str, description: str) -> None:
        self.code, self.description = code, description
        super().__init__(f"{code}: {description}")


def refused(description: str) -> LaunchFailure:
    """Return the failure of a template or of its parameters."""
    return LaunchFailure("ValidationError", description)


def not_modelled(what: str) -> LaunchFailure:
    """Return the failure of something that CloudFormation knows, and the twin does not."""
    return LaunchFailure("NotModelled", f"{what} is not modelled by the twin.")
