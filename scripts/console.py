"""What people and programs read: data on stdout, talk on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

WIDTH = 100
# Fields that hold a moment in ISO 8601; people read it without its zone, which is UTC.
_MOMENTS = ("created", "started")


@dataclass(frozen=True)
class Voice:
    """The two streams of a command."""

    data: Console
    talk: Console

    def aside(self) -> Voice:
        """Give a voice that talks only: what people read where programs read the data."""
        return Voice(self.talk, self.talk)

    def say(self, text: str) -> None:
        """Tell the user something."""
        self.talk.print(text, markup=False, highlight=False, soft_wrap=True)

    def json(self, document: Any) -> None:
        """Write a document for programs."""
        self.data.print_json(json.dumps(document, default=str), highlight=self.data.is_terminal)

    def rows(
        self, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], *, as_json: bool
    ) -> None:
        """Write rows as a table, or as JSON with every field they have."""
        if as_json:
            self.json(list(rows))
            return
        if not rows:
            self.say("nothing to list")
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for column in columns:
            table.add_column(column.replace("_", " "), overflow="fold")
        for row in rows:
            table.add_row(*(_cell(column, row.get(column)) for column in columns))
        self.data.print(table, markup=False)

    def fields(self, document: Mapping[str, Any], *, as_json: bool) -> None:
        """Write one thing, a line a field, or as JSON."""
        if as_json:
            self.json(document)
            return
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in document.items():
            table.add_row(name.replace("_", " "), _cell(name, value))
        self.data.print(table, markup=False)

    def progress(self) -> Progress:
        """Make a progress display; it draws on a terminal only."""
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:.0f}/{task.total}"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[latest]}", markup=False),
            console=self.talk,
            transient=True,
            disable=not self.talk.is_terminal,
        )

    def can_ask(self) -> bool:
        """Tell whether there is somebody at a terminal to ask."""
        return sys.stdin.isatty() and self.talk.is_terminal

    def confirm(self, question: str) -> bool:
        """Ask for yes or no; anything but yes is no."""
        return self.ask(f"{question} [y/N]").lower() in ("y", "yes")

    def ask(self, question: str) -> str:
        """Ask for a line."""
        self.talk.print(f"{question} ", end="", markup=False, highlight=False)
        return sys.stdin.readline().strip()


def voice() -> Voice:
    """Make the streams: plain and 100 columns wide where nobody is looking."""
    return Voice(_console(stderr=False), _console(stderr=True))


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr, emoji=False)
    if not console.is_terminal or console.width > WIDTH:
        console = Console(stderr=stderr, emoji=False, width=WIDTH)
    return console


def _cell(name: str, value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, float):
        return f"{value:.1f}"
    if name in _MOMENTS and isinstance(value, str):
        return value[:19].replace("T", " ")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)
