"""A dossier as it lies in a folder: read from there, each file held to its digest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipelines.attestations.evidence import Document, Evidence, TestEvidence
from pipelines.attestations.test_attestation import REPORT_FILE
from pipelines.canonical import sha256_of
from pipelines.closed_json import parse_closed
from pipelines.errors import EnvironmentFault, Finding, Misuse
from pipelines.promotion.evidence import REPORT_ENVELOPE
from pipelines.promotion.release import RELEASE_ENVELOPE, RELEASE_FILE
from scripts.releases.dossier import DOSSIER_FILE, SCHEMA, Dossier

# A dossier holds a few dozen documents of some kilobytes.
_LARGEST = 20_000_000


def read_dossier(folder: Path) -> Dossier:
    """Read a folder that `gatehouse release dossier` wrote.

    Raises Misuse where there is no dossier, and Finding where a file is missing, added or altered.
    """
    if not (folder / DOSSIER_FILE).is_file():
        raise Misuse(str(folder), f"must be a folder that holds {DOSSIER_FILE}", got="none")
    document = parse_closed(DOSSIER_FILE, SCHEMA, _bytes(folder, DOSSIER_FILE))
    listed: Mapping[str, str] = document["files"]
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    for path in sorted(there ^ {*listed, DOSSIER_FILE}):
        raise Finding(
            path,
            f"must be in the folder and in {DOSSIER_FILE}, or in none of them",
            got="a file that is not listed" if path in there else "a listed file that is not there",
        )
    files = {path: _bytes(folder, path) for path in listed}
    for path, content in files.items():
        if sha256_of(content) != listed[path]:
            raise Finding(path, f"must have the digest {listed[path]}", got=sha256_of(content))
    return Dossier(files, {name: value for name, value in document.items() if name != "files"})


def evidence_of(dossier: Dossier) -> Evidence:
    """Lay what a dossier holds before the rules; raises Finding where the release is missing."""
    return Evidence(
        _document(dossier, RELEASE_FILE),
        _document(dossier, RELEASE_ENVELOPE),
        tuple(_tests(dossier)),
        _below(dossier, "approvals/"),
        _below(dossier, "revocations/"),
        _below(dossier, "freezes/"),
    )


def _tests(dossier: Dossier) -> list[TestEvidence]:
    folders = sorted(
        {path.rpartition("/")[0] for path in dossier.files if path.startswith("tests/")}
    )
    return [
        TestEvidence(
            _document(dossier, f"{folder}/{REPORT_FILE}"),
            _document(dossier, f"{folder}/{REPORT_ENVELOPE}"),
        )
        for folder in folders
    ]


def _below(dossier: Dossier, start: str) -> tuple[Document, ...]:
    found = sorted(path for path in dossier.files if path.startswith(start))
    return tuple(Document(path, dossier.files[path]) for path in found)


def _document(dossier: Dossier, path: str) -> Document:
    if path not in dossier.files:
        raise Finding(path, "must be in the dossier", got="nothing")
    return Document(path, dossier.files[path])


def _bytes(folder: Path, path: str) -> bytes:
    place = folder / path
    if place.is_symlink():
        raise Finding(path, "must be a file", got="a link")
    try:
        if place.stat().st_size > _LARGEST:
            raise Finding(path, f"must have at most {_LARGEST} bytes")
        return place.read_bytes()
    except OSError as error:
        raise EnvironmentFault(path, "must be readable", got=error.strerror) from error
