"""`gatehouse review`: what holds of all controls, judged on the plans of all accounts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import Misuse
from scripts.checkout import this_checkout
from scripts.commands.context import AsJson
from scripts.console import Voice, voice

# The reviewer and its prover take longer to load than most commands take in all: only the
# commands that review load them, each at its own start.
if TYPE_CHECKING:
    from policies.reach import Answer, Asking
    from policies.review.verification import Progress
    from scripts.review_work import Reviewed

FAILS = 1
_QUIET = 2.0

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)

PlanFolder = Annotated[
    Path | None,
    typer.Option(
        "--plans",
        metavar="DIR",
        help="Plans of all roots as JSON, such as staging.json and bootstrap__staging.json; "
        "made anew, without any account, where left out.",
    ),
]
Day = Annotated[
    str | None,
    typer.Option(
        "--on", metavar="DAY", help="Judge waivers as they will be on a later day, YYYY-MM-DD."
    ),
]

Controls = Annotated[
    list[str] | None,
    typer.Option("--control", metavar="ID", help="Judge this control only; again for more."),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write HTML, SARIF, JUnit, JSON and evidence."),
]
ExportFile = Annotated[
    Path | None,
    typer.Option("--export", metavar="FILE", help="Write the model as JSON, for other tools."),
]
ShowReach = Annotated[
    bool, typer.Option("--reach", help="Tell who reaches which sensitive action where.")
]
OldPlans = Annotated[
    Path | None,
    typer.Option(
        "--against", metavar="DIR", help="Plans as they were: tell what changes in reach."
    ),
]


@app.callback()
def review(
    context: typer.Context,
    plans: PlanFolder = None,
    controls: Controls = None,
    out: OutFolder = None,
    export: ExportFile = None,
    reach: ShowReach = False,
    against: OldPlans = None,
    as_json: AsJson = False,
    day: Day = None,
) -> None:
    """Judge every control on the plans of all accounts: what is wrong first.

    Ends with 0 where every control holds or is waived, 1 where one is violated or not decided, 2
    where the input is wrong, 3 where something is missing on this machine.
    """
    if context.invoked_subcommand is not None:
        return
    from scripts.review_outputs import write_model, write_reports
    from scripts.review_session import open_session
    from scripts.review_work import choose, read_rules

    at = voice()
    checkout = this_checkout()
    rules = read_rules(checkout.root, _day(day))
    chosen = choose(rules.controls, controls or ())
    with progress_of(at, "review") as progress:
        session = open_session(checkout, rules, plans, progress)
        tables = session.reach(progress, show=reach, against=against)
        done = session.review(chosen, progress, tables)
    _show(at, done, as_json=as_json)
    if export is not None:
        at.say(f"wrote {write_model(export, session.exported)}")
    if out is not None:
        for path in write_reports(out, done):
            at.say(f"wrote {path}")
    raise typer.Exit(FAILS if done.review.fails else 0)


@app.command()
def explain(
    control: Annotated[str, typer.Argument(metavar="CONTROL", help="The id, such as S3-11.")],
    plans: PlanFolder = None,
    day: Day = None,
) -> None:
    """Explain one control: who verifies it, where it comes from, what was judged and found."""
    from policies.report.terminal import explanation
    from scripts.review_session import open_session
    from scripts.review_work import choose, read_rules

    at = voice()
    checkout = this_checkout()
    rules = read_rules(checkout.root, _day(day))
    chosen = choose(rules.controls, [control])
    with progress_of(at, f"review of {control}") as progress:
        done = open_session(checkout, rules, plans, progress).review(chosen, progress)
    for each in done.review.controls:
        at.data.print(explanation(each), markup=False, highlight=False)
    raise typer.Exit(FAILS if done.review.fails else 0)


@app.command()
def ask(
    who: Annotated[
        str,
        typer.Argument(
            metavar="WHO",
            help="A role such as production/deploy or its ARN, a session's ARN, a service such as "
            "sagemaker.amazonaws.com, anonymous, or a role of a stranger.",
        ),
    ],
    action: Annotated[str, typer.Argument(metavar="ACTION", help="Such as s3:GetObject.")],
    resource: Annotated[str, typer.Argument(metavar="RESOURCE", help="An ARN, or *.")],
    given: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE",
            help="Condition keys that the request carries; KEY= for one that it does not carry, "
            "a key again for a further value.",
        ),
    ] = None,
    plans: PlanFolder = None,
    as_json: AsJson = False,
) -> None:
    """Ask whether somebody may do something: the decision, why, and with which keys they might.

    Keys that are not given are left free: what nobody may do with any of them is proved.
    """
    from policies.reach import Asking, read_keys, text_of, told

    at = voice()
    answer = _answer(at, Asking(who, action, resource, read_keys(given or ())), plans)
    if as_json:
        at.json(told(answer))
    else:
        at.data.print(text_of(answer), markup=False, highlight=False, soft_wrap=True)


def _answer(at: Voice, asking: Asking, plans: Path | None) -> Answer:
    from policies.iam.reference import load_reference
    from policies.reach import ask as answer_of
    from scripts.review_session import open_session
    from scripts.review_work import read_rules

    checkout = this_checkout()
    with progress_of(at, "ask") as progress:
        model = open_session(checkout, read_rules(checkout.root, _day(None)), plans, progress).model
        progress("decide and prove")
        return answer_of(model, load_reference(), asking)


@contextmanager
def progress_of(at: Voice, what: str) -> Iterator[Progress]:
    """Show what a review is at; without a terminal, say it a line every few seconds."""
    said = [-_QUIET]
    with at.progress() as display:
        task = display.add_task(what, total=None, latest="")

        def show(doing: str) -> None:
            if at.talk.is_terminal:
                display.update(task, latest=doing[-60:])
            elif time.monotonic() - said[0] >= _QUIET:
                said[0] = time.monotonic()
                at.say(f"{what}: {doing}")

        yield show


def _show(at: Voice, done: Reviewed, *, as_json: bool) -> None:
    if as_json:
        at.json(done.document)
        return
    from policies.report.terminal import summary

    at.data.print(summary(done.review), markup=False, highlight=False)
    for name in ("difference", "reach"):
        table = done.document.get(name)
        if table is not None:
            at.data.print()
            at.data.print(table["told"], markup=False, highlight=False)
            rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
            if rows:
                at.rows(table["columns"], rows, as_json=False)


def _day(text: str | None) -> date:
    today = datetime.now(UTC).date()
    if text is None:
        return today
    from scripts.review_session import read_day

    day = read_day(text)
    if day < today:
        # An expired waiver must not come back to life by asking as of yesterday.
        raise Misuse("--on", f"must be {today} or later", got=text)
    return day
