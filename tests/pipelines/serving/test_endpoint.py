"""An endpoint answers what evaluation found, and tells callers in one sentence what is wrong."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidInput
from pipelines.serving import app as application
from pipelines.serving.app import build_app
from pipelines.serving.model import read_folder
from tests.pipelines.serving.asgi_client import AsgiClient
from tests.pipelines.tabular_models import Built, build, case_of

CSV = {"content-type": "text/csv"}
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="session")
def client(built: Built) -> AsgiClient:
    return AsgiClient(build_app(read_folder(built.folder)))


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> AsgiClient:
    folder = tmp_path_factory.mktemp("fruit")
    case = case_of("binary", folder)
    return AsgiClient(build_app(read_folder(build(case.model, case.csv, folder).folder)))


def held_out(built: Built) -> list[list[str]]:
    """Give the held-out rows without their target, the header first."""
    with (built.evaluation / "holdout.csv").open(encoding="utf-8", newline="") as file:
        return [row[:-1] for row in csv.reader(file)]


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def expected(built: Built) -> str:
    return (built.evaluation / "predictions.csv").read_bytes().decode("utf-8")


def test_ping_says_that_it_is_there(client: AsgiClient) -> None:
    assert client.get("/ping").status_code == 200


def test_the_answer_in_csv_is_the_evaluation_byte_for_byte(
    client: AsgiClient, built: Built
) -> None:
    body = as_csv(held_out(built)[1:])
    answer = client.post(
        "/invocations", content=body, headers={**CSV, "accept": "text/csv; header=present"}
    )
    assert (answer.status_code, answer.text) == (200, expected(built))
    bare = client.post("/invocations", content=body, headers={**CSV, "accept": "text/csv"})
    assert bare.text == expected(built).split("\n", 1)[1]


def test_a_header_lets_columns_come_in_any_order(client: AsgiClient, built: Built) -> None:
    reversed_columns = as_csv([row[::-1] for row in held_out(built)])
    answer = client.post("/invocations", content=reversed_columns, headers=CSV)
    assert answer.text == expected(built).split("\n", 1)[1]


def test_the_answer_in_json_has_the_same_numbers(client: AsgiClient, built: Built) -> None:
    header, *rows = held_out(built)
    numeric = built.model.numeric
    instances = [
        {
            name: (float(cell) if name in numeric else cell) if cell else None
            for name, cell in zip(header, row, strict=True)
        }
        for row in rows
    ]
    answer = client.post("/invocations", content=json.dumps({"instances": instances}), headers=JSON)
    assert answer.headers["content-type"] == "application/json"
    lines = list(csv.DictReader(io.StringIO(expected(built))))
    for found, line in zip(answer.json()["predictions"], lines, strict=True):
        assert str(found["prediction"]) == line["prediction"]
        assert {
            f"probability_{label}": str(number)
            for label, number in found.get("probabilities", {}).items()
        } == {name: text for name, text in line.items() if name != "prediction"}


def test_rows_are_predicted_one_by_one_as_all_at_once(client: AsgiClient, built: Built) -> None:
    answers = [
        client.post("/invocations", content=as_csv([row]), headers=CSV).text
        for row in held_out(built)[1:8]
    ]
    assert answers == expected(built).splitlines(keepends=True)[1:8]


@pytest.mark.parametrize(
    ("given_type", "accept", "answered"),
    [
        ("text/csv", "*/*", "text/csv; charset=utf-8"),
        ("application/json", "*/*", "application/json"),
        ("text/csv", "application/json", "application/json"),
        ("application/json", "text/csv", "text/csv; charset=utf-8"),
        ("application/json", "text/csv;q=0.2, application/json", "application/json"),
        ("text/csv", "image/png, application/json;q=0.1", "application/json"),
        ("TEXT/CSV; charset=utf-8", "text/*", "text/csv; charset=utf-8"),
        ("text/csv", "", "text/csv; charset=utf-8"),
    ],
)
def test_the_caller_chooses_the_type_of_the_answer(
    fruit: AsgiClient, given_type: str, accept: str, answered: str
) -> None:
    body = '{"instances": [[1, 2, "red"]]}' if "json" in given_type else "1,2,red\n"
    answer = fruit.post(
        "/invocations", content=body, headers={"content-type": given_type, "accept": accept}
    )
    assert answer.status_code == 200
    assert answer.headers["content-type"] == answered


@pytest.mark.parametrize(
    ("headers", "body", "status", "sentence"),
    [
        (CSV, "", 400, "request: must have at least one row, got none"),
        (CSV, "size,weight,colour\n", 400, "request: must have at least one row, got none"),
        (CSV, "1,2", 400, "request row 1: must have 3 values, got 2"),
        (CSV, "1,2,red\n1,2,red,yes", 400, "request row 2: must have 3 values, got 4"),
        (
            CSV,
            "1,heavy,red",
            400,
            "request row 1, column weight: must be a finite number or empty, got 'heavy'",
        ),
        (CSV, "1,inf,red", 400, "request row 1, column weight: must be a finite number or empty"),
        (CSV, '1,2,"red', 400, "request: must be well-formed CSV, got "),
        (CSV, "size,colour\n1,red", 400, "request: must have the column weight, got "),
        (
            CSV,
            "size,weight,colour,ripe\n1,2,red,yes",
            400,
            "request: must have no column that the model does not know, got 'ripe'",
        ),
        (CSV, b"1,2,gr\xfcn", 400, "request: must be UTF-8 text, got byte 0xfc"),
        (JSON, "{", 400, "request: must be JSON, got "),
        (JSON, "[" * 100_000, 400, "request: must be JSON, got "),
        (JSON, "[1]", 400, 'request: must be {"instances": [...]}, got [1]'),
        (JSON, '{"rows": []}', 400, "request: must be {\"instances\": [...]}, got ['rows']"),
        (JSON, '{"instances": []}', 400, "request: must have at least one row, got none"),
        (
            JSON,
            '{"instances": [], "instances": [[1, 2, "red"]]}',
            400,
            "request: must use a name once, got 'instances' twice",
        ),
        (
            JSON,
            '{"instances": [{"size": 1, "weight": 2, "colour": "red", "size": 3}]}',
            400,
            "request: must use a name once, got 'size' twice",
        ),
        (JSON, '{"instances": [1]}', 400, "request row 1: must be a list or an object, got 1"),
        (
            JSON,
            '{"instances": [[true, 2, "red"]]}',
            400,
            "request row 1, column size: must be a finite number or empty, got True",
        ),
        (
            JSON,
            '{"instances": [[NaN, 2, "red"]]}',
            400,
            "request row 1, column size: must be a fin",
        ),
        (
            JSON,
            f'{{"instances": [[1{"0" * 400}, 2, ""]]}}',
            400,
            "request row 1, column size: must",
        ),
        (JSON, '{"instances": [[1, 2, 3]]}', 400, "request row 1, column colour: must be text or"),
        ({"content-type": "image/png"}, "1", 415, "Content-Type: must be text/csv or application"),
        ({**CSV, "accept": "image/png"}, "1", 406, "Accept: must allow text/csv or application"),
    ],
)
def test_a_bad_request_is_refused_in_one_sentence(
    fruit: AsgiClient, headers: dict[str, str], body: str | bytes, status: int, sentence: str
) -> None:
    answer = fruit.post("/invocations", content=body, headers=headers)
    assert (answer.status_code, answer.text.count("\n")) == (status, 1)
    assert answer.text.startswith(sentence)


def test_a_request_that_is_too_long_is_refused(
    fruit: AsgiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "MAXIMUM_BYTES", 20)
    answer = fruit.post("/invocations", content="1,2,red\n" * 3, headers=CSV)
    assert (answer.status_code, answer.text) == (413, "request: must be at most 20 bytes\n")


def test_a_gap_and_a_level_that_training_did_not_see_are_answered(fruit: AsgiClient) -> None:
    answer = fruit.post("/invocations", content=",,\n1,2,ultraviolet\n", headers=CSV)
    assert (answer.status_code, answer.text.count("\n")) == (200, 2)


def test_it_shows_no_documentation_to_strangers(fruit: AsgiClient) -> None:
    assert [fruit.get(path).status_code for path in ("/docs", "/openapi.json")] == [404, 404]


BODIES = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
        max_leaves=12,
    ).map(lambda document: json.dumps({"instances": document}).encode()),
    st.lists(st.sampled_from(["1", "red", ",", "\n", '"', "size", "nan", "\r"]), max_size=30).map(
        lambda parts: "".join(parts).encode()
    ),
)


@settings(max_examples=200)
@given(body=BODIES, headers=st.sampled_from([CSV, JSON]))
def test_any_body_is_answered_or_refused(
    fruit: AsgiClient, body: bytes, headers: dict[str, str]
) -> None:
    answer = fruit.post("/invocations", content=body, headers=headers)
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.text.startswith("request")
        assert answer.text.count("\n") == 1


def test_a_model_of_another_make_is_refused_with_its_folder(tmp_path: Path) -> None:
    for name in ("model.json", "preprocessing.json", "signature.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    with pytest.raises(InvalidInput, match="must hold a model of this platform"):
        read_folder(tmp_path)
