"""A review on a terminal: what is wrong first, with the request that shows it, then the counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from policies.report.document import in_words as source_in_words
from policies.report.document import waived_in_words
from policies.report.requests import in_words
from policies.review.reviewed import Review, Reviewed, Waived
from policies.verdict import Finding, Verdict

# A control that a change breaks everywhere is understood from a few places.
SHOWN_PER_CONTROL = 5
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLES = {
    Verdict.VIOLATED: "bold red",
    Verdict.NOT_DECIDED: "bold yellow",
    Verdict.HOLDS: "green",
    Verdict.PROVED: "bold green",
}


def summary(review: Review) -> RenderableType:
    """Make the summary; it says everything in words, colour only repeats it."""
    parts: list[RenderableType] = []
    for fault in review.faults:
        parts += [Text(_plain(f"FAULT  {fault}"), style="bold red", overflow="fold"), Text()]
    for each in review.by_severity():
        if each.fails:
            parts += [_failing(each), Text()]
    parts += [_waived(each) for each in review.waived]
    if review.waived:
        parts.append(Text())
    parts += [_counts(review), Text(), Text(_conclusion(review), overflow="fold")]
    return Group(*parts)


def _failing(reviewed: Reviewed) -> RenderableType:
    control = reviewed.control
    head = Text(overflow="fold")
    head.append(reviewed.verdict.value.upper(), style=_STYLES[reviewed.verdict])
    head.append(f"  {control.severity.value}  ")
    head.append(control.id, style="bold")
    head.append(f"  {control.sentence}")
    shown = reviewed.open[:SHOWN_PER_CONTROL]
    parts: list[RenderableType] = [head]
    parts += [Padding(finding_in_full(each), (0, 0, 0, 2)) for each in shown]
    left = len(reviewed.open) - len(shown)
    if left:
        told = f"and {left} more of {control.id}: --json or --out lists every one"
        parts.append(Padding(Text(told), (0, 0, 0, 2)))
    return Group(*parts)


def finding_in_full(finding: Finding) -> RenderableType:
    """Write a finding: where, what must hold, the request that is possible, what helps."""
    lines: list[RenderableType] = []
    source = finding.source
    where = f"{source.root}: {source.address}" if source.root else source.address
    lines.append(Text(_plain(where), overflow="fold"))
    place = f"{source.file}:{source.line}" if source.file else ""
    by = f"by {finding.verifier}"
    sentence = finding.sentence.removeprefix(f"{source.address}: ")
    rest = [each for each in (place, by) if each]
    lines.append(Padding(Text(", ".join(rest), style="dim", overflow="fold"), (0, 0, 0, 2)))
    lines.append(Padding(Text(_plain(sentence), overflow="fold"), (0, 0, 0, 2)))
    if finding.request is not None:
        lines.append(Padding(Text("This request would get through:"), (0, 0, 0, 2)))
        lines.append(Padding(_pairs(in_words(finding.request)), (0, 0, 0, 4)))
    if finding.hint:
        lines.append(Padding(Text(_plain(f"hint: {finding.hint}"), overflow="fold"), (0, 0, 0, 2)))
    return Group(*lines)


def explanation(reviewed: Reviewed) -> RenderableType:
    """Explain one control: what verifies it, where it comes from, what was judged and found."""
    control = reviewed.control
    head = [
        ("control", control.id),
        ("says", control.sentence),
        ("severity", control.severity.value),
        ("verdict", reviewed.verdict.value),
        *_numbered("source", [source_in_words(each) for each in control.sources]),
    ]
    parts: list[RenderableType] = [_pairs(head), Text()]
    for each in reviewed.judgements:
        body = [
            *_numbered("judged", each.judged or ["nothing: the claim is that there is none"]),
            *_numbered("assumes", each.assumptions),
        ]
        title = Text(f"{each.verifier}: ")
        title.append(each.verdict.value, style=_STYLES[each.verdict])
        parts += [title, Padding(_pairs(body), (0, 0, 0, 2))]
    if reviewed.open:
        parts += [Text(), Text("open:")]
        parts += [Padding(finding_in_full(each), (0, 0, 0, 2)) for each in reviewed.open]
    parts += [_waived(each) for each in reviewed.waived]
    return Group(*parts)


def _waived(waived: Waived) -> RenderableType:
    finding, waiver = waived.finding, waived.waiver
    days = f"{waived.days_left} days left" if waived.days_left != 1 else "1 day left"
    if waived.days_left == 0:
        days = "today is its last day"
    head = Text(overflow="fold")
    head.append("WAIVED", style="bold")
    head.append(_plain(f"  {finding.control} at {finding.source.root}: {finding.source.address}"))
    told = (
        f"{finding.verdict.value}, until {waiver.expires} ({days}), owner {waiver.owner}, "
        f"approved by {waiver.approver}: {waiver.reason} Instead: {waiver.compensating_control}"
    )
    return Group(head, Padding(Text(_plain(told), overflow="fold"), (0, 0, 0, 2)))


def _counts(review: Review) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("verdict")
    table.add_column("controls", justify="right")
    for verdict in reversed(Verdict):
        table.add_row(verdict.value, str(review.counts[verdict]))
    table.add_row("all", str(len(review.controls)))
    return table


def _conclusion(review: Review) -> str:
    failing = sum(each.fails for each in review.controls)
    waived = f"; {waived_in_words(len(review.waived))}" if review.waived else ""
    if not review.fails:
        return f"every control holds{waived}" if not waived else f"nothing is open{waived}"
    faults = f" and {len(review.faults)} faults" if review.faults else ""
    return f"{failing} of {len(review.controls)} controls fail{faults}{waived}"


def _plain(text: str) -> str:
    # A value of a plan must not steer the terminal that shows it.
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _pairs(pairs: Sequence[tuple[str, str]]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for word, value in pairs:
        table.add_row(Text(word), Text(_plain(value), overflow="fold"))
    return table


def _numbered(word: str, values: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index, value in enumerate(values):
        yield (word if index == 0 else "", value)
