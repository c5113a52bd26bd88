"""`make benchmark`: rehearsal, promotion, pipeline and requests against their bare counterparts.

Prints a Markdown table for docs/benchmarks.md; `python -m tests.benchmarks growth` measures one
part. Nothing is asserted: a figure that misses its goal is told as it is.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.account_root import account_source, copy_root, setup_source
from scripts.checkout import Checkout, this_checkout
from scripts.state_backend import LOCAL
from scripts.terraform_environment import terraform_environment
from tests.benchmarks import (
    decisions,
    experiment_figures,
    growth,
    proofs,
    release_figures,
    requests,
    review,
    rollout_figures,
)
from tests.benchmarks.timing import timed
from tests.journeys.stage import ACCOUNTS, ROOT, Stage, side_by_side
from tests.journeys.story import Story


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    what: str
    measured: str
    against: str
    ratio: str
    goal: str
    met: bool


def main() -> None:
    """Measure everything and print the table."""
    parts = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmark-") as name:
        figures = [figure for part in parts for figure in PARTS[part](Path(name))]
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    print("| What | Measured | Against | Ratio | Goal | Met |")
    print("|---|---|---|---|---|---|")
    for f in figures:
        yes = "yes" if f.met else "no"
        print(f"| {f.what} | {f.measured} | {f.against} | {f.ratio} | {f.goal} | {yes} |")


def rehearsal(folder: Path) -> Iterator[Figure]:
    """A cold `gatehouse demo` against plain Terraform applying the same roots."""
    say("plain terraform: set up and apply three accounts, side by side")
    with opened(folder / "bare") as stage:
        bare = timed(lambda: plain_terraform(stage))
    say("cold rehearsal: gatehouse demo --yes")
    stage = Stage(folder / "demo")
    whole = timed(lambda: stage.gatehouse("demo", "--yes", "--port", "15566", seconds=900))
    ratio = whole / bare
    yield Figure(
        "cold rehearsal",
        f"{whole:.1f} s",
        f"plain Terraform {bare:.1f} s",
        f"{ratio:.2f}",
        "≤ 1.3 times and ≤ 150 s",
        ratio <= 1.3 and whole <= 150,
    )


def releases(folder: Path) -> Iterator[Figure]:
    """A second release on a warm twin: training, promotion, the way back, its dossier."""
    with opened(folder / "warm") as stage:
        say("lay out, publish, first release; then a second one, and back")
        yield from (Figure(*row) for row in release_figures.rows(folder, stage))


def latency(folder: Path) -> Iterator[Figure]:
    """An authorised and audited request against the same request to bare moto."""
    say("requests: twin against bare moto")
    with opened(folder / "requests") as stage:
        for name, sample in requests.samples(stage):
            ours, theirs = statistics.median(sample.twin), statistics.median(sample.moto)
            kept = statistics.median(sample.kept)
            yield Figure(
                f"request {name}",
                f"{ours * 1000:.2f} ms",
                f"bare moto {theirs * 1000:.2f} ms, kept connected {kept * 1000:.2f} ms",
                f"{ours / theirs:.2f}, {ours / kept:.2f}",
                "≤ 1.3 times",
                ours / theirs <= 1.3,
            )


def plan_growth(folder: Path) -> Iterator[Figure]:
    """The plan of the data-science root with more and more targets and models."""
    say("plans of the data-science root, growing")
    first, *others = growth.samples(folder / "growth")
    for planned in others:
        size = (planned.targets + planned.models) / (first.targets + first.models)
        ratio = planned.seconds / first.seconds
        yield Figure(
            f"plan with {planned.targets} targets and {planned.models} models, "
            f"{planned.resources} resources",
            f"{planned.seconds:.1f} s",
            f"{first.targets} and {first.models}, {first.resources} resources: "
            f"{first.seconds:.1f} s",
            f"{ratio:.2f}",
            f"≤ {size:.0f} times, as the size",
            ratio <= size,
        )


def plain_terraform(stage: Stage) -> None:
    """Set up and apply three accounts at once with `terraform` alone, state beside the roots."""
    variables = terraform_environment(os.environ, ROOT / ".tools/terraform-plugins").variables
    checkout = Checkout(this_checkout().root, stage.folder)
    binary = checkout.terraform(os.environ, sys.stderr)
    roots: dict[str, list[tuple[Path, dict[str, str]]]] = {}
    for account in ACCOUNTS:
        found = stage.naming.organization.account(account)
        environment = {**variables, **stage.variables_of(account), "TF_IN_AUTOMATION": "1"}
        for source in (setup_source(found), account_source(found)):
            root = copy_root(checkout, source, stage.folder / "plain", LOCAL)
            # One after the other: two downloads into one plugin cache would collide.
            run_terraform(binary, root.folder, environment, "init", "-input=false").wait(300)
            roots.setdefault(account, []).append((root.folder, environment))

    def lay_out(account: str) -> None:
        for folder, environment in roots[account]:
            words = ("apply", "-auto-approve", "-input=false", f"-var=account={account}")
            if run_terraform(binary, folder, environment, *words).wait(600):
                log = (folder / "apply.log").read_text("utf-8")
                raise SystemExit(f"{account}: terraform apply failed\n{log}")

    side_by_side(lay_out, ACCOUNTS)


def run_terraform(
    binary: Path, folder: Path, environment: dict[str, str], *arguments: str
) -> subprocess.Popen[bytes]:
    """Start Terraform in a folder; what it says goes to a file, since nobody reads a pipe."""
    with (folder / f"{arguments[0]}.log").open("wb") as log:
        return subprocess.Popen(
            [str(binary), *arguments, "-no-color"],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def opened(folder: Path) -> Iterator[Stage]:
    """Give a stage whose twin runs, and end it."""
    stage = Stage(folder)
    stage.open()
    try:
        yield stage
    finally:
        stage.close()


def say(text: str) -> None:
    """Tell what is being measured."""
    print(json.dumps({"measuring": text}), file=sys.stderr, flush=True)


def whole_review(_folder: Path) -> Iterator[Figure]:
    """A review of all accounts' plans against checkov alone on the same resources."""
    say("review of the platform's plans, and checkov alone")
    for each in review.samples(this_checkout()):
        ratio = each.review / each.checkov
        yield Figure(
            f"review of ready plans, {each.resources} resources, processor time",
            f"{each.review:.1f} s",
            f"checkov alone {each.checkov:.1f} s",
            f"{ratio:.2f}",
            "≤ 1.5 times",
            ratio <= 1.5,
        )


def evaluator(_folder: Path) -> Iterator[Figure]:
    """Decisions of the evaluator against those of another on the same cases."""
    say("decisions: our evaluator, and iam-simulate")
    found = decisions.sample()
    ratio = found.ours / found.theirs
    yield Figure(
        f"decisions a second of processor time, {found.cases} cases",
        f"{found.ours:,.0f}",
        f"iam-simulate {found.theirs:,.0f}",
        f"{ratio:.1f}",
        "≥ 10 times",
        ratio >= 10,
    )


def invariants(_: Path) -> Iterator[Figure]:
    """Fifty claims over a made organisation of growing size."""
    say("prove fifty claims over 130, 260 and 800 policies")
    yield from (Figure(*row) for row in proofs.rows())


def experiments(folder: Path) -> Iterator[Figure]:
    """A pipeline against its scripts, and what training and serving cost, as data grow."""
    say("a training pipeline against its scripts, growing")
    with opened(folder / "experiments") as stage:
        yield from (Figure(*row) for row in experiment_figures.pipelines(folder, stage))
    say("steps and a bare container, growing in rows and columns")
    yield from (Figure(*row) for row in experiment_figures.growth(folder))


def rollout(folder: Path) -> Iterator[Figure]:
    """Requests to an endpoint that is rolled out against its bare container, and the way back."""
    say("an endpoint under a canary, and its model container alone")
    stage = Stage(folder)
    data = Story(stage).data()
    release_figures.scripts_by_hand(folder, data)
    yield from (Figure(*row) for row in rollout_figures.rows(folder, data))


PARTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "rehearsal": rehearsal,
    "release": releases,
    "requests": latency,
    "rollout": rollout,
    "experiments": experiments,
    "proofs": invariants,
    "growth": plan_growth,
    "review": whole_review,
    "decisions": evaluator,
}


if __name__ == "__main__":
    main()
