"""Writes a file that somebody has asked for, and never over another one."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.errors import EnvironmentFault, Misuse


def write_new(option: str, place: Path, content: str) -> None:
    """Write text into a new file that an option has named.

    Raises Misuse for a file that is there, EnvironmentFault where it cannot be written.
    """
    try:
        with place.open("x", encoding="utf-8") as file:
            file.write(content)
    except FileExistsError as error:
        raise Misuse(option, "must be a file that is not there yet", got=str(place)) from error
    except OSError as error:
        got = error.strerror or os.strerror(error.errno or 0)
        raise EnvironmentFault(str(place), "must be a file that can be written", got=got) from error
