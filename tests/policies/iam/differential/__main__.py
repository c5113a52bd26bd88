"""`make fuzz`: decide generated cases here and with iam-simulate, and tell what differs."""

from __future__ import annotations

import argparse
import json
import sys

from tests.policies.iam.differential.cases import cases
from tests.policies.iam.differential.comparing import Comparison, compare
from tests.policies.iam.differential.installing import NotInstalled, install

LEAST_EQUAL = 0.999


def main() -> int:
    """Compare, print what was seen, and end with 1 where too much differs or is unexplained."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--show", type=int, default=3, help="how many differences to print")
    given = options.parse_args()
    try:
        folder = install()
    except NotInstalled as error:
        print(f"error: {error}", file=sys.stderr)
        return 3
    found = compare(cases(given.seed, given.cases), folder)
    print(report(found, given.seed))
    for each in found.unexplained[: given.show]:
        told = {"ours": each.ours, "theirs": each.theirs, "said": each.said, "case": each.case}
        print(json.dumps(told, indent=1), file=sys.stderr)
    return 1 if found.unexplained or found.equal < LEAST_EQUAL else 0


def report(found: Comparison, seed: int) -> str:
    """Tell in lines what a comparison found."""
    ours, theirs = found.cases / found.ours_seconds, found.cases / found.theirs_seconds
    outcomes = ", ".join(f"{n} {name}" for name, n in sorted(found.outcomes.items()))
    lines = [
        f"seed {seed}: {found.cases} cases ({outcomes})",
        f"equal: {found.equal:.4%}; {len(found.differences)} differ",
        *(f"  {name or 'unexplained'}: {n}" for name, n in sorted(found.classes.items())),
        f"decisions a second: {ours:,.0f} here, {theirs:,.0f} there, {ours / theirs:.1f} times",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
