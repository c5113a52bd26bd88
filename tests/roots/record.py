"""Record the inventories of the roots anew: python -m tests.roots.record"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.roots.inventory import INVENTORIES, record
from tests.roots.plans import plan_root

ROOTS = ("data-science", "production", "staging")


def main() -> None:
    """Plan every root and write what is in it; the difference is then reviewed like code."""
    for root in ROOTS:
        with tempfile.TemporaryDirectory() as folder:
            record(root, plan_root(Path(folder) / "checkout", root, root))
        print(INVENTORIES / f"{root}.yaml")


if __name__ == "__main__":
    main()
