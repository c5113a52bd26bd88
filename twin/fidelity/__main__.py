"""Writes docs/fidelity.md: `python -m twin.fidelity`, from the root of the checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from twin.fidelity.facts import facts
from twin.fidelity.notes import notes
from twin.fidelity.page import PAGE, fidelity_page
from twin.operations import registry


def written(package: Path) -> str:
    """Return the page as the code and its notes have it now.

    Raises TwinError where a note cannot be read.
    """
    return fidelity_page(facts(registry()), notes(package))


def main() -> int:
    """Write the page into the checkout that this module lies in."""
    package = Path(__file__).parents[1]
    (package.parent / PAGE).write_text(written(package), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
