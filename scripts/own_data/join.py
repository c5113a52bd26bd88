"""Join two files by a key: each row of the first finds exactly one row of the second."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipelines.errors import InvalidInput, Misuse
from pipelines.models.values import quoted
from scripts.own_data.sheet import Sheet
from scripts.own_data.told import counted, listed


@dataclass(frozen=True)
class Join:
    """Two files as one, and how their keys met."""

    sheet: Sheet
    key: str
    other: str
    rows: int
    shared: int
    unused: int

    @property
    def told(self) -> str:
        """Tell in a sentence what was joined."""
        relation = "many to one" if self.shared else "one to one"
        unused = counted(self.unused, "row")
        extra = f"; {unused} of {self.other} without partner" if self.unused else ""
        return f"{self.rows} rows joined with {self.other} by {self.key}, {relation}{extra}"


def join(left: Sheet, right: Sheet, key: str) -> Join:
    """Put beside each row of `left` the one row of `right` that has its key, in left's order.

    A key may come twice in `left` (many to one), and `right` may have keys that nobody asks for;
    both are counted. A key that is empty, doubled in `right` or missing there is refused.
    """
    _check_headers(left, right, key)
    places = _places(right, key)
    asked = left.column(key)
    _require_keys(left, key)
    lost = [cell for cell in asked if cell.text not in places]
    if lost:
        rows = counted(len(lost), "row")
        raise InvalidInput(
            left.address(lost[0].line, key),
            f"must be a key of {right.name}",
            got=quoted(lost[0].text),
            hint=f"{rows} without partner: {listed(cell.line for cell in lost)}",
        )
    own = [place for place, name in enumerate(right.header) if name != key]
    joined = tuple(
        (*row, *(right.rows[places[cell.text]][place] for place in own))
        for row, cell in zip(left.rows, asked, strict=True)
    )
    header = (*left.header, *(right.header[place] for place in own))
    counts = Counter(cell.text for cell in asked)
    return Join(
        Sheet(f"{left.name} with {right.name}", header, left.lines, joined),
        key,
        right.name,
        len(joined),
        sum(count for count in counts.values() if count > 1),
        len(places) - len(counts),
    )


def _check_headers(left: Sheet, right: Sheet, key: str) -> None:
    for sheet in (left, right):
        if key not in sheet.header:
            raise Misuse(
                "--on", f"must be a column of {sheet.name} ({', '.join(sheet.header)})", got=key
            )
    both = [name for name in right.header if name in left.header and name != key]
    if both:
        raise InvalidInput(
            f"{right.name} header",
            f"must share no column with {left.name} but {key}",
            got=quoted(both[0]),
            hint="rename or remove the column in one of the two files",
        )


def _places(right: Sheet, key: str) -> dict[str, int]:
    _require_keys(right, key)
    places: dict[str, int] = {}
    for place, cell in enumerate(right.column(key)):
        if cell.text in places:
            first = right.lines[places[cell.text]]
            raise InvalidInput(
                right.address(cell.line, key),
                "must have each key once, because a row of the other file takes one row of this",
                got=f"{quoted(cell.text)} again (first on line {first})",
                hint="keep one row a key: the latest, a sum, a count",
            )
        places[cell.text] = place
    return places


def _require_keys(sheet: Sheet, key: str) -> None:
    empty = [cell.line for cell in sheet.column(key) if not cell.text]
    if empty:
        raise InvalidInput(
            sheet.address(empty[0], key),
            "must have a key in every row",
            got="an empty cell",
            hint=f"{counted(len(empty), 'row')} without key: {listed(empty)}",
        )
