"""The payloads of an endpoint: rows in, predictions out, as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from pipelines.errors import InvalidInput
from pipelines.models.values import number, quoted, within_range
from pipelines.serving.model import Prediction, Signature
from pipelines.serving.preprocessing import Features, Value

_REQUEST = "request"


def rows_from_csv(body: str, signature: Signature) -> list[Features]:
    """Read rows of features; a header may come first, and then decides the order."""
    try:
        lines = [cells for cells in csv.reader(io.StringIO(body, newline=""), strict=True) if cells]
    except csv.Error as error:
        raise InvalidInput(_REQUEST, "must be well-formed CSV", got=str(error)) from error
    features = signature.features
    order = list(range(len(features)))
    skipped = 0
    if lines and set(cells := [cell.strip() for cell in lines[0]]) & set(features):
        order, skipped = _order(cells, features), 1
    rows = [
        _row(
            [cells[index].strip() for index in order] if len(cells) == len(order) else cells,
            line,
            signature,
        )
        for line, cells in enumerate(lines[skipped:], start=skipped + 1)
    ]
    return _at_least_one(rows)


def rows_from_json(body: str, signature: Signature) -> list[Features]:
    """Read {"instances": [...]}: each instance a list in order or an object by name."""
    try:
        document = json.loads(body, object_pairs_hook=_named_once)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_REQUEST, "must be JSON", got=str(error)) from error
    instances = document.get("instances") if isinstance(document, dict) else None
    if not isinstance(instances, list) or len(document) != 1:
        raise InvalidInput(
            _REQUEST,
            'must be {"instances": [...]}',
            got=quoted(document if not isinstance(document, dict) else sorted(document)),
        )
    rows = []
    for place, instance in enumerate(instances, start=1):
        if isinstance(instance, dict):
            order = _order(list(instance), signature.features)
            values = list(instance.values())
            instance = [values[index] for index in order]
        if not isinstance(instance, list):
            raise InvalidInput(
                f"{_REQUEST} row {place}", "must be a list or an object", got=quoted(instance)
            )
        rows.append(_row(instance, place, signature))
    return _at_least_one(rows)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that comes twice: which of its values is meant, nobody can tell."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(_REQUEST, "must use a name once", got=f"{quoted(twice)} twice")
    return found


def predictions_csv(
    signature: Signature, predictions: Sequence[Prediction], *, header: bool
) -> str:
    """Write a line per prediction: the value, then the probability of each class."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(signature.outputs)
    for prediction in predictions:
        writer.writerow([prediction.value, *prediction.probabilities])
    return out.getvalue()


def predictions_json(signature: Signature, predictions: Sequence[Prediction]) -> str:
    """Write {"predictions": [...]}: an object per row."""
    answers: list[dict[str, Any]] = []
    for prediction in predictions:
        answer: dict[str, Any] = {"prediction": prediction.value}
        if signature.classes:
            answer["probabilities"] = dict(
                zip(signature.classes, prediction.probabilities, strict=True)
            )
        answers.append(answer)
    return json.dumps({"predictions": answers})


def _order(names: list[str], features: Sequence[str]) -> list[int]:
    for name in names:
        if name not in features:
            raise InvalidInput(
                _REQUEST, "must have no column that the model does not know", got=quoted(name)
            )
        if names.count(name) > 1:
            raise InvalidInput(_REQUEST, "must name a column once", got=f"{quoted(name)} twice")
    for feature in features:
        if feature not in names:
            raise InvalidInput(_REQUEST, f"must have the column {feature}", got=quoted(names))
    return [names.index(feature) for feature in features]


def _row(cells: Sequence[object], place: int, signature: Signature) -> Features:
    features = signature.features
    if len(cells) != len(features):
        raise InvalidInput(
            f"{_REQUEST} row {place}", f"must have {len(features)} values", got=str(len(cells))
        )
    numeric = len(signature.numeric)
    return [
        _numeric(cell, place, features[index])
        if index < numeric
        else _category(cell, place, features[index])
        for index, cell in enumerate(cells)
    ]


def _numeric(cell: object, place: int, column: str) -> Value:
    try:
        match cell:
            case None:
                return None
            case str():
                return number(cell)
            case int() | float() if not isinstance(cell, bool):
                return within_range(float(cell))
    except (ValueError, OverflowError):
        pass
    raise InvalidInput(
        f"{_REQUEST} row {place}, column {column}",
        "must be a finite number or empty",
        got=quoted(cell),
    )


def _category(cell: object, place: int, column: str) -> Value:
    if cell is None or isinstance(cell, str):
        return (cell or "").strip() or None
    raise InvalidInput(
        f"{_REQUEST} row {place}, column {column}", "must be text or empty", got=quoted(cell)
    )


def _at_least_one(rows: list[Features]) -> list[Features]:
    if not rows:
        raise InvalidInput(_REQUEST, "must have at least one row", got="none")
    return rows
