"""The real inference container, around trained models of all kinds, passes the whole test."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.promotion.examination import Result
from pipelines.promotion.rows import Table, compare
from tests.pipelines.promotion.trained import DEMONSTRATED, Trained, trained
from tests.pipelines.tabular_models import KINDS


@pytest.fixture(scope="module", params=[DEMONSTRATED, *sorted(KINDS)])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A trained model."""
    return trained(request.param, tmp_path_factory.mktemp(f"trained-{request.param}"))


@pytest.fixture(scope="module")
def result(model: Trained) -> Result:
    """What the test of a release finds."""
    return model.examined()


def test_the_endpoint_predicts_what_the_training_recorded(result: Result) -> None:
    assert result.comparison.identical
    assert result.comparison.rows >= 90


def test_every_question_is_answered_as_it_must_be(result: Result) -> None:
    assert [check for check in result.checks if not check.passed] == []
    assert len([check for check in result.checks if check.about == "contract"]) >= 12
    assert len([check for check in result.checks if check.about == "malformed"]) >= 40


def test_live_answers_have_the_quality_of_the_evaluation(model: Trained, result: Result) -> None:
    assert result.quality.live == pytest.approx(model.evaluated, abs=1e-9)
    assert result.quality.rows == result.comparison.rows


def test_every_slice_tells_its_number_or_why_it_has_none(result: Result) -> None:
    slices = [one for column in result.slices for one in column.slices]
    assert len(slices) >= 4
    for one in slices:
        assert (one.value is None) == (one.undecided is not None) == (one.passed is None)
    for column in result.slices:
        assert sum(one.rows for one in column.slices) == result.comparison.rows


def test_several_clients_are_answered_rightly(result: Result) -> None:
    assert (result.load.error_share, len(result.load.taken_ms)) == (0, 200)


def test_nothing_is_found_wanting(result: Result) -> None:
    assert result.failures() == []


def test_one_changed_number_of_a_row_is_noticed(model: Trained) -> None:
    held_out = model.held_out
    rows = held_out.rows.rows
    last = next(
        place
        for place, prediction in enumerate(held_out.predictions.rows)
        if prediction != held_out.predictions.rows[0]
    )
    other = replace(held_out, rows=Table(held_out.rows.header, (rows[last], *rows[1:])))
    answered = model.consumer.predictions(other.rows)
    assert compare(held_out.predictions, answered, 1e-6).differing_rows == 1
