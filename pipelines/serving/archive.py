"""Read the named files of a model archive, packed or unpacked, without unpacking it anywhere."""

from __future__ import annotations

import tarfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import InvalidInput


def files_of_folder(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Read files of an unpacked archive; one that cannot be read is refused by its name."""
    contents = {}
    for name in names:
        try:
            contents[name] = (folder / name).read_bytes()
        except OSError as error:
            raise InvalidInput(
                str(folder / name), "must be a readable file", got=error.strerror
            ) from error
    return contents


def files_of_archive(archive: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Read those files that a model.tar.gz holds."""
    contents = {}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                name = member.name.removeprefix("./")
                stream = tar.extractfile(member) if name in names else None
                if stream is not None:
                    contents[name] = stream.read()
    except OSError as error:
        raise InvalidInput(
            str(archive), "must be a readable model archive", got=error.strerror or str(error)
        ) from error
    except (tarfile.TarError, EOFError) as error:
        raise InvalidInput(str(archive), "must be a model archive", got=str(error)) from error
    return contents
