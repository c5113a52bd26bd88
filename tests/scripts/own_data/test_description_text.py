"""A description reads back as what was drafted, whatever words YAML knows better."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.kinds import Kind
from scripts.own_data.columns import Column, Use
from scripts.own_data.description import description_text, spelt
from scripts.own_data.proposal import Proposal
from scripts.own_data.target import Target


def text_of(target: Target, names: list[str], threshold: float, source: str = "a.csv") -> str:
    columns = [Column(name, Use.NUMERIC, "", 0, 2) for name in names]
    return description_text("fruit", source, target, columns, Proposal("f1", "", 0.1, threshold))


def test_words_that_yaml_takes_for_something_else_are_quoted() -> None:
    for word in ("no", "on", "null", "true", "12", "1e5", "", "a: b", "#", "~"):
        assert spelt(word).startswith('"')
        assert yaml.safe_load(spelt(word)) == word
    assert spelt("whole_weight") == "whole_weight"


@given(st.text())
def test_any_text_reads_back_as_it_is(text: str) -> None:
    assert yaml.safe_load(spelt(text)) == text


@given(
    st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,62}", fullmatch=True), min_size=1, max_size=40),
    st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=2, max_size=5),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)
def test_what_is_written_is_what_is_read(
    names: list[str], classes: list[str], threshold: float, source: str
) -> None:
    target = Target("ripe", Kind.MULTICLASS, "", dict.fromkeys(classes, 10))
    text = text_of(target, names, threshold, source.replace("\ud800", ""))
    document = yaml.safe_load(text)
    assert document["columns"] == {"numeric": names}
    assert document["target"]["classes"] == list(dict.fromkeys(classes))
    assert document["metric"]["threshold"] == threshold
    lists = [line for line in text.splitlines() if line.startswith("    ")]
    assert all(len(line) <= 100 for line in lists)
