"""Malformed requests: each must be refused by the container, and none may hurt it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelines.errors import Finding
from pipelines.models.description import ModelDescription
from pipelines.promotion.checks import MALFORMED, Check, as_json
from pipelines.promotion.consumer import CSV, JSON, Consumer
from pipelines.promotion.held_out import HeldOut
from pipelines.promotion.rows import Table, compare

# Below what every InvokeEndpoint lets through, and far above any row.
_HUGE = 4_000_000
_UNKNOWN = "application/x-unknown"
Request = tuple[bytes, str, str]


def ask_malformed(
    consumer: Consumer, held_out: HeldOut, description: ModelDescription
) -> Iterator[Check]:
    """Send what no consumer should, each once, then ask once more as a consumer does."""
    first = held_out.first(1)
    for name, (body, content_type, accept) in malformed(first.rows, description).items():
        answer = consumer.ask(body, content_type, accept)
        refused = 400 <= answer.status < 500
        yield Check(MALFORMED, f"{name} is refused", refused, str(answer.status))
    try:
        answered = consumer.predictions(first.rows)
        tolerance = description.acceptance.tolerance
        differ = compare(first.predictions, answered, tolerance).differing_rows
        found = "another prediction" if differ else "as before"
    except Finding as error:
        found = str(error).partition("\n")[0][:200]
    yield Check(MALFORMED, "it answers rightly after bad input", found == "as before", found)


def malformed(row: Table, description: ModelDescription) -> dict[str, Request]:
    """Give each malformed request by what it is: body, content type and type of the answer."""
    requests = _tables(row) | _documents(row, description) | _types(row)
    numbers = [name for name in row.header if name in description.numeric]
    return requests | (_numbers(row, numbers[0], description) if numbers else {})


def _tables(row: Table) -> dict[str, Request]:
    header, cells = ",".join(row.header), list(row.rows[0])
    narrow = Table(row.header[1:], (row.rows[0][1:],))
    twice = Table((*row.header, row.header[0]), ((*cells, cells[0]),))
    strange = Table((*row.header, "unknown"), ((*cells, "1"),))
    bodies = {
        "an empty body": b"",
        "a body of blank lines": b"\n\r\n\n",
        "a row with too few values": Table(tuple(cells[:-1]), ()).csv(),
        "a row with too many values": Table((*cells, "1"), ()).csv(),
        "a row with too many values after a good one": row.csv() + Table((*cells, "1"), ()).csv(),
        "a table without a column": narrow.csv(),
        "a header without rows": header.encode(),
        "an unknown column": strange.csv(),
        "a column named twice": twice.csv(),
        "a quote that nothing closes": row.csv() + b'"' + row.csv(),
        "bytes that are no text": b"\xff\xfe\x00",
        "text in another encoding": row.csv().decode().encode("utf-16"),
        "a huge body": b"9" * _HUGE,
        "a huge number of values": b"1," * (_HUGE // 2) + b"1",
    }
    return {name: (body, CSV, CSV) for name, body in bodies.items()}


def _documents(row: Table, description: ModelDescription) -> dict[str, Request]:
    [instance] = json.loads(as_json(row, description.numeric))["instances"]
    values = list(instance.values())
    bodies: dict[str, Any] = {
        "JSON without rows": {"instances": []},
        "JSON of another shape": "row",
        "JSON with rows under another name": {"rows": [instance]},
        "JSON with more than rows": {"instances": [instance], "more": 1},
        "JSON with rows that are no list": {"instances": instance},
        "JSON with a row that is no row": {"instances": [values, None]},
        "JSON with too few values": {"instances": [values[:-1]]},
        "JSON with too many values": {"instances": [[*values, 1]]},
        "JSON with an unknown column": {"instances": [{**instance, "unknown": 1}]},
        "JSON with values that are lists": {"instances": [[[value] for value in values]]},
    }
    requests = {name: json.dumps(body).encode() for name, body in bodies.items()}
    key = json.dumps(row.header[0]).encode()
    whole = json.dumps({"instances": [instance]}).encode()
    requests |= {
        "broken JSON": b'{"instances": [',
        "JSON in another encoding": whole.decode().encode("utf-16"),
        "JSON that names a column twice": whole.replace(b"{" + key, b"{" + key + b": 1, " + key),
        "JSON that names its rows twice": whole[:-1] + b", " + whole[1:],
        "JSON nested without end": b'{"instances": ' + b"[" * _HUGE,
        "a table that calls itself JSON": row.csv(),
    }
    return {name: (body, JSON, JSON) for name, body in requests.items()}


def _types(row: Table) -> dict[str, Request]:
    return {
        "an unknown content type": (row.csv(), _UNKNOWN, CSV),
        "an answer in an unknown type": (row.csv(), CSV, _UNKNOWN),
    }


def _numbers(row: Table, column: str, description: ModelDescription) -> dict[str, Request]:
    """Put what is no number where a number must be."""
    place, requests = row.header.index(column), {}
    for name, text in {
        "text for a number": "many",
        "NaN for a number": "NaN",
        "an infinite number": "-Infinity",
        "a number that no model holds": "1e999",
        "a number in another script": "\u0663",
    }.items():
        cells = (*row.rows[0][:place], text, *row.rows[0][place + 1 :])
        requests[name] = (Table(row.header, (cells,)).csv(), CSV, CSV)
    [instance] = json.loads(as_json(row, description.numeric))["instances"]
    for name, value in {
        "NaN in JSON": float("nan"),
        "an infinite number in JSON": float("inf"),
        "a number of 400 digits in JSON": 10**400,
        "true for a number in JSON": True,
    }.items():
        body = json.dumps({"instances": [{**instance, column: value}]}).encode()
        requests[name] = (body, JSON, JSON)
    return requests
